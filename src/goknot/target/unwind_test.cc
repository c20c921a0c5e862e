// SPDX-License-Identifier: Apache-2.0
#include "goknot/target/unwind.h"

#include "goknot/target/batch.h"
#include "goknot/target/goroutine_list.h"
#include "tests/support/recorded_program.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace goknot::target {
namespace {

using testing_support::RecordedProgram;

// The goroutine of a recording that stands deepest, with a copy of its stack.
class Deepest : public testing::TestWithParam<const char*> {
 protected:
  Deepest() {
    const auto list = *read_goroutine_list(*program_.memory, program_.program.goroutines);
    Batch batch;
    batch.read(code_, list);
    const auto deepest = std::ranges::max_element(
        batch.specimens(), {}, [](const Specimen& s) { return s.activations.size(); });
    start_ = deepest->record.start();
    bytes_.assign(deepest->stack.bytes.begin(), deepest->stack.bytes.end());
  }
  Copy stack() const { return {start_.sp, bytes_}; }
  std::string_view name(const Activation& activation) const {
    return activation.site->table->name(activation.site->function);
  }

  RecordedProgram program_{GetParam()};
  Snapshot snapshot_;
  Code code_{*program_.memory, program_.program.layout, program_.program.tables, snapshot_};
  CodeView view_{code_};
  Start start_;
  std::vector<std::byte> bytes_;
  Unwound unwound_;
};

INSTANTIATE_TEST_SUITE_P(Releases, Deepest,
                         testing::Values("go1.13", "go1.16", "go1.17", "go1.21", "go1.27"));

TEST_P(Deepest, EndsWhereAllGoroutinesBegin) {
  unwind(view_, stack(), start_, unwound_);

  EXPECT_EQ(unwound_.end, StackEnd::complete);
  EXPECT_TRUE(unwound_.activations.back().site->is_end);
  EXPECT_EQ(std::ranges::count_if(unwound_.activations,
                                  [&](const Activation& a) { return name(a) == "main.down"; }),
            151);
}

TEST_P(Deepest, EveryActivationLiesAboveTheOneBefore) {
  unwind(view_, stack(), start_, unwound_);

  for (std::size_t i = 1; i < unwound_.activations.size(); ++i) {
    EXPECT_GT(unwound_.activations[i].sp, unwound_.activations[i - 1].sp) << i;
  }
}

TEST_P(Deepest, IsCutAtTheLimit) {
  unwind(view_, stack(), start_, unwound_, 10);

  EXPECT_EQ(unwound_.end, StackEnd::limit);
  EXPECT_EQ(unwound_.activations.size(), 10U);
}

TEST_P(Deepest, IsBrokenWhereTheCopyEnds) {
  unwind(view_, stack(), start_, unwound_);
  const std::size_t whole = unwound_.activations.size();
  bytes_.resize(bytes_.size() / 2);

  unwind(view_, stack(), start_, unwound_);

  EXPECT_EQ(unwound_.end, StackEnd::broken);
  EXPECT_LT(unwound_.activations.size(), whole);
  EXPECT_GT(unwound_.activations.size(), 0U);
}

TEST_P(Deepest, IsBrokenAtAnAddressThatIsNoCode) {
  unwind(view_, stack(), start_, unwound_);
  const Activation& third = unwound_.activations[3];
  const std::size_t slot = third.arguments - 8 - start_.sp;
  std::ranges::fill(std::span(bytes_).subspan(slot, 8), std::byte{0x11});

  unwind(view_, stack(), start_, unwound_);

  EXPECT_EQ(unwound_.end, StackEnd::broken);
  EXPECT_EQ(unwound_.activations.size(), 4U);
}

TEST_P(Deepest, IsBrokenWithoutAStack) {
  unwind(view_, {}, start_, unwound_);
  EXPECT_EQ(unwound_.end, StackEnd::broken);

  unwind(view_, stack(), {}, unwound_);
  EXPECT_EQ(unwound_.end, StackEnd::broken);
  EXPECT_TRUE(unwound_.activations.empty());
}

TEST(Unwind, ACopyGivesNoWordThatIsNotAllInside) {
  const std::vector<std::byte> bytes(16);
  const Copy copy{0x1000, bytes};

  EXPECT_TRUE(copy.word(0x1008));
  EXPECT_FALSE(copy.word(0x1009));
  EXPECT_FALSE(copy.word(0xff8));
  EXPECT_FALSE(copy.word(~Address{0}));
  EXPECT_TRUE(copy.from(0x1010).empty());
}

}  // namespace
}  // namespace goknot::target
