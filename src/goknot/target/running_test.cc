// SPDX-License-Identifier: Apache-2.0
#include "goknot/target/running.h"

#include "goknot/target/snapshot_reader.h"
#include "tests/support/recorded_program.h"

#include <gtest/gtest.h>

namespace goknot::target {
namespace {

using testing_support::RecordedProgram;

constexpr Address kThread = 0x10000;  // an m of our own
constexpr std::uint32_t kRunning = 2;
constexpr std::uint32_t kWaiting = 4;

// Holds nothing still: it says where the thread would stand.
class FakePauser final : public Pauser {
 public:
  PauseResult hold(std::uint64_t thread, const Look& look) override {
    threads.push_back(thread);
    if (result == PauseResult::looked) look(registers);
    return result;
  }
  double longest_seconds() const override { return 0.001; }

  Registers registers;
  PauseResult result = PauseResult::looked;
  std::vector<std::uint64_t> threads;
};

// A recorded program whose goroutine 1 runs, where it was parked in truth.
class RunningTest : public testing::Test {
 protected:
  RunningTest() {
    const Reading parked = *read_snapshot(*program_.memory, program_.program);
    functions_ = functions(parked.series.snapshots.front());
    g_ = parked.marks.front().goroutine;
    const Layout& layout = program_.program.layout;
    pauser_.registers.pc = word(layout.g.sched_pc);
    pauser_.registers.sp = word(layout.g.sched_sp);
    program_.memory->map(kThread, kThread + 0x4000)
        .put(kThread + static_cast<Address>(layout.m.procid), std::uint64_t{77});
    program_.memory->put(g_ + static_cast<Address>(layout.g.m), kThread);
    set_status(kRunning);
  }

  Address word(std::int32_t field) const {
    return *program_.memory->read<Address>(g_ + static_cast<Address>(field));
  }
  void set_status(std::uint32_t status) {
    program_.memory->put(g_ + static_cast<Address>(program_.program.layout.g.atomicstatus), status);
  }
  static std::vector<std::string> functions(const Snapshot& snapshot) {
    std::vector<std::string> names;
    for (const FrameId frame : snapshot.stacks.frames(snapshot.goroutines.front().stack)) {
      names.emplace_back(snapshot.function(frame));
    }
    return names;
  }
  Snapshot read() {
    ReadOptions options;
    options.pauser = &pauser_;
    Reading reading = *read_snapshot(*program_.memory, program_.program, options);
    texts_ = std::move(reading.series.texts);
    return std::move(reading.series.snapshots.front());
  }

  RecordedProgram program_{"go1.27"};
  FakePauser pauser_;
  Address g_ = 0;
  std::vector<std::string> functions_;
  std::vector<std::unique_ptr<const Buffer>> texts_;
};

TEST_F(RunningTest, TheStackIsReadFromTheRegistersOfItsThread) {
  const Snapshot snapshot = read();

  EXPECT_EQ(snapshot.goroutines.front().state, State::running);
  EXPECT_EQ(functions(snapshot), functions_);
  EXPECT_EQ(pauser_.threads.front(), 77U);
  EXPECT_EQ(snapshot.details.front().thread, 77);
}

TEST_F(RunningTest, WhatCannotBeHeldHasNoStack) {
  pauser_.result = PauseResult::refused;

  const Snapshot snapshot = read();

  EXPECT_TRUE(functions(snapshot).empty());
  EXPECT_TRUE(snapshot.goroutines.front().stack_cut);
  EXPECT_EQ(snapshot.details.front().thread, 77);
}

TEST_F(RunningTest, AStaleSavedPlaceIsNotBelievedInASignalHandler) {
  pauser_.registers.sp = kThread + 0x2000;

  EXPECT_TRUE(functions(read()).empty());
}

TEST_F(RunningTest, WithoutAPauserNobodyIsHeld) {
  const Reading reading = *read_snapshot(*program_.memory, program_.program);

  EXPECT_TRUE(functions(reading.series.snapshots.front()).empty());
  EXPECT_TRUE(pauser_.threads.empty());
}

TEST_F(RunningTest, WhoParksInTheMeantimeIsReadAsUsual) {
  set_status(kWaiting);

  EXPECT_EQ(functions(read()), functions_);
  EXPECT_TRUE(pauser_.threads.empty());
}

}  // namespace
}  // namespace goknot::target
