// SPDX-License-Identifier: Apache-2.0
#include "goknot/analysis/verdict.h"

#include "goknot/analysis/words.h"

#include <fmt/format.h>

#include <algorithm>
#include <tuple>

namespace goknot::analysis {

namespace {

constexpr std::uint64_t kCrowd = 1000;  // a group that is worth a word by its size

bool is_firm(const Finding& finding) { return finding.grade >= Grade::likely; }

const Finding* find_worst(const std::vector<Finding>& findings, auto fits) {
  const auto found = std::ranges::find_if(findings, fits);
  return found == findings.end() ? nullptr : &*found;
}

std::string sentence(const Finding& finding) {
  std::string text = capitalised(finding.title);
  // How many queue.
  const bool told =
      finding.rule == "convoy" || text.starts_with(goroutines(finding.victim_count) + " wait");
  if (finding.victim_count > 0 && finding.root_count > 0 && !told) {
    text +=
        fmt::format("; {} wait{} behind {}", goroutines(finding.victim_count),
                    finding.victim_count == 1 ? "s" : "", finding.root_count == 1 ? "it" : "them");
  }
  return text + ".";
}

// What a dump of this kind cannot show, for a verdict that found nothing.
std::string blind_spot(const Scene& scene) {
  switch (scene.snapshot().origin.detail) {
    case Detail::counts:
      return " A profile has counts and stacks only: no states, no ages, no addresses.";
    case Detail::listing:
      return " A debugger's list shows one frame for each goroutine, which hides most causes.";
    case Detail::stacks:
    case Detail::runtime:
      return " This is one look: a slow leak needs two.";
    case Detail::memory:
      return "";
  }
  return "";
}

// Where a crowd stands, said without calling it an illness.
std::string crowd(const Scene& scene) {
  std::size_t largest = 0;
  const auto groups = scene.groups();
  for (std::size_t i = 1; i < groups.size(); i++) {
    if (groups[i].count > groups[largest].count) largest = i;
  }
  if (groups.empty() || groups[largest].count < kCrowd) return {};
  return fmt::format(" The largest crowd: {} at {}.", goroutines(groups[largest].count),
                     at_place(scene.shown_place(largest)));
}

Verdict without_finding(const Scene& scene) {
  Verdict verdict;
  const Origin& origin = scene.snapshot().origin;
  const bool could_show =
      origin.complete && origin.detail != Detail::listing && !scene.snapshot().goroutines.empty();
  if (could_show) {
    verdict.outcome = Outcome::healthy;
    verdict.text = "Nothing is stuck that should move." + crowd(scene) + blind_spot(scene);
    if (scene.context().crash) {
      verdict.text = fmt::format(
          "The program crashed ({}); nothing was stuck that should have moved.", origin.cause_text);
    }
  } else {
    verdict.text =
        "In what was read nothing is provably stuck, but not everything was there to read." +
        crowd(scene) + blind_spot(scene);
  }
  return verdict;
}

}  // namespace

// Remarks come last, however sure they are; then what is likely or proved comes before what is
// possible, however bad that would be.
void rank(std::vector<Finding>& findings) {
  std::ranges::stable_sort(findings, std::greater(), [](const Finding& f) {
    const bool firm = is_firm(f);
    return std::tuple(f.severity != Severity::info, firm, f.severity, f.grade,
                      f.victim_count + f.root_count);
  });
  for (std::size_t i = 0; i < findings.size(); i++) findings[i].id = fmt::format("f{}", i + 1);
}

Verdict make_verdict(const Scene& scene, const std::vector<Finding>& findings) {
  const Finding* cause = find_worst(
      findings, [](const Finding& f) { return is_firm(f) && f.severity >= Severity::leak; });
  Verdict verdict;
  if (cause != nullptr) {
    verdict.outcome = cause->severity == Severity::deadlock ? Outcome::deadlock : Outcome::leak;
    verdict.grade = cause->grade;
    verdict.text = sentence(*cause);
    return verdict;
  }
  cause = find_worst(findings, [](const Finding& f) {
    return is_firm(f) && f.shape == goknot::Shape::convoy && f.severity != Severity::info;
  });
  verdict.outcome = Outcome::contention;
  if (cause == nullptr) {
    cause = find_worst(findings, [](const Finding& f) { return f.severity != Severity::info; });
    verdict.outcome = Outcome::suspicious;
  }
  if (cause == nullptr) return without_finding(scene);
  verdict.grade = cause->grade;
  verdict.text = sentence(*cause);
  return verdict;
}

}  // namespace goknot::analysis
