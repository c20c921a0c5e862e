// SPDX-License-Identifier: Apache-2.0
#include "goknot/target/open_files.h"

#include "tests/support/fake_crowd.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string_view>
#include <vector>

namespace goknot::target {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing_support::FakeCrowd;
using Kind = FileUse::Kind;

FileUse wants(std::int64_t goroutine, int fd) { return {goroutine, 1, fd, Kind::wants, true}; }
FileUse closes(std::int64_t goroutine, int fd) { return {goroutine, 5, fd, Kind::closes, true}; }

// One file that is open as 7, 8 and 9.
std::vector<ContendedFile> told(const std::vector<FileUse>& uses) {
  ContendedFile file;
  file.path = "/var/lib/cache.db";
  file.owners = file.others = {7, 8, 9};
  return contended_by_use({&file, 1}, uses);
}

TEST(ContendedByUse, WhoWillCloseAnotherDescriptorHasTheLock) {
  const auto files = told({wants(5, 9), closes(6, 7)});

  ASSERT_EQ(files.size(), 1U);
  EXPECT_THAT(files[0].owners, ElementsAre(7));
  EXPECT_THAT(files[0].others, ElementsAre(9));
  EXPECT_FALSE(files[0].listed);
}

TEST(ContendedByUse, WhoTriesToLockWhatItWillCloseHasNothing) {
  EXPECT_THAT(told({wants(5, 9), closes(5, 9)}), IsEmpty());
}

TEST(ContendedByUse, OneWhoHasTheFileOpenAlreadyTriesTheOtherDescriptor) {
  const auto files = told({wants(5, 7), wants(5, 8), closes(5, 7)});

  ASSERT_EQ(files.size(), 1U);
  EXPECT_THAT(files[0].owners, ElementsAre(7));
  EXPECT_THAT(files[0].others, ElementsAre(8));
}

TEST(ContendedByUse, WhatAnotherWillCloseIsNotWhatItTries) {
  const auto files = told({wants(5, 7), wants(5, 8), closes(5, 8), closes(6, 7)});

  ASSERT_EQ(files.size(), 1U);
  EXPECT_THAT(files[0].owners, ElementsAre(7));
  EXPECT_THAT(files[0].others, ElementsAre(8));
}

TEST(ContendedByUse, NothingIsToldIfSeveralMayHaveIt) {
  EXPECT_THAT(told({wants(5, 9), closes(6, 7), closes(6, 8)}), IsEmpty());
}

TEST(ContendedByUse, WhoDoesNotComeBackToTryingMayHaveIt) {
  FileUse past = wants(5, 9);
  past.supported = false;

  EXPECT_THAT(told({past, closes(6, 7)}), IsEmpty());
}

// A heap with two objects that may be an os.file, each with a finalizer.
class FilesOpenedTwice : public testing::Test {
 protected:
  FilesOpenedTwice() {
    crowd_.memory.map(kRecords, kRecords + 0x1000);
    const Layout& layout = crowd_.program.layout;
    for (const Address i : {0U, 1U}) {
      const Address record = kRecords + 0x100 * i;
      crowd_.memory.put(record + at(layout.special.offset), std::uint64_t{96 * i});
      crowd_.memory.byte(record + at(layout.special.kind)) =
          static_cast<std::byte>(layout.special_kind.finalizer);
      crowd_.memory.put(record + at(layout.specialfinalizer.fn), kFunction);
    }
    crowd_.memory.put(kRecords + at(layout.special.next), kRecords + 0x100);
    crowd_.memory.put(kFunction, crowd_.recorded.function("main.down").entry);
    put_file(0, 7, "cache.db");
    put_file(1, 9, "cache.db");
    crowd_.heap.set_specials(kRecords);
  }

  void put_file(Address i, std::int64_t fd, std::string_view name) {
    const Address file = files_ + 96 * i;
    const Address text = kText + 0x100 * i;
    crowd_.memory.put(file + 16, fd)
        .put(file + 56, text)
        .put(file + 64, std::uint64_t{name.size()});
    crowd_.memory.put(text, name);
  }
  static Address at(std::int32_t offset) { return static_cast<Address>(offset); }
  std::vector<ContendedFile> find(std::string_view closer = "main.down") {
    return find_files_opened_twice(crowd_.memory, crowd_.program, closer);
  }

  static constexpr Address kRecords = 0x500000000000;
  static constexpr Address kFunction = kRecords + 0x800;
  static constexpr Address kText = kRecords + 0x900;

  FakeCrowd crowd_;
  Address files_ = crowd_.heap.add_span(96, testing_support::FakeHeap::Content::pointers);
};

TEST_F(FilesOpenedTwice, AreFoundByTheFinalizerThatClosesThem) {
  const auto files = find();

  ASSERT_EQ(files.size(), 1U);
  EXPECT_EQ(files[0].path, "cache.db");
  EXPECT_THAT(files[0].others, ElementsAre(7, 9));
}

TEST_F(FilesOpenedTwice, OneThatIsClosedDoesNotCount) {
  put_file(1, -1, "cache.db");

  EXPECT_THAT(find(), IsEmpty());
}

TEST_F(FilesOpenedTwice, NorOneOfAnotherName) {
  put_file(1, 9, "other.db");

  EXPECT_THAT(find(), IsEmpty());
}

TEST_F(FilesOpenedTwice, OtherFinalizersAreNotFiles) { EXPECT_THAT(find("main.up"), IsEmpty()); }

}  // namespace
}  // namespace goknot::target
