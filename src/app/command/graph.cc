// SPDX-License-Identifier: Apache-2.0
#include "app/command.h"
#include "app/session.h"
#include "goknot/base/text.h"

#include <algorithm>

namespace goknot::app {

namespace {

bool is_finding(std::string_view word) {
  if (word.starts_with('f')) word.remove_prefix(1);
  return !word.empty() && std::ranges::all_of(word, [](char c) { return c >= '0' && c <= '9'; });
}

// Keeps one finding, "f2" or "2".
Result<Unit> choose(std::vector<Finding>& findings, std::string_view word) {
  const std::string id = word.starts_with('f') ? std::string(word) : "f" + std::string(word);
  std::vector<Finding> chosen;
  for (Finding& finding : findings) {
    if (finding.id == id) chosen.push_back(std::move(finding));
  }
  if (chosen.empty()) {
    return fail(Kind::not_found, "there is no finding " + id, "goknot diagnose lists the findings");
  }
  findings = std::move(chosen);
  return Unit{};
}

// What a person reads: one tree for each finding.
std::vector<Section> trees_of(const std::vector<Finding>& findings) {
  std::vector<Section> sections;
  for (const Finding& finding : findings) {
    if (finding.tree.empty()) continue;
    sections.emplace_back(Tree{.title = finding.id + "  " + finding.title, .roots = finding.tree});
  }
  if (sections.empty()) {
    sections.emplace_back(Paragraph{
        .name = "graph", .lines = {"Nothing waits for another in a way that was found wrong."}});
  }
  return sections;
}

Result<ExitStatus> run(Session& session, const Args& args) {
  const bool chosen = args.words().size() > 1 && is_finding(args.words().back());
  Report report{.schema = "goknot.graph/1", .diagnosis = {}, .sections = {}};
  report.series = TRY(session.open(args.words().first(args.words().size() - (chosen ? 1 : 0))));
  Diagnosis diagnosis = TRY(session.diagnose());
  if (chosen) TRY(choose(diagnosis.findings, args.words().back()));
  if (args.has("dot")) TRY(session.use_output("dot"));
  if (args.has("svg")) TRY(session.use_output("svg"));
  if (session.writes_text() || session.writes_json()) {
    report.sections = trees_of(diagnosis.findings);
  } else {
    report.diagnosis = std::move(diagnosis);
  }
  TRY(session.write(report));
  return ExitStatus::fine;
}

constexpr Flag kFlags[] = {
    {.name = "dot", .summary = "in the language of Graphviz (the same as --format dot)"},
    {.name = "svg", .summary = "as a picture (the same as --format svg)"},
};

}  // namespace

const Command graph_command{
    .name = "graph",
    .summary = "who waits for whom, as a tree or a picture",
    .words = "TARGET… [FINDING]",
    .details =
        "The roots first, what waits for them behind them. With the number of a finding (f2 "
        "or 2) only that one. In pictures goroutines on one stack are one node.",
    .examples =
        "goknot graph dump.txt                      trees of all findings\n"
        "goknot graph dump.txt 1 --svg -o 1.svg     a picture of the first",
    .flags = kFlags,
    .least_words = 1,
    .run = run};

}  // namespace goknot::app
