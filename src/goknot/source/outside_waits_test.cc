// SPDX-License-Identifier: Apache-2.0
#include "goknot/source/outside_waits.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <fstream>
#include <iterator>
#include <span>
#include <string>
#include <string_view>
#include <thread>

namespace goknot::source {
namespace {

// A thread of ours that reads from a pipe, until the end of the test.
class Reader {
 public:
  Reader() {
    if (::pipe(ends_.data()) != 0) return;
    thread_ = std::jthread([this] {
      tid_ = ::gettid();
      char byte = 0;
      [[maybe_unused]] const auto count = ::read(ends_[0], &byte, 1);
    });
    while (!is_reading()) std::this_thread::yield();
  }
  ~Reader() {
    ::close(ends_[1]);
    thread_.join();
    ::close(ends_[0]);
  }
  Reader(const Reader&) = delete;
  Reader& operator=(const Reader&) = delete;

  pid_t thread() const { return tid_; }

 private:
  // Its system call is read, which has the number 0.
  bool is_reading() const {
    std::ifstream file("/proc/self/task/" + std::to_string(tid_.load()) + "/syscall");
    const std::string text{std::istreambuf_iterator<char>(file), {}};
    return tid_ != 0 && text.starts_with("0 ");
  }

  std::array<int, 2> ends_{-1, -1};
  std::atomic<pid_t> tid_ = 0;
  std::jthread thread_;
};

// A goroutine in a system call on that thread.
Snapshot in_call(pid_t thread) {
  Snapshot snapshot;
  Goroutine& goroutine = snapshot.goroutines.emplace_back();
  goroutine.state = State::syscall;
  snapshot.details.emplace_back().thread = thread;
  return snapshot;
}

// The function that it stands in.
void put_frame(Snapshot& snapshot, std::string_view function) {
  Frame frame;
  frame.function = snapshot.strings.add(function);
  const FrameId frames[] = {snapshot.stacks.add(frame)};
  snapshot.goroutines.front().stack = snapshot.stacks.add(frames);
}

void look(Snapshot& snapshot) {
  add_outside_waits(::getpid(), target::Architecture::amd64, snapshot);
}

TEST(OutsideWaits, CCodeThatAsksForANameWaitsForTheResolver) {
  const Reader reader;
  Snapshot snapshot = in_call(reader.thread());
  put_frame(snapshot, "net._C2func_getaddrinfo");

  look(snapshot);

  ASSERT_EQ(snapshot.outside_waits.size(), 1U);
  EXPECT_EQ(snapshot.outside_waits.front().goroutine, 0U);
  EXPECT_EQ(snapshot.outside_waits.front().kind, OutsideKind::resolver);
}

TEST(OutsideWaits, APipeWhoseOtherEndIsOnesOwnIsNotOutside) {
  const Reader reader;
  Snapshot snapshot = in_call(reader.thread());
  put_frame(snapshot, "main.read");

  look(snapshot);

  EXPECT_TRUE(snapshot.outside_waits.empty());
}

TEST(OutsideWaits, WhoIsInNoSystemCallIsNotLookedAt) {
  const Reader reader;
  Snapshot snapshot = in_call(reader.thread());
  snapshot.goroutines.front().state = State::waiting;

  look(snapshot);

  EXPECT_TRUE(snapshot.outside_waits.empty());
}

TEST(OutsideWaits, NothingIsSaidOfAThreadThatIsNotThere) {
  Snapshot snapshot = in_call(0x7fffffff);

  look(snapshot);

  EXPECT_TRUE(snapshot.outside_waits.empty());
}

}  // namespace
}  // namespace goknot::source
