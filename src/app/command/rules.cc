// SPDX-License-Identifier: Apache-2.0
#include "app/command.h"
#include "app/session.h"
#include "goknot/analysis/rule.h"

namespace goknot::app {

namespace {

Result<ExitStatus> run(Session& session, const Args& /*args*/) {
  Table table{.name = "rules",
              .title = "",
              .columns = {{"id", "RULE"}, {"summary", "WHAT IT FINDS"}},
              .rows = {}};
  for (const analysis::Rule* rule : analysis::rules()) {
    table.rows.push_back({std::string(rule->id), std::string(rule->summary)});
  }
  TRY(session.write({.schema = "goknot.rules/1", .diagnosis = {}, .sections = {std::move(table)}}));
  return ExitStatus::fine;
}

}  // namespace

const Command rules_command{.name = "rules",
                            .summary = "what is found",
                            .words = "",
                            .details =
                                "Rules are tried in this order; each goroutine is explained "
                                "once. goknot explain RULE says more.",
                            .examples = "",
                            .flags = {},
                            .most_words = 0,
                            .completes = Completes::nothing,
                            .subject = Subject::itself,
                            .run = run};

}  // namespace goknot::app
