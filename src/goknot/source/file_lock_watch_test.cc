// SPDX-License-Identifier: Apache-2.0
#include "goknot/source/file_lock_watch.h"

#include "goknot/target/linux/scoped_fd.h"
#include "tests/support/outside_program.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/file.h>
#include <unistd.h>

namespace goknot::source {
namespace {

using target::FileUse;
using target::ScopedFd;

// A file that this process has open twice and locked once, and goroutine 5, which wants the lock.
class WatchOf : public testing::Test {
 protected:
  WatchOf() {
    ::flock(owner_.get(), LOCK_EX);
    snapshot_.goroutines.emplace_back().id = 5;
    snapshot_.goroutines.front().reason = WaitReason::sleep;
    uses_.push_back({.goroutine = 5, .frame = 0, .fd = other_.get(), .kind = FileUse::Kind::wants});
  }
  int open_again() const { return ::open(path_.c_str(), O_RDWR | O_CLOEXEC); }

  sample::TemporaryFolder folder_;
  std::string path_ = folder_.file("cache.db", "x");
  ScopedFd owner_{open_again()}, other_{open_again()};
  std::vector<FileUse> uses_;
  Snapshot snapshot_;
};

TEST_F(WatchOf, WhoWaitsStaysWhereItIsWhileTheLockIsHeld) {
  FileLockWatch watch(::getpid());
  watch.add_to(snapshot_, uses_);

  EXPECT_TRUE(watch.waits(0));
  EXPECT_TRUE(watch.unchanged());
}

TEST_F(WatchOf, ALockThatWasGivenUpIsAChange) {
  FileLockWatch watch(::getpid());
  watch.add_to(snapshot_, uses_);
  ::flock(owner_.get(), LOCK_UN);

  EXPECT_FALSE(watch.unchanged());
}

TEST_F(WatchOf, ALockThatWasGivenUpWhileReadingIsNotWaitedFor) {
  FileLockWatch watch(::getpid());
  ::flock(owner_.get(), LOCK_UN);
  watch.add_to(snapshot_, uses_);

  EXPECT_FALSE(watch.waits(0));
  EXPECT_TRUE(snapshot_.waits.empty());
}

}  // namespace
}  // namespace goknot::source
