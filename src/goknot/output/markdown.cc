// SPDX-License-Identifier: Apache-2.0
// The verdict to paste into an issue: the tree in a code block, the rest as text in which no name
// becomes markup, a link or a mention.
#include "goknot/base/quantity.h"
#include "goknot/base/text.h"
#include "goknot/output/knot_lines.h"
#include "goknot/output/output.h"
#include "goknot/output/pen.h"
#include "goknot/output/words.h"

#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

namespace goknot::output {

namespace {

constexpr std::size_t kTreeColumns = 100;
constexpr std::size_t kTreeLines = 40;
constexpr std::size_t kLongestText = 1200;
constexpr std::size_t kOthers = 20;
constexpr std::size_t kCulprits = 10;

std::size_t longest_run(std::string_view text, char wanted) {
  std::size_t longest = 0;
  std::size_t run = 0;
  for (const char c : text) {
    run = c == wanted ? run + 1 : 0;
    longest = std::max(longest, run);
  }
  return longest;
}

// Writes the parts of one report.
class Markdown {
 public:
  explicit Markdown(const Diagnosis& diagnosis) : diagnosis_(diagnosis), pen_({}) {}

  std::string draw() {
    add_verdict();
    if (!diagnosis_.findings.empty()) add_finding(diagnosis_.findings.front());
    add_others();
    add_end();
    return std::move(text_);
  }

 private:
  // Text as itself. GitHub looks for mentions and references after it has undone escapes, so a
  // blank of no width goes behind what begins one.
  std::string plain(std::string_view text) const {
    std::string out;
    for (const char c : pen_.show(text, kLongestText, Cut::middle)) {
      if (c == '<' || c == '>' || c == '&') {
        out += c == '<' ? "&lt;" : c == '>' ? "&gt;" : "&amp;";
      } else if (std::string_view("\\`*_{}[]()#+-!|~$:@.").find(c) != std::string_view::npos) {
        out += '\\';
        out += c;
        if (c == '@' || c == '#' || c == ':') out += "&#8203;";
      } else {
        out += c;
      }
    }
    return out;
  }

  // A name in a code span (CommonMark 6.1: the fence is longer than any run inside).
  std::string code(std::string_view text) const {
    const std::string shown = pen_.show(text, 200, Cut::middle);
    if (shown.empty()) return {};
    const std::string fence(longest_run(shown, '`') + 1, '`');
    const bool needs_space = shown.front() == '`' || shown.back() == '`' || shown.front() == ' ';
    const std::string_view space = needs_space ? " " : "";
    // Inside a table a bar ends the cell even in code.
    std::string safe;
    for (const char c : shown) safe += c == '|' ? std::string("\\|") : std::string(1, c);
    return fmt::format("{0}{1}{2}{1}{0}", fence, space, safe);
  }

  void add_verdict() {
    text_ += fmt::format("**{}** {}\n\n", plain(verdict_words(diagnosis_.verdict)),
                         plain(diagnosis_.verdict.text));
    const std::vector<std::string> parts = headline(diagnosis_);
    text_ += code(parts.front());
    for (std::size_t i = 1; i < parts.size(); i++) text_ += " · " + plain(parts[i]);
    text_ += "\n";
  }

  void add_finding(const Finding& finding) {
    const auto lines =
        knot_lines(tree_of(finding), pen_, {.width = kTreeColumns, .lines = kTreeLines});
    std::size_t run = 2;
    for (const std::string& line : lines) run = std::max(run, longest_run(line, '`'));
    const std::string fence(run + 1, '`');
    text_ += fmt::format("\n{}text\n", fence);
    for (const std::string& line : lines) text_ += line + "\n";
    text_ += fence + "\n\n";
    add_item("Why", finding.explanation);
    add_item("Memory", held_words(finding));
    add_item("What to do", finding.advice);
    for (const std::string& unknown : finding.unknown) add_item("Not known", unknown);
    add_culprits(finding);
  }

  void add_item(std::string_view label, std::string_view text) {
    if (!text.empty()) text_ += fmt::format("- **{}**: {}\n", label, plain(text));
  }

  void add_culprits(const Finding& finding) {
    if (finding.culprits.empty()) return;
    text_ += "\n| role | goroutine | function | where |\n|---|---|---|---|\n";
    for (const Culprit& c : finding.culprits) {
      if (&c - finding.culprits.data() == static_cast<std::ptrdiff_t>(kCulprits)) break;
      text_ += fmt::format("| {} | {} | {} | {} |\n", name_of(c.role),
                           c.goroutine ? std::to_string(*c.goroutine) : "", code(c.place.function),
                           code(location_of(c.place)));
    }
  }

  void add_others() {
    const auto& findings = diagnosis_.findings;
    if (findings.size() < 2) return;
    text_ += "\nAlso:\n\n";
    for (std::size_t i = 1; i < std::min(findings.size(), kOthers + 1); i++) {
      text_ += fmt::format("- {}: {}\n", finding_words(findings[i]), plain(findings[i].title));
    }
    if (findings.size() > kOthers + 1) {
      text_ += fmt::format("- and {} more\n", findings.size() - kOthers - 1);
    }
  }

  void add_end() {
    if (!diagnosis_.gaps.empty()) {
      const Gap& gap = diagnosis_.gaps.front();
      text_ +=
          fmt::format("\n{} while reading, the first: {}\n", counted(diagnosis_.gaps.size(), "gap"),
                      plain(gap.where + ": " + gap.what));
    }
    text_ += "\nMore:";
    for (const std::string& command : next_commands(diagnosis_)) text_ += " " + code(command);
    text_ += "\n";
  }

  const Diagnosis& diagnosis_;
  Pen pen_;
  std::string text_;
};

Result<Unit> write_markdown(const Report& report, const OutputOptions&, Sink& sink) {
  if (!report.diagnosis) return fail(Kind::unsupported, "markdown: this answer has no diagnosis");
  return sink.write(Markdown(*report.diagnosis).draw());
}

}  // namespace

const Output markdown_output{.name = "markdown",
                             .summary = "the verdict to paste into an issue",
                             .media_type = "text/markdown; charset=utf-8",
                             .extension = "md",
                             .write = write_markdown,
                             .extent = Extent::findings};

}  // namespace goknot::output
