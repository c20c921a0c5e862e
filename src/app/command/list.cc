// SPDX-License-Identifier: Apache-2.0
#include "app/command.h"
#include "app/quantities.h"
#include "app/session.h"
#include "goknot/analysis/goroutine_table.h"
#include "goknot/analysis/scene.h"
#include "goknot/analysis/sql.h"
#include "goknot/base/quantity.h"

#include <fmt/format.h>

#include <numeric>

namespace goknot::app {

namespace {

using analysis::LabelColumn;
using analysis::Order;

Result<Order> order_of(std::string_view name) {
  if (const std::optional<Order> order = analysis::order_of_name(name)) return *order;
  return fail(Kind::usage, "--sort: there is no \"" + std::string(name) + "\"",
              "it may be id age state where");
}

Result<std::vector<std::uint32_t>> rows_of(Session& session, const Snapshot& snapshot,
                                           const Args& args) {
  std::vector<std::uint32_t> rows(snapshot.goroutines.size());
  std::iota(rows.begin(), rows.end(), 0U);
  if (args.has("where")) {
    session.describe_for(args.value("where"));
    rows = TRY(analysis::select_goroutines(snapshot, args.value("where")));
  }
  analysis::sort_rows(snapshot, rows, TRY(order_of(args.value("sort"))));
  return rows;
}

Result<ExitStatus> run(Session& session, const Args& args) {
  const Snapshot& snapshot = analysis::subject_of(*TRY(session.open(args.words())));
  std::vector<std::uint32_t> rows = TRY(rows_of(session, snapshot, args));
  if (args.has("limit")) {
    rows.resize(std::min(rows.size(), TRY(parse_count("limit", args.value("limit")))));
  }
  session.describe(rows);
  Report report{.schema = "goknot.list/1", .diagnosis = {}, .sections = {}};
  if (rows.empty() && !session.writes_json()) {
    report.sections.emplace_back(
        Paragraph{.name = "remarks",
                  .lines = {fmt::format("None of {} matches.",
                                        counted(snapshot.goroutine_count(), "goroutine"))}});
  } else {
    report.sections.push_back(analysis::goroutine_table(
        snapshot, rows, args.has("labels") ? LabelColumn::present : LabelColumn::absent));
  }
  TRY(session.write(report));
  return ExitStatus::fine;
}

constexpr Flag kFlags[] = {
    {.name = "where",
     .takes = Takes::value,
     .value = "CONDITION",
     .summary = "only goroutines for which this holds: SQL over the columns of goroutines, or "
                "conditions like: state == \"select\" && duration > 10"},
    {.name = "sort",
     .takes = Takes::value,
     .value = "BY",
     .summary = "id, age (longest first), state or where; without it as they were read"},
    {.name = "limit", .letter = 'n', .takes = Takes::value, .value = "N", .summary = "at most N"},
    {.name = "labels", .summary = "with the labels of runtime/pprof"},
};

}  // namespace

const Command list_command{
    .name = "list",
    .summary = "one line for each goroutine",
    .words = "TARGET…",
    .details =
        "Of several snapshots the last complete one is listed. The columns that --where "
        "knows are those of the table goroutines: goknot sql --tables.",
    .examples =
        "goknot list dump.txt --sort age -n 20                    the 20 longest waits\n"
        "goknot list dump.txt --where \"age > 60\"                  waiting for over an hour\n"
        "goknot list dump.txt --where 'trace =~ \"pgx.*Query\"'     inside a function",
    .flags = kFlags,
    .least_words = 1,
    .run = run};

}  // namespace goknot::app
