// SPDX-License-Identifier: Apache-2.0
#include "goknot/target/machine/lock_steps.h"

#include "tests/support/written_code.h"

#include <gtest/gtest.h>

#include <string_view>

namespace goknot::target {
namespace {

using testing_support::WrittenCode;
using Kind = LockStep::Kind;

// The only instruction of main.down is a call.
class LockStepsTest : public testing::Test {
 protected:
  std::optional<LockStep> step_of_call(Address destination) {
    const Instruction call{
        .address = code_.begin(), .size = 5, .deed = Deed::call, .destination = destination};
    const auto steps = find_lock_steps(code_.code(), code_.function(), std::span(&call, 1),
                                       [this](Address at) { return callee(at); });
    const auto found = steps.find(0);
    return found == steps.end() ? std::nullopt : std::optional(found->second);
  }
  std::optional<LockStep> step_of_call(std::string_view name) {
    return step_of_call(code_.function(name).entry);
  }
  // What other functions are said to do.
  std::optional<LockStep> callee(Address at) {
    asked_ = at;
    return LockStep{.kind = Kind::gives, .function = {}, .where = {.steps = {{.add = 8}}}};
  }

  WrittenCode code_;
  Address asked_ = 0;
};

TEST_F(LockStepsTest, AMethodOfALockIsWhatItsNameSays) {
  EXPECT_EQ(step_of_call("sync.(*Mutex).Lock")->kind, Kind::takes);
  EXPECT_EQ(step_of_call("sync.(*Mutex).Unlock")->kind, Kind::gives);
  EXPECT_EQ(asked_, 0U);
}

TEST_F(LockStepsTest, TheSlowPartOfALockComesBackWithIt) {
  EXPECT_EQ(step_of_call("sync.(*Mutex).lockSlow")->kind, Kind::takes);
}

TEST_F(LockStepsTest, OfAnotherFunctionTheCallerIsAsked) {
  const auto step = step_of_call("main.callsInlined");

  EXPECT_EQ(asked_, code_.function("main.callsInlined").entry);
  ASSERT_TRUE(step);
  EXPECT_TRUE(step->is_given_by_callee());
}

TEST_F(LockStepsTest, ACallThroughAPointerDoesNothingThatIsKnown) {
  EXPECT_FALSE(step_of_call(Address{0}));
  EXPECT_EQ(asked_, 0U);
}

//     atomic.CompareAndSwapInt32(&state, 0, 1)    // what an inlined Lock does, too
TEST_F(LockStepsTest, AnAtomicInstructionOfTheUsersIsNoLock) {
  const Instruction exchange{.address = code_.begin(),
                             .size = 5,
                             .deed = Deed::exchange,
                             .memory = {.base = 0, .size = 4}};
  const auto steps = find_lock_steps(code_.code(), code_.function(), std::span(&exchange, 1),
                                     [this](Address at) { return callee(at); });

  EXPECT_TRUE(steps.empty());
}

}  // namespace
}  // namespace goknot::target
