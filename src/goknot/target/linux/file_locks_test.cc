// SPDX-License-Identifier: Apache-2.0
#include "goknot/target/linux/file_locks.h"

#include <gtest/gtest.h>

#include <string>

namespace goknot::target {
namespace {

TEST(FileLocks, FlockBelongsToAnOpenFile) {
  const auto lock = parse_file_lock("2: FLOCK  ADVISORY  WRITE 812 fe:00:10019321 0 EOF");

  ASSERT_TRUE(lock);
  EXPECT_EQ(lock->owner, LockOwner::description);
  EXPECT_EQ(lock->pid, 812);
  EXPECT_EQ(lock->file, (FileNumber{0xfe, 0, 10019321}));
  EXPECT_TRUE(lock->writes);
  EXPECT_FALSE(lock->waits);
}

TEST(FileLocks, AnArrowIsSomebodyWhoWaits) {
  const auto lock = parse_file_lock("2: -> POSIX  ADVISORY  READ 813 00:2a:7 0 99");

  ASSERT_TRUE(lock);
  EXPECT_EQ(lock->owner, LockOwner::process);
  EXPECT_TRUE(lock->waits);
  EXPECT_FALSE(lock->writes);
}

TEST(FileLocks, WhoWaitsForAWaiterIsIndented) {
  const auto lock = parse_file_lock("2:  -> FLOCK  ADVISORY  WRITE 814 fe:00:7 0 EOF");

  ASSERT_TRUE(lock);
  EXPECT_TRUE(lock->waits);
  EXPECT_EQ(lock->pid, 814);
}

TEST(FileLocks, LocksOfOpenFileDescriptionsHaveNoProcess) {
  const auto lock = parse_file_lock("4: OFDLCK ADVISORY  WRITE -1 fd:01:5 0 EOF");

  ASSERT_TRUE(lock);
  EXPECT_EQ(lock->owner, LockOwner::description);
  EXPECT_EQ(lock->pid, 0);
}

TEST(FileLocks, LeasesAreLeftOut) {
  EXPECT_FALSE(parse_file_lock("1: LEASE  ACTIVE    READ  812 fe:00:9 0 EOF"));
  EXPECT_FALSE(parse_file_lock("1: DELEG  ACTIVE    READ  812 fe:00:9 0 EOF"));
}

TEST(FileLocks, AnythingElseIsNoLock) {
  for (const std::string_view line :
       {"", "FLOCK", "2:", "2: FLOCK", "2: FLOCK ADVISORY WRITE 1 <none>:0 0 EOF",
        "2: FLOCK ADVISORY WRITE 1 fe:00 0 EOF", "2: FLOCK ADVISORY WRITE 1 fffffffff:0:1"}) {
    EXPECT_FALSE(parse_file_lock(line)) << line;
  }
}

TEST(FileLocks, ATableCutAnywhereHasNoMoreLocksThanTheWhole) {
  const std::string table =
      "1: POSIX  ADVISORY  WRITE 18429 fe:00:10019322 0 EOF\n"
      "2: FLOCK  ADVISORY  WRITE 18429 fe:00:10019321 0 EOF\n"
      "2: -> FLOCK  ADVISORY  WRITE 18429 fe:00:10019321 0 EOF\n";

  EXPECT_EQ(parse_file_locks(table).size(), 3U);
  for (std::size_t size = 0; size < table.size(); ++size) {
    EXPECT_LE(parse_file_locks(std::string_view(table).substr(0, size)).size(), 3U) << size;
  }
}

TEST(FileLocks, ADescriptorShowsTheLocksItHas) {
  const auto locks = parse_descriptor_locks(
      "pos:\t0\nflags:\t02100001\nmnt_id:\t27\nino:\t10019321\n"
      "lock:\t1: FLOCK  ADVISORY  WRITE 18429 fe:00:10019321 0 EOF\n");

  ASSERT_EQ(locks.size(), 1U);
  EXPECT_EQ(locks[0].pid, 18429);
}

TEST(FileLocks, ADescriptorWithoutLocksShowsNone) {
  EXPECT_TRUE(parse_descriptor_locks("pos:\t0\nflags:\t02100001\nino:\t10019321\n").empty());
}

}  // namespace
}  // namespace goknot::target
