// SPDX-License-Identifier: Apache-2.0
// From the text of a dump to what analyses say of it, and what must hold of every diagnosis.
#pragma once

#include "goknot/analysis/diagnose.h"
#include "goknot/analysis/scene.h"
#include "goknot/model/diagnosis.h"
#include "goknot/model/series.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>

namespace goknot::testing_support {

// The snapshots of a text in the first format that recognises it, with their waits. A text that
// nothing can read fails the test and gives one empty snapshot.
Series read_dump(std::string_view text);

// The same for several looks at one program, oldest first.
Series read_looks(std::initializer_list<std::string_view> texts);

// The diagnosis of a text; fails the test if it does not conserve.
Diagnosis diagnose_dump(std::string_view text, const analysis::DiagnoseOptions& options = {});
Diagnosis diagnose_series(const Series& series);
Diagnosis diagnose_looks(std::initializer_list<std::string_view> texts);

// Whether a diagnosis is true to itself: statuses add up to the goroutines, groups to those of one
// snapshot, edges have objects, groups of findings exist, nobody is in two findings or root and
// victim at once.
testing::AssertionResult conserves(const Diagnosis& diagnosis);

// A finding in one line: "self-lock self deadlock likely: 7 < 8 9", roots before "<", victims
// behind it. Without ids: "runaway orphan leak possible: 2000 ×".
std::string finding_line(const Finding& finding);

// All findings, one line each, worst first; "" if there is none.
std::string findings_of(const Diagnosis& diagnosis);
std::string findings_of(std::string_view text);

// The function of the first culprit of the first finding: "main.(*Hub).Run"; "" if there is none.
std::string culprit_of(const Diagnosis& diagnosis);

// A scene with all that it points to.
class Stage {
 public:
  explicit Stage(std::string_view text);
  explicit Stage(std::initializer_list<std::string_view> looks);
  explicit Stage(Series series);
  Stage(const Stage&) = delete;
  Stage& operator=(const Stage&) = delete;

  const analysis::Scene& scene() const { return scene_; }
  const Snapshot& snapshot() const { return scene_.snapshot(); }
  // The row, traits and group of the goroutine with an id, which must be there.
  std::uint32_t row(std::int64_t id) const;
  const analysis::Traits& traits(std::int64_t id) const { return scene_.traits_of(row(id)); }
  std::size_t group(std::int64_t id) const { return scene_.group_index(row(id)); }

 private:
  Series series_;
  analysis::Shapes shapes_;
  analysis::Scene scene_;
};

}  // namespace goknot::testing_support
