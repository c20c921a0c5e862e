// SPDX-License-Identifier: Apache-2.0
#include "goknot/target/linux/outside.h"

#include "tests/support/child.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <unistd.h>

#include <array>
#include <string>

namespace goknot::target {
namespace {

using Place = KernelEntry::Place;
using testing_support::Child;
using testing_support::eventually;

constexpr std::uint64_t kWait4 = 61;
constexpr std::uint64_t kWaitid = 247;

KernelEntry call(std::uint64_t number, std::uint64_t first, std::uint64_t second = 0) {
  KernelEntry entry{.place = Place::syscall, .number = number};
  entry.arguments = {first, second};
  return entry;
}

std::optional<pid_t> awaited(const KernelEntry& entry) {
  return awaited_child(::getpid(), Architecture::amd64, entry);
}

TEST(Outside, TheChildStandsInTheCall) {
  EXPECT_EQ(awaited(call(kWait4, 812)), 812);
  EXPECT_EQ(awaited(call(kWaitid, 1, 812)), 812);
}

TEST(Outside, AnyChildIsNoChildInParticular) {
  EXPECT_EQ(awaited(call(kWait4, ~std::uint64_t{0})), std::nullopt);
  EXPECT_EQ(awaited(call(kWaitid, 0, 0)), std::nullopt);
}

TEST(Outside, OtherCallsWaitForNoChild) {
  EXPECT_EQ(awaited(call(0, 812)), std::nullopt);
  EXPECT_EQ(awaited({.place = Place::running}), std::nullopt);
}

TEST(Outside, AFileSystemIsFoundByItsMount) {
  constexpr std::string_view kText =
      "22 27 0:21 / /proc rw,relatime - proc proc rw\n"
      "27 1 254:0 / / rw,relatime shared:1 master:2 - ext4 /dev/vda rw\n"
      "30 27 0:40 / /mnt rw - fuse.sshfs host: rw\n";

  EXPECT_EQ(file_system_of(kText, "27"), "ext4");
  EXPECT_EQ(file_system_of(kText, "30"), "fuse.sshfs");
  EXPECT_EQ(file_system_of(kText, "31"), "");
  EXPECT_EQ(file_system_of(kText, ""), "");
  EXPECT_EQ(file_system_of("27 1 254:0", "27"), "");
}

// What a thread of ours that waits for a child is told.
std::optional<Outside> look_at(const Child& child) {
  Thread thread;
  thread.entry = call(kWait4, static_cast<std::uint64_t>(child.pid()));
  return look_outside(::getpid(), thread, Architecture::amd64);
}

TEST(Outside, AChildThatWorksMayEnd) {
  const Child child([] {});

  const auto outside = look_at(child);

  ASSERT_TRUE(outside);
  EXPECT_EQ(outside->kind, OutsideKind::child);
  EXPECT_EQ(outside->outlook, Outlook::open);
  EXPECT_EQ(outside->pid, child.pid());
}

TEST(Outside, AStoppedChildCannotEnd) {
  const Child child([] {});
  ::kill(child.pid(), SIGSTOP);

  EXPECT_TRUE(eventually([&] { return look_at(child)->outlook == Outlook::halted; }));
  EXPECT_EQ(look_at(child)->why, "stopped by a signal");
}

// Both ends of a pipe that cannot take any more.
std::array<int, 2> full_pipe() {
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) return ends;
  ::fcntl(ends[1], F_SETFL, O_NONBLOCK);
  const std::string text(4096, 'x');
  while (::write(ends[1], text.data(), text.size()) > 0) {
  }
  ::fcntl(ends[1], F_SETFL, 0);
  return ends;
}

TEST(Outside, AChildThatWritesIntoOurFullPipeWaitsForUs) {
  const std::array<int, 2> ends = full_pipe();
  // `cat` writes what it reads; it has no other end of the pipe.
  const std::string to = "/proc/" + std::to_string(::getpid()) + "/fd/" + std::to_string(ends[1]);
  const Child child(std::vector<std::string>{"/bin/sh", "-c", "exec cat /proc/self/status >" + to});
  EXPECT_TRUE(eventually([&] { return look_at(child)->outlook == Outlook::own; }));

  EXPECT_EQ(look_at(child)->pipe_ends, std::vector{ends[0]});
  ::close(ends[0]);
  ::close(ends[1]);
}

}  // namespace
}  // namespace goknot::target
