// SPDX-License-Identifier: Apache-2.0
#include "goknot/target/defers.h"

#include "goknot/target/batch.h"
#include "goknot/target/code.h"
#include "goknot/target/surroundings.h"
#include "tests/support/fake_memory.h"
#include "tests/support/recorded_program.h"

#include <gtest/gtest.h>

namespace goknot::target {
namespace {

constexpr Address kHeap = 0x10000;
constexpr Address kStack = 0x20000;  // of which 0x200 bytes are in use
constexpr Address kCode = 0x400000;

// A goroutine with two activations: at kStack and at kStack + 0x100.
class Defers : public testing::Test {
 protected:
  explicit Defers(int minor = 26)
      : layout_(*layout_of({minor, 0}, Architecture::amd64)),
        code_(memory_, layout_, {}, snapshot_) {
    memory_.map(kHeap, kHeap + 0x10000).map(kStack, kStack + 0x1000);
    activations_ = {{.site = &inner_, .sp = kStack, .variables = kStack + 0xf0},
                    {.site = &outer_, .sp = kStack + 0x100, .variables = kStack + 0x1f0}};
    specimen_.look = Look::steady;
    inner_.stack_delta = outer_.stack_delta = 0xf8;
  }

  // A _defer of the releases whose records have 48 bytes.
  void put_record(Address at, Address sp, Address closure, Address link) {
    const auto& field = layout_.defer_record;
    memory_.put(at + Address(field.sp), sp);
    memory_.put(at + Address(field.fn), closure);
    memory_.put(at + Address(field.link), link);
  }
  void put_closure(Address at, Address code, Address captured) {
    memory_.put(at, code).put(at + 8, captured);
  }

  std::vector<PendingCall> read() {
    bytes_.resize(0x200);
    EXPECT_TRUE(memory_.read(kStack, bytes_));
    specimen_.stack = {kStack, bytes_};
    specimen_.activations = activations_;
    Surroundings surroundings;
    surroundings.read(code_, std::span(&specimen_, 1));
    return pending_calls(code_, specimen_, surroundings);
  }

  testing_support::FakeMemory memory_;
  Layout layout_;
  Snapshot snapshot_;
  Code code_;
  Site inner_, outer_;
  std::vector<Activation> activations_;
  std::vector<std::byte> bytes_;
  Specimen specimen_;
};

// The list of the goroutine: the record on the stack first, which the inner frame made, then the
// one on the heap of the outer frame.
TEST_F(Defers, RecordsOnHeapAndStackBelongToTheFrameThatDeferred) {
  put_closure(kHeap + 0x100, kCode, 0x1111);
  put_closure(kStack + 0x80, kCode + 0x20, 0x2222);
  put_record(kStack + 0x40, kStack, kStack + 0x80, kHeap);
  put_record(kHeap, kStack + 0x100, kHeap + 0x100, 0);
  specimen_.record.defers = kStack + 0x40;
  const auto calls = read();
  ASSERT_EQ(calls.size(), 2U);
  EXPECT_EQ(calls[0].activation, 0U);
  EXPECT_EQ(calls[0].code, kCode + 0x20);
  EXPECT_EQ(calls[0].captured[0], 0x2222U);
  EXPECT_EQ(calls[1].activation, 1U);
  EXPECT_EQ(calls[1].code, kCode);
  EXPECT_EQ(calls[1].captured[0], 0x1111U);
}

// Open-coded: of the two slots of the outer frame only the second is in use (bits 10).
TEST_F(Defers, OnlySlotsWhoseBitIsSetArePending) {
  outer_.defers = {.bits = 0x21, .slots = {{.closure = 0x20}, {.closure = 0x18}}};
  memory_.put(kStack + 0x1f0 - 0x21, std::uint8_t{2});
  memory_.put(kStack + 0x1f0 - 0x20, kHeap);
  memory_.put(kStack + 0x1f0 - 0x18, kHeap + 0x10);
  put_closure(kHeap + 0x10, kCode, 7);
  const auto calls = read();
  ASSERT_EQ(calls.size(), 1U);
  EXPECT_EQ(calls[0].activation, 1U);
  EXPECT_EQ(calls[0].code, kCode);
}

// The function of the second slot has begun; what lies where a third one would be is no call.
TEST_F(Defers, ASlotThatIsInUseThoughItsBitIsClearHasBegun) {
  const testing_support::RecordedProgram program("go1.27");
  const Address entry = program.function("main.down").entry;
  Code code(*program.memory, program.program.layout, program.program.tables, snapshot_);
  outer_.defers = {.bits = 0x21,
                   .slots = {{.closure = 0x20}, {.closure = 0x18}, {.closure = 0x10}}};
  put_closure(kStack + 0x80, entry, 7);
  memory_.put(kStack + 0x1f0 - 0x21, std::uint8_t{1});
  memory_.put(kStack + 0x1f0 - 0x20, kStack + 0x80);
  memory_.put(kStack + 0x1f0 - 0x18, kStack + 0x80);
  memory_.put(kStack + 0x1f0 - 0x10, kStack + 0x88);
  read();

  const auto calls = begun_calls(code, specimen_, 1);

  ASSERT_EQ(calls.size(), 1U);
  EXPECT_EQ(calls[0].code, entry);
  EXPECT_EQ(calls[0].captured[0], 7U);
  EXPECT_TRUE(begun_calls(code, specimen_, 0).empty());
}

TEST_F(Defers, AFunctionWithoutAFrameYetHasDeferredNothing) {
  inner_.defers = {.bits = 0x21, .slots = {{.closure = 0x20}}};
  inner_.stack_delta = 0;
  memory_.put(kStack + 0xf0 - 0x21, std::uint8_t{1});
  memory_.put(kStack + 0xf0 - 0x20, kHeap);
  EXPECT_TRUE(read().empty());
}

//     for x := range seq { defer x.Close() }    // the body is a function that seq calls
TEST_F(Defers, ALoopBodyOfARangeFunctionDefersForTheFunctionAround) {
  const auto& field = layout_.defer_record;
  put_record(kHeap, kStack + 0x100, 0, 0);
  memory_.put(kHeap + Address(field.rangefunc), std::uint8_t{1});
  memory_.put(kHeap + Address(field.head), kHeap + 0x200);
  memory_.put(kHeap + 0x200, kHeap + 0x300);
  put_record(kHeap + 0x300, 0, kHeap + 0x400, 0);
  put_closure(kHeap + 0x400, kCode, 7);
  specimen_.record.defers = kHeap;
  const auto calls = read();
  ASSERT_EQ(calls.size(), 1U);
  EXPECT_EQ(calls[0].activation, 1U);
}

TEST_F(Defers, AListThatRunsInACircleEnds) {
  put_closure(kHeap + 0x100, kCode, 0x1111);
  put_record(kHeap, kStack, kHeap + 0x100, kHeap);
  specimen_.record.defers = kHeap;
  EXPECT_FALSE(read().empty());
}

TEST_F(Defers, RecordsOfNoFrameAndUnreadableOnesAreLeftOut) {
  put_closure(kHeap + 0x100, kCode, 0x1111);
  put_record(kHeap, kStack + 0x18, kHeap + 0x100, 0xdead0000);
  specimen_.record.defers = kHeap;
  EXPECT_TRUE(read().empty());
}

class OldDefers : public Defers {
 protected:
  OldDefers() : Defers(16) {}
};

TEST_F(OldDefers, ArgumentsStandBehindTheRecord) {
  put_closure(kHeap + 0x200, kCode, 0);
  put_record(kHeap, kStack, kHeap + 0x200, 0);
  memory_.put(kHeap, std::uint32_t{8});
  memory_.put(kHeap + Address(layout_.defer_record.size), Address{0xc000});
  specimen_.record.defers = kHeap;
  const auto calls = read();
  ASSERT_EQ(calls.size(), 1U);
  EXPECT_EQ(calls[0].arguments[0], 0xc000U);
  EXPECT_FALSE(calls[0].arguments[1]);
}

TEST_F(OldDefers, RecordsOfAPanicThatStandForFramesAreSkipped) {
  put_closure(kHeap + 0x200, kCode, 0);
  put_record(kHeap, kStack, kHeap + 0x200, 0);
  memory_.put(kHeap + Address(layout_.defer_record.open_defer), std::uint8_t{1});
  specimen_.record.defers = kHeap;
  EXPECT_TRUE(read().empty());
}

}  // namespace
}  // namespace goknot::target
