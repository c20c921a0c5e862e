// SPDX-License-Identifier: Apache-2.0
#include "goknot/analysis/sql.h"

#include "app/command.h"
#include "app/session.h"
#include "goknot/analysis/scene.h"
#include "goknot/analysis/sql_tables.h"
#include "goknot/base/text.h"

#include <algorithm>

namespace goknot::app {

namespace {

// The tables and their columns, one row for each column.
Table tables() {
  Table table{.name = "columns",
              .title = "",
              .columns = {{"table", "TABLE"}, {"column", "COLUMN"}, {"rows", "ROWS OF THE TABLE"}},
              .rows = {}};
  for (const analysis::SqlTable* known : analysis::sql_tables()) {
    for (const analysis::SqlColumn& column : known->columns) {
      table.rows.push_back(
          {std::string(known->name), std::string(column.name), std::string(known->summary)});
    }
  }
  return table;
}

// The same for people.
Paragraph tables_in_words(std::size_t width) {
  Paragraph text{.name = "tables", .lines = {}};
  for (const analysis::SqlTable* known : analysis::sql_tables()) {
    if (!text.lines.empty()) text.lines.emplace_back();
    text.lines.push_back(std::string(known->name) + ": " + std::string(known->summary));
    std::string columns;
    for (const analysis::SqlColumn& column : known->columns) {
      columns += (columns.empty() ? "" : " ") + std::string(column.name);
    }
    for (const std::string& line : wrapped(columns, width - 2)) text.lines.push_back("  " + line);
  }
  return text;
}

Result<ExitStatus> write(Session& session, Section section) {
  TRY(session.write({.schema = "goknot.sql/1", .diagnosis = {}, .sections = {std::move(section)}}));
  return ExitStatus::fine;
}

Result<ExitStatus> write_tables(Session& session) {
  if (!session.writes_text()) return write(session, tables());
  const int width = std::clamp(session.settings().look.width, 40, 100);
  return write(session, tables_in_words(static_cast<std::size_t>(width)));
}

Result<ExitStatus> run(Session& session, const Args& args) {
  if (args.has("tables")) return write_tables(session);
  if (args.words().size() < 2) {
    return fail(Kind::usage, "sql: a target and a query are needed",
                "usage: goknot sql TARGET 'select …'\ngoknot sql --tables lists the tables");
  }
  const std::size_t last = args.words().size() - 1;
  const Series* const series = TRY(session.open(args.words().first(last)));
  session.describe_for(args.words()[last]);
  const Diagnosis diagnosis = TRY(session.diagnose());
  return write(session,
               TRY(analysis::query(analysis::subject_of(*series), diagnosis, args.words()[last])));
}

constexpr Flag kFlags[] = {{.name = "tables", .summary = "list the tables and their columns"}};

}  // namespace

const Command sql_command{
    .name = "sql",
    .summary = "any question, in SQL",
    .words = "TARGET… QUERY",
    .details =
        "A query reads the tables goroutines, frames, groups, objects, waits, holds, "
        "findings, origin and gaps of the last complete snapshot, and nothing else.",
    .examples =
        "goknot sql dump.txt 'select state, count(*) from goroutines group by state'\n"
        "goknot sql dump.txt 'select distinct function from frames where goroutine = 418'",
    .flags = kFlags,
    .run = run};

}  // namespace goknot::app
