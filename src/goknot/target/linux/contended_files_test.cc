// SPDX-License-Identifier: Apache-2.0
#include "goknot/target/linux/contended_files.h"

#include "goknot/target/linux/scoped_fd.h"
#include "tests/support/child.h"
#include "tests/support/outside_program.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/file.h>
#include <unistd.h>

namespace goknot::target {
namespace {

using testing_support::Child;

// A file of our own, and descriptors of it.
class ContendedFiles : public testing::Test {
 protected:
  ScopedFd open_again() const { return ScopedFd(::open(path_.c_str(), O_RDWR | O_CLOEXEC)); }

  sample::TemporaryFolder folder_;
  std::string path_ = folder_.file("cache.db", "x");
};

TEST_F(ContendedFiles, AreThoseThatTheProcessHasOpenTwiceAndLockedOnce) {
  const ScopedFd owner = open_again();
  const ScopedFd other = open_again();
  ASSERT_EQ(::flock(owner.get(), LOCK_EX), 0);

  const auto files = find_contended_files(::getpid());

  ASSERT_EQ(files.size(), 1U);
  EXPECT_EQ(files[0].path, path_);
  EXPECT_EQ(files[0].owners, std::vector{owner.get()});
  EXPECT_EQ(files[0].others, std::vector{other.get()});
  ASSERT_EQ(files[0].holders.size(), 1U);
  EXPECT_TRUE(files[0].holders[0].own);
}

TEST_F(ContendedFiles, AreNoneWithoutALock) {
  const ScopedFd one = open_again();
  const ScopedFd other = open_again();

  EXPECT_TRUE(find_contended_files(::getpid()).empty());
}

TEST_F(ContendedFiles, AreNoneIfTheOnlyDescriptorHasTheLock) {
  const ScopedFd owner = open_again();
  ASSERT_EQ(::flock(owner.get(), LOCK_EX), 0);

  EXPECT_TRUE(find_contended_files(::getpid()).empty());
}

TEST_F(ContendedFiles, MayBeLockedByAnotherProcess) {
  const Child child([this] {
    const int fd = ::open(path_.c_str(), O_RDWR);
    ::flock(fd, LOCK_EX);
  });
  const ScopedFd other = open_again();

  const auto files = find_contended_files(::getpid());

  ASSERT_EQ(files.size(), 1U);
  EXPECT_TRUE(files[0].owners.empty());
  ASSERT_EQ(files[0].holders.size(), 1U);
  EXPECT_EQ(files[0].holders[0].pid, child.pid());
  EXPECT_FALSE(files[0].holders[0].own);
}

TEST_F(ContendedFiles, NoMoreDescriptorsAreLookedAtThanAllowed) {
  const ScopedFd owner = open_again();
  const ScopedFd other = open_again();
  ASSERT_EQ(::flock(owner.get(), LOCK_EX), 0);

  EXPECT_TRUE(find_contended_files(::getpid(), {}, 0).empty());
}

}  // namespace
}  // namespace goknot::target
