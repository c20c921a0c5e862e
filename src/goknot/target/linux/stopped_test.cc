// SPDX-License-Identifier: Apache-2.0
#include "goknot/target/linux/stopped.h"

#include "goknot/target/linux/proc_file.h"
#include "goknot/target/linux/process_status.h"
#include "goknot/target/linux/threads.h"
#include "tests/support/child.h"

#include <gtest/gtest.h>
#include <signal.h>
#include <unistd.h>

#include <array>
#include <cstddef>
#include <new>
#include <thread>

namespace goknot::target {

namespace {

using testing_support::Child;
using testing_support::eventually;

ProcessStatus status_of_thread(pid_t pid) {
  return parse_status(read_proc_file(System().of(pid, pid, "status")).value_or(""));
}

TEST(Stopped, AThreadStandsStillAsLongAsItLivesAndRunsOnAfterwards) {
  const Child child([] {});
  {
    const auto stopped = Stopped::seize(child.pid());
    ASSERT_TRUE(stopped);
    EXPECT_EQ(status_of_thread(child.pid()).state, TaskState::traced);
    EXPECT_EQ(status_of_thread(child.pid()).tracer, ::getpid());
  }

  EXPECT_EQ(status_of_thread(child.pid()).tracer, 0);
  EXPECT_TRUE(
      eventually([&] { return status_of_thread(child.pid()).state == TaskState::sleeping; }));
}

TEST(Stopped, TellsWhereAThreadStands) {
  const Child child([] {});
  ASSERT_TRUE(eventually([&] { return find_thread(child.pid(), child.pid())->entry.pc != 0; }));
  const auto thread = find_thread(child.pid(), child.pid());

  const auto registers = Stopped::seize(child.pid())->registers();

  ASSERT_TRUE(registers);
  EXPECT_EQ(registers->sp, thread->entry.sp);
  EXPECT_EQ(registers->pc, thread->entry.pc);
}

TEST(Stopped, LetsGoWhenItsThreadEndsWhateverHappens) {
  const Child child([] {});
  std::thread([&child] {
    auto stopped = Stopped::seize(child.pid());
    // Never destroyed: as if we were killed.
    alignas(Stopped) std::array<std::byte, sizeof(Stopped)> place;
    new (place.data()) Stopped(std::move(*stopped));
  }).join();

  EXPECT_TRUE(eventually([&] { return status_of_thread(child.pid()).tracer == 0; }));
  EXPECT_TRUE(
      eventually([&] { return status_of_thread(child.pid()).state == TaskState::sleeping; }));
}

TEST(Stopped, WhomAnotherDebuggerHoldsIsLeftAlone) {
  const Child child([] {});
  const auto stopped = Stopped::seize(child.pid());
  ASSERT_TRUE(stopped);

  std::thread([&child] {
    const auto second = Stopped::seize(child.pid());
    ASSERT_FALSE(second);
    EXPECT_EQ(second.error(), PauseResult::refused);
  }).join();
}

TEST(Stopped, WhoWasStoppedBySignalStaysSo) {
  const Child child([] {});
  ::kill(child.pid(), SIGSTOP);
  ASSERT_TRUE(
      eventually([&] { return status_of_thread(child.pid()).state == TaskState::stopped; }));
  {
    const auto stopped = Stopped::seize(child.pid());
    ASSERT_TRUE(stopped);
    EXPECT_TRUE(stopped->registers());
  }

  EXPECT_TRUE(
      eventually([&] { return status_of_thread(child.pid()).state == TaskState::stopped; }));
}

TEST(Stopped, ASignalThatArrivesMeanwhileIsNotLost) {
  const Child child([] {});
  {
    const auto stopped = Stopped::seize(child.pid());
    ASSERT_TRUE(stopped);
    ::kill(child.pid(), SIGTERM);
  }

  EXPECT_TRUE(eventually([&] {
    const TaskState state = status_of_thread(child.pid()).state;
    return state == TaskState::zombie || state == TaskState::dead;
  }));
}

TEST(Stopped, WhoIsNotThereIsGone) {
  const auto stopped = Stopped::seize(0x7ffffff0);

  ASSERT_FALSE(stopped);
  EXPECT_EQ(stopped.error(), PauseResult::gone);
}

TEST(ThreadPauser, LooksWhileAThreadStandsStillAndNotesForHowLong) {
  const Child child([] {});
  ThreadPauser pauser(child.pid());
  TaskState seen = TaskState::unknown;
  PauseResult result = PauseResult::late;

  // A busy machine may not stop it in time.
  eventually([&] {
    result = pauser.hold(static_cast<std::uint64_t>(child.pid()),
                         [&](const Registers&) { seen = status_of_thread(child.pid()).state; });
    return result != PauseResult::late;
  });

  EXPECT_EQ(result, PauseResult::looked);
  EXPECT_EQ(seen, TaskState::traced);
  EXPECT_EQ(status_of_thread(child.pid()).tracer, 0);
  EXPECT_GT(pauser.longest_seconds(), 0);
}

TEST(ThreadPauser, AThreadOfAnotherProcessIsNone) {
  const Child child([] {});
  ThreadPauser pauser(child.pid());

  EXPECT_EQ(pauser.hold(1, [](const Registers&) { FAIL(); }), PauseResult::gone);
}

}  // namespace

}  // namespace goknot::target
