// SPDX-License-Identifier: Apache-2.0
#include "goknot/target/conditions.h"

#include "goknot/target/code.h"
#include "goknot/target/surroundings.h"
#include "tests/support/fake_memory.h"

#include <gtest/gtest.h>

#include <cstring>
#include <vector>

namespace goknot::target {
namespace {

constexpr Address kStack = 0xc000010000;
constexpr Address kCondition = 0xc000020000;
constexpr Address kLock = 0xc000030000;
constexpr Address kNumber = 0xc000040000;  // that only looks like an address

// A goroutine in sync.Cond.Wait: its frame has the condition's address and a number.
class InWait {
 public:
  explicit InWait(WaitReason reason)
      : layout_(layout_of({26, 0}, Architecture::amd64).value()),
        code_(memory_, layout_, {}, snapshot_) {
    memory_.map(kCondition, kCondition + 0x1000).map(kNumber, kNumber + 0x1000);
    memory_.put(kCondition + 8, kLock);
    wait_.is_cond_wait = true;
    put(8, kCondition);
    put(16, kNumber);
    activation_ = {.site = &wait_, .sp = kStack, .arguments = kStack + 32};
    specimen.look = Look::steady;
    specimen.record.status.state = State::waiting;
    specimen.record.parked.reason = reason;
    specimen.stack = {kStack, stack_};
    specimen.activations = std::span(&activation_, 1);
    surroundings.read(code_, std::span(&specimen, 1));
  }

  Specimen specimen;
  Surroundings surroundings;

 private:
  void put(std::size_t offset, Address word) {
    std::memcpy(stack_.data() + offset, &word, sizeof(word));
  }

  testing_support::FakeMemory memory_;
  Layout layout_;
  Snapshot snapshot_;
  Code code_;
  Site wait_;
  Activation activation_;
  std::vector<std::byte> stack_ = std::vector<std::byte>(64);
};

TEST(Conditions, TellWhichLockIsGivenUpWhileWaitTakesItAgain) {
  const InWait waiter(WaitReason::mutex_lock);

  EXPECT_TRUE(waits_with(waiter.specimen, waiter.surroundings, 0, kLock));
  EXPECT_FALSE(waits_with(waiter.specimen, waiter.surroundings, 0, kLock + 8));
}

TEST(Conditions, AreNotSearchedForOnTheStackOfWhoIsParkedInWait) {
  const InWait waiter(WaitReason::cond_wait);

  EXPECT_TRUE(waiter.surroundings.at(kNumber, 16).empty());
}

}  // namespace
}  // namespace goknot::target
