// SPDX-License-Identifier: Apache-2.0
#include "app/command.h"
#include "app/quantities.h"
#include "app/session.h"
#include "goknot/analysis/scene.h"
#include "goknot/base/text.h"
#include "goknot/source/source_lines.h"

#include <algorithm>
#include <charconv>

namespace goknot::app {

namespace {

std::vector<std::uint32_t> rows_with(const Snapshot& snapshot, std::int64_t id) {
  std::vector<std::uint32_t> rows;
  for (std::uint32_t row = 0; row < snapshot.goroutines.size(); row++) {
    if (snapshot.goroutines[row].id == id) rows.push_back(row);
  }
  return rows;
}

Result<std::vector<std::uint32_t>> find_rows(const Snapshot& snapshot, const std::string& word) {
  std::int64_t id = -1;
  const char* const end = word.data() + word.size();
  const auto [rest, problem] = std::from_chars(word.data(), end, id);
  if (problem != std::errc() || rest != end || id < 0) {
    return fail(Kind::usage, "\"" + visible(word) + "\" is no goroutine id",
                "usage: goknot stack TARGET ID…");
  }
  std::vector<std::uint32_t> rows = rows_with(snapshot, id);
  if (rows.empty()) {
    const bool ids =
        std::ranges::any_of(snapshot.goroutines, [](const Goroutine& g) { return g.id >= 0; });
    return fail(Kind::not_found, "goroutine " + word + ": not in " + snapshot.origin.target,
                ids ? "goknot list shows the goroutines that are"
                    : "this source does not tell goroutines apart; goknot groups shows its stacks");
  }
  return rows;
}

Result<ExitStatus> run(Session& session, const Args& args) {
  const Snapshot& snapshot = analysis::subject_of(*TRY(session.open(args.words().first(1))));
  GoroutineList list{.snapshot = &snapshot, .rows = {}};
  for (const std::string& word : args.words().subspan(1)) {
    for (const std::uint32_t row : TRY(find_rows(snapshot, word))) list.rows.push_back(row);
  }
  session.describe(list.rows);
  list.code = source::source_lines(snapshot, list.rows);
  Report report{.schema = "goknot.stack/1", .diagnosis = {}, .sections = {}};
  report.sections.push_back(std::move(list));
  TRY(session.write(report));
  return ExitStatus::fine;
}

}  // namespace

const Command stack_command{
    .name = "stack",
    .summary = "the stacks of some goroutines, with arguments, waits and holds",
    .words = "TARGET ID…",
    .details =
        "Frames outside the standard library are marked. Below them stands the line of source, if "
        "the file is at hand and no younger than the program.",
    .examples =
        "goknot stack dump.txt 418        the goroutine a finding names\n"
        "goknot stack dump.txt 418 88     two of them",
    .flags = {},
    .least_words = 2,
    .run = run};

}  // namespace goknot::app
