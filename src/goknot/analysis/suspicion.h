// SPDX-License-Identifier: Apache-2.0
// How suspicious it is that a group of goroutines waits, weighed from what the dump shows. Names
// play no part.
#pragma once

#include "goknot/analysis/scene.h"
#include "goknot/model/diagnosis.h"

#include <string>
#include <vector>

namespace goknot::analysis {

// What speaks for and against a group being stuck. Each piece of evidence has a weight
// (suspicion.cc has the table).
struct Suspicion {
  int points = 0;
  bool proved = false;          // the runtime itself, or the heap, says that nobody can wake them
  bool only_unreached = false;  // what is said holds for those that nothing alive refers to
  std::vector<std::string> reasons;

  // From kLikely on the grade is likely, from kPossible on possible, below that nothing is said.
  static constexpr int kPossible = 3;
  static constexpr int kLikely = 4;

  bool counts() const { return proved || points >= kPossible; }
  Grade grade() const {
    return proved ? Grade::proved : points >= kLikely ? Grade::likely : Grade::possible;
  }
  // "it is old, and its creator is gone": the reasons in one phrase.
  std::string text() const;
};

// Weighs one group of waiting goroutines.
Suspicion suspect(const Scene& scene, std::size_t group);

// Deadlock where somebody waits for them: main or a test is among them, or the runtime or a test
// says that everything hangs. Leak otherwise.
Severity severity_of(const Scene& scene, std::size_t group);

}  // namespace goknot::analysis
