// SPDX-License-Identifier: Apache-2.0
#include "goknot/output/first_screen.h"

#include "goknot/base/quantity.h"
#include "goknot/output/knot_lines.h"
#include "goknot/output/labelled.h"
#include "goknot/output/pen.h"
#include "goknot/output/words.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <iterator>
#include <span>
#include <utility>

namespace goknot::output {

namespace {

using Lines = std::vector<std::string>;

// Where the words take more than that, the screen gets longer rather than the tree useless.
constexpr std::size_t kLeastTreeLines = 8;
constexpr std::size_t kOtherFindings = 8;  // lines for findings after the detailed ones
constexpr std::size_t kUnknownListed = 2;  // of a finding, without -v
constexpr std::size_t kLongestPart = 800;  // columns of one sentence

Ink ink_of(Outcome outcome) {
  switch (outcome) {
    case Outcome::deadlock:
    case Outcome::leak:
      return Ink::bad;
    case Outcome::healthy:
      return Ink::good;
    default:
      return Ink::doubtful;
  }
}

Ink ink_of(const Finding& finding) {
  if (finding.grade == Grade::possible || finding.severity == Severity::warning) {
    return Ink::doubtful;
  }
  return finding.severity == Severity::info ? Ink::plain : Ink::bad;
}

void append(Lines& lines, Lines more) { std::ranges::move(more, std::back_inserter(lines)); }

std::string joined(const std::vector<std::string>& parts, std::size_t from, std::size_t to) {
  std::string text;
  for (std::size_t i = from; i < to; i++) text += (i == from ? "" : ", ") + parts[i];
  return text;
}

// Draws one diagnosis.
//     hub.txt · SIGQUIT dump, go1.17+ · 1,012 goroutines · 70,214 lines in 18 ms
//
//     DEADLOCK, proved. …                                   the verdict, in at most 110 columns
//
//       418  holds Hub.mu for reading   (*Hub).send …       the tree of the first finding
//
//       Why         …
//       What to do  …
//       Not known   …
//
//     goknot stack hub.txt 418 · goknot groups hub.txt      how to go on
// The words are measured first, and the tree gets the lines that they leave.
class Screen {
 public:
  Screen(const Diagnosis& diagnosis, const OutputOptions& options)
      : diagnosis_(diagnosis),
        options_(options),
        pen_(options),
        width_(static_cast<std::size_t>(std::clamp(options.width, 40, 1000))) {}

  Lines draw() {
    lines_.push_back(first_line());
    lines_.emplace_back();
    add_verdict();
    const auto shown = std::min(detailed(), diagnosis_.findings.size());
    for (std::size_t i = 0; i < shown; i++) add_finding(diagnosis_.findings[i], i);
    add_block(other_findings(shown));
    add_block(labelled_lines(remarks(), pen_, width_));
    add_block(last_lines());
    return std::move(lines_);
  }

 private:
  void add_block(Lines block) {
    if (block.empty()) return;
    lines_.emplace_back();
    append(lines_, std::move(block));
  }

  // Findings that get their tree and reasons: those that say something is wrong.
  std::size_t detailed() const {
    const auto wrong = std::ranges::count_if(
        diagnosis_.findings, [](const Finding& f) { return f.severity != Severity::info; });
    return options_.verbosity > 0
               ? diagnosis_.findings.size()
               : std::min(options_.detailed_findings, static_cast<std::size_t>(wrong));
  }

  // Never more than one line: what took how long goes first, then the beginning of the target.
  std::string first_line() const {
    const std::vector<std::string> parts = headline(diagnosis_);
    const std::string effort = longest_effort(diagnosis_);
    const std::size_t spare = width_of(pen_.dot()) + width_of(effort);
    std::string rest;
    for (std::size_t i = 1; i < parts.size(); i++) {
      const bool last = !effort.empty() && i + 1 == parts.size();
      if (last && width_of(parts.front()) + width_of(rest) + spare > width_) break;
      rest += std::string(pen_.dot()) + pen_.show(parts[i], 60);
    }
    const std::size_t used = width_of(rest);
    const std::size_t room = std::max<std::size_t>(width_ > used ? width_ - used : 0, 16);
    const std::string target = pen_.show(parts.front(), room, Cut::front);
    const std::string tail =
        shortened(rest, width_ - std::min(width_, width_of(target)), Cut::end, pen_.charset());
    return pen_.ink(Ink::strong, target) + pen_.ink(Ink::faint, tail);
  }

  void add_verdict() {
    const std::string head = verdict_words(diagnosis_.verdict);
    const std::string text = head + " " + pen_.show(diagnosis_.verdict.text, kLongestPart);
    Lines lines = wrapped(text, std::min<std::size_t>(width_, 110));
    lines.front() = pen_.ink(ink_of(diagnosis_.verdict.outcome), head) +
                    lines.front().substr(std::min(head.size(), lines.front().size()));
    append(lines_, std::move(lines));
  }

  void add_finding(const Finding& finding, std::size_t index) {
    if (index > 0) add_title(finding);
    const Lines words = labelled_lines(reasons(finding), pen_, width_);
    // What the screen holds besides the tree: blocks are set off by one line each.
    const std::size_t rest = lines_.size() + 1 + 1 + words.size() + 1 + 1;
    const std::size_t room = kFirstScreenLines > rest ? kFirstScreenLines - rest : 0;
    const bool all = options_.verbosity > 0;
    add_block(knot_lines(tree_of(finding), pen_,
                         {.width = width_, .lines = all ? 0 : std::max(room, kLeastTreeLines)}));
    add_block(words);
  }

  void add_title(const Finding& finding) {
    const std::string head = fmt::format("{}, {}.", finding.id, finding_words(finding));
    add_block(wrapped(pen_.show(head + " " + finding.title, kLongestPart), width_));
  }

  std::vector<Labelled> reasons(const Finding& finding) const {
    const auto& unknown = finding.unknown;
    const std::size_t listed =
        options_.verbosity > 0 ? unknown.size() : std::min(kUnknownListed, unknown.size());
    std::vector<Labelled> reasons = {{"Why", finding.explanation},
                                     {"Memory", held_words(finding)},
                                     {"What to do", finding.advice}};
    for (std::size_t i = 0; i < listed; i++) {
      std::string text = unknown[i];
      if (i + 1 == listed && listed < unknown.size()) {
        text += fmt::format(" (and {} more, see -v)", unknown.size() - listed);
      }
      reasons.push_back({i == 0 ? "Not known" : "", std::move(text)});
    }
    return reasons;
  }

  // One line for each finding from number `from` on. Those that say nothing is wrong are shown only
  // when everything is.
  Lines other_findings(std::size_t from) const {
    Lines lines;
    std::size_t more = 0;
    for (const Finding& finding : std::span(diagnosis_.findings).subspan(from)) {
      if (finding.severity == Severity::info && options_.verbosity == 0) continue;
      if (lines.size() < kOtherFindings) {
        lines.push_back(one_line(finding));
      } else {
        ++more;
      }
    }
    if (more > 0) {
      lines.push_back(
          pen_.ink(Ink::faint, pen_.show(fmt::format("  … and {} more, see -v", more))));
    }
    return lines;
  }

  std::string one_line(const Finding& finding) const {
    const std::string words = padded(finding_words(finding), 18);
    const std::string where =
        finding.culprits.empty() ? "" : location_of(finding.culprits.front().place);
    const std::string location = pen_.show(where, 28, Cut::front);
    const std::size_t used = 2 + width_of(words) + 2 + width_of(location) + 2;
    const std::size_t room = width_ > used + 10 ? std::min<std::size_t>(width_, 110) - used : 10;
    return fmt::format("  {}  {}  {}", pen_.ink(ink_of(finding), words),
                       padded(pen_.show(finding.title, room), room),
                       pen_.ink(Ink::place, location));
  }

  // What is fine, and what was not seen.
  std::vector<Labelled> remarks() const {
    std::vector<Labelled> remarks;
    if (is_calm()) remarks.push_back({"Waiting as they should", purposes()});
    if (const std::string unseen = unseen_words(); is_calm() && !unseen.empty()) {
      remarks.push_back({"Not seen", unseen});
    }
    const auto& gaps = diagnosis_.gaps;
    const std::size_t listed = options_.gaps == GapList::listed ? gaps.size() : 0;
    for (std::size_t i = 0; i < listed; i++) {
      remarks.push_back({i == 0 ? "Not read" : "", gap_words(gaps[i])});
    }
    if (listed == 0 && !gaps.empty()) remarks.push_back({"Not read", first_gap()});
    return remarks;
  }

  // Goroutines that ran while a process was read without stopping anything.
  std::string unseen_words() const {
    const Origin& origin = diagnosis_.origin;
    if (origin.kind != SourceKind::process || origin.stopped_seconds != 0) return {};
    const auto& statuses = diagnosis_.counts.by_status;
    const auto found =
        std::ranges::find(statuses, "running", [](const auto& pair) { return pair.first; });
    if (found == statuses.end()) return {};
    return fmt::format("{} running: --pause-running shows {}",
                       counted(found->second, "goroutine was", "goroutines were"),
                       found->second == 1 ? "its stack" : "their stacks");
  }

  bool is_calm() const {
    const Outcome outcome = diagnosis_.verdict.outcome;
    return outcome == Outcome::healthy || outcome == Outcome::unknown || options_.verbosity > 0;
  }

  std::string purposes() const {
    std::vector<std::string> words;
    for (const auto& [purpose, count] : diagnosis_.purposes) {
      words.push_back(fmt::format("{} × {}", with_thousands(count), purpose));
    }
    constexpr std::size_t kListed = 8;
    if (options_.verbosity > 0 || words.size() <= kListed) return joined(words, 0, words.size());
    return fmt::format("{}, and {}", joined(words, 0, kListed),
                       counted(words.size() - kListed, "more kind"));
  }

  std::string gap_words(const Gap& gap) const {
    std::string text = gap.where.empty() ? gap.what : gap.where + ": " + gap.what;
    if (!gap.hides.empty()) text += fmt::format(" (may hide {})", gap.hides);
    return text;
  }

  std::string first_gap() const {
    const std::size_t count = diagnosis_.gaps.size();
    std::string first = gap_words(diagnosis_.gaps.front());
    if (count == 1) return first;
    return fmt::format("{} (see --gaps), the first: {}", counted(count, "gap"), first);
  }

  // How many are not part of it, if there is room to say so, and how to go on.
  Lines last_lines() const {
    const bool has_room = lines_.size() + 3 <= kFirstScreenLines || options_.verbosity > 0;
    const std::string others = has_room ? others_words() : "";
    Lines lines = command_lines();
    const bool one_line =
        lines.size() == 1 && width_of(others) + width_of(lines.front()) + 3 <= width_;
    for (std::string& line : lines) line = pen_.ink(Ink::faint, line);
    if (others.empty()) return lines;
    if (one_line) return {others + "   " + lines.front()};
    lines.insert(lines.begin(), others);
    return lines;
  }

  // As many commands as one line takes; two lines where the target's name is long.
  Lines command_lines() const {
    Lines lines;
    for (const std::string& command : next_commands(diagnosis_)) {
      const std::string shown = pen_.show(command, 260);
      const bool fits = !lines.empty() && width_of(lines.back() + shown) + 3 <= width_;
      if (fits) {
        lines.back() += std::string(pen_.dot()) + shown;
      } else if (lines.empty() || (lines.size() == 1 && lines.front() == first_command())) {
        lines.push_back(shown);
      } else {
        break;
      }
    }
    return lines;
  }

  std::string first_command() const { return pen_.show(next_commands(diagnosis_).front(), 260); }

  std::string others_words() const {
    const std::uint64_t others = uninvolved(diagnosis_);
    const bool nothing_wrong = detailed() == 0;
    if (nothing_wrong || others == 0) return {};
    return fmt::format("{} not part of {}.",
                       counted(others, "other goroutine is", "other goroutines are"),
                       diagnosis_.findings.size() == 1 ? "it" : "any of this");
  }

  const Diagnosis& diagnosis_;
  const OutputOptions& options_;
  Pen pen_;
  std::size_t width_;
  Lines lines_;
};

}  // namespace

std::vector<std::string> first_screen(const Diagnosis& diagnosis, const OutputOptions& options) {
  return Screen(diagnosis, options).draw();
}

}  // namespace goknot::output
