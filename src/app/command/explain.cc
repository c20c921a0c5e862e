// SPDX-License-Identifier: Apache-2.0
#include "app/command.h"
#include "app/nearest.h"
#include "app/session.h"
#include "goknot/analysis/rule.h"
#include "goknot/base/text.h"

#include <algorithm>

namespace goknot::app {

namespace {

Result<const analysis::Rule*> find_rule(const std::string& id) {
  std::vector<std::string_view> ids;
  for (const analysis::Rule* rule : analysis::rules()) {
    if (rule->id == id) return rule;
    ids.push_back(rule->id);
  }
  std::string hint = did_you_mean(id, ids);
  return fail(Kind::usage, "there is no rule \"" + visible(id) + "\"",
              hint.empty() ? "goknot rules lists them" : std::move(hint));
}

void add(std::vector<std::string>& lines, std::string_view title, std::string_view text,
         std::size_t width) {
  if (text.empty()) return;
  lines.emplace_back();
  lines.emplace_back(title);
  for (const std::string& line : wrapped(text, width - 2)) lines.push_back("  " + line);
}

Result<ExitStatus> run(Session& session, const Args& args) {
  const analysis::Rule& rule = *TRY(find_rule(args.words().front()));
  const auto width = static_cast<std::size_t>(std::clamp(session.settings().look.width, 40, 100));
  Paragraph text{.name = "rule",
                 .lines = {std::string(rule.id) + ": " + std::string(rule.summary)}};
  add(text.lines, "What it says, and on which evidence", rule.meaning, width);
  add(text.lines, "Where it may be wrong", rule.caveat, width);
  TRY(session.write(
      {.schema = "goknot.explain/1", .diagnosis = {}, .sections = {std::move(text)}}));
  return ExitStatus::fine;
}

}  // namespace

const Command explain_command{.name = "explain",
                              .summary = "what a rule means, and where it may be wrong",
                              .words = "RULE",
                              .details = "",
                              .examples = "goknot explain lock-held-across-wait",
                              .flags = {},
                              .least_words = 1,
                              .most_words = 1,
                              .completes = Completes::rules,
                              .subject = Subject::itself,
                              .run = run};

}  // namespace goknot::app
