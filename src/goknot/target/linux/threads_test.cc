// SPDX-License-Identifier: Apache-2.0
#include "goknot/target/linux/threads.h"

#include "tests/support/child.h"
#include "tests/support/outside_program.h"

#include <gtest/gtest.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <thread>

namespace goknot::target {

namespace {

using Place = KernelEntry::Place;
using testing_support::Child;
using testing_support::eventually;

TEST(Threads, ASystemCallHasNumberArgumentsAndRegisters) {
  const KernelEntry entry =
      parse_kernel_entry("202 0x5 0x80 0x0 0x0 0xffffffff 0x0 0x7fff3ab3fd88 0x7f5a86b6f2ad\n");

  EXPECT_EQ(entry.place, Place::syscall);
  EXPECT_EQ(entry.number, 202U);
  EXPECT_EQ(entry.arguments[0], 5U);
  EXPECT_EQ(entry.arguments[4], 0xffffffffU);
  EXPECT_EQ(entry.sp, 0x7fff3ab3fd88U);
  EXPECT_EQ(entry.pc, 0x7f5a86b6f2adU);
}

TEST(Threads, AThreadMayBeAsleepWithoutASystemCall) {
  const KernelEntry entry = parse_kernel_entry("-1 0x7fff3ab3fd88 0x7f5a86b6f2ad\n");

  EXPECT_EQ(entry.place, Place::blocked);
  EXPECT_EQ(entry.pc, 0x7f5a86b6f2adU);
}

TEST(Threads, ARunningThreadTellsNothingMore) {
  EXPECT_EQ(parse_kernel_entry("running\n"), KernelEntry{.place = Place::running});
}

TEST(Threads, OtherTextIsNotBelieved) {
  for (const std::string_view text :
       {"", "\n", "runnin", "7", "-2 0x1 0x2", "7 1 2 3 4 5 6 7 8", "7 0x1 0x2 0x3", "-1 0x1",
        "99999999999999999999 0x1 0x2 0x3 0x4 0x5 0x6 0x7 0x8"}) {
    EXPECT_EQ(parse_kernel_entry(text), KernelEntry{}) << text;
  }
}

TEST(Threads, ASleepingChildStandsStillInItsSystemCall) {
  const Child child([] {});
  const auto look = [&child] { return find_thread(child.pid(), child.pid()); };
  ASSERT_TRUE(eventually([&] { return look()->state == TaskState::sleeping; }));

  const auto first = look();
  const auto second = look();

  if (first->entry.place == Place::unknown) GTEST_SKIP() << "this kernel does not tell";
  EXPECT_EQ(first->entry.place, Place::syscall);
  EXPECT_NE(first->entry.sp, 0U);
  EXPECT_TRUE(second->stood_still_since(*first));
}

TEST(Threads, EveryThreadOfAProcessIsListed) {
  std::jthread other([](const std::stop_token& stop) {
    while (!stop.stop_requested()) std::this_thread::sleep_for(std::chrono::milliseconds(1));
  });

  const std::vector<Thread> threads = list_threads(::getpid());

  EXPECT_GE(threads.size(), 2U);
  // Numbers start again from below some day, so the first thread need not have the lowest.
  EXPECT_EQ(std::ranges::count(threads, ::getpid(), &Thread::inner_tid), 1);
}

TEST(Threads, InAContainerThreadsHaveNumbersOfTheirOwn) {
  const sample::TemporaryFolder folder;
  std::filesystem::create_directories(folder.path() + "/812/task/815");
  folder.file("812/task/815/status", "State:\tS (sleeping)\nNSpid:\t815\t4\n");
  folder.file("812/task/815/comm", "worker\n");

  const std::vector<Thread> threads = list_threads(812, {.proc = folder.path(), .cgroups = ""});

  ASSERT_EQ(threads.size(), 1U);
  EXPECT_EQ(threads[0].tid, 815);
  EXPECT_EQ(threads[0].inner_tid, 4);
  EXPECT_EQ(threads[0].name, "worker");
}

TEST(Threads, AProcessThatIsNotThereHasNone) {
  EXPECT_TRUE(list_threads(0x7ffffff0).empty());
  EXPECT_FALSE(find_thread(::getpid(), 0x7ffffff0));
}

}  // namespace

}  // namespace goknot::target
