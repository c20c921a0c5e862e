// SPDX-License-Identifier: Apache-2.0
#include "goknot/target/callees.h"

#include "tests/support/recorded_program.h"

#include <gtest/gtest.h>

#include <string_view>

namespace goknot::target {
namespace {

using testing_support::FakeMemory;
using testing_support::RecordedProgram;

// A function of a recorded program, whose machine code a test writes.
class CalleesTest : public testing::Test {
 protected:
  CalleesTest() {
    for (Address at = down_; at < end_; ++at) memory_.byte(at) = std::byte{0x90};  // nop
  }

  void put_call(std::string_view name) {
    memory_.byte(next_) = std::byte{0xe8};
    put_distance(next_ + 1, recorded_.function(name).entry);
  }
  // lea rax, [rip + distance]
  void put_address(Address address) {
    for (const unsigned byte : {0x48U, 0x8dU, 0x05U}) memory_.byte(next_++) = std::byte(byte);
    put_distance(next_, address);
  }
  void put_distance(Address at, Address target) {
    memory_.put(at, static_cast<std::int32_t>(target - (at + 4)));
    next_ = at + 4;
  }
  bool leads_to(std::string_view name, int depth) {
    const std::string_view names[] = {name};
    return Callees(code_).leads_to(down_, names, depth);
  }
  std::string_view only_call() { return Callees(code_).only_call(down_); }

  RecordedProgram recorded_{"go1.27"};
  FakeMemory& memory_ = *recorded_.memory;
  Snapshot snapshot_;
  Code code_{memory_, recorded_.program.layout, recorded_.program.tables, snapshot_};
  Address down_ = recorded_.function("main.down").entry;
  Address end_ = recorded_.table().end_of(recorded_.function("main.down"));
  Address next_ = down_ + 1;
};

TEST_F(CalleesTest, AFunctionLeadsToItself) { EXPECT_TRUE(leads_to("main.down", 0)); }

TEST_F(CalleesTest, AndToWhatItCalls) {
  EXPECT_FALSE(leads_to("main.callsInlined", 0));

  put_call("main.callsInlined");

  EXPECT_TRUE(leads_to("main.callsInlined", 0));
}

TEST_F(CalleesTest, AFunctionWhoseAddressIsTakenCountsAsCalled) {
  put_address(recorded_.function("main.callsInlined").entry);

  EXPECT_TRUE(leads_to("main.callsInlined", 1));
}

TEST_F(CalleesTest, WhatOnlyLooksLikeACallLeadsNowhere) {
  memory_.byte(next_) = std::byte{0xe8};
  put_distance(next_ + 1, recorded_.function("main.callsInlined").entry + 1);

  EXPECT_FALSE(leads_to("main.callsInlined", 1));
}

TEST_F(CalleesTest, AFunctionThatIsNoneUsesNothing) {
  const std::string_view names[] = {"main.down"};

  EXPECT_FALSE(Callees(code_).leads_to(down_ + 1, names, 3));
}

TEST_F(CalleesTest, TheOnlyCallIsToldByItsName) {
  put_call("main.callsInlined");

  EXPECT_EQ(only_call(), "main.callsInlined");
}

TEST_F(CalleesTest, OfSeveralCallsNoneIsTheOnlyOne) {
  put_call("main.callsInlined");
  put_call("runtime.allgadd");

  EXPECT_EQ(only_call(), "");
}

}  // namespace
}  // namespace goknot::target
