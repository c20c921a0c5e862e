// SPDX-License-Identifier: Apache-2.0
#include "goknot/target/file_objects.h"

#include "tests/support/fake_heap.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <optional>
#include <string_view>
#include <vector>

namespace goknot::target {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing_support::FakeHeap;

// A database that has an os.File, as Go keeps it: database → os.File → os.file.
class FileObjectsOf : public testing::Test {
 protected:
  FileObjectsOf() {
    heap_.memory.put(database_, std::uint64_t{1}).put(database_ + 8, file_);
    heap_.memory.put(file_, descriptor_);
    put_descriptor(7, "/var/lib/cache.db");
  }

  void put_descriptor(std::int64_t fd, std::string_view name) {
    heap_.memory.put(descriptor_ + 16, fd);
    heap_.memory.put(descriptor_ + 56, text_).put(descriptor_ + 64, std::uint64_t{name.size()});
    heap_.memory.put(text_, name);
  }

  std::vector<int> reached(Address pointer, int depth) {
    const auto spans = Spans::read(heap_.memory, heap_.layout, heap_.module);
    FileObjects objects(heap_.memory, *spans, wanted_);
    return objects.reached(pointer, depth);
  }

  FakeHeap heap_;
  Address database_ = heap_.add_span(64, FakeHeap::Content::pointers);
  Address file_ = heap_.add_span(8, FakeHeap::Content::pointers);
  Address descriptor_ = heap_.add_span(96, FakeHeap::Content::pointers);
  Address text_ = heap_.add_span(64, FakeHeap::Content::plain);
  std::vector<WantedFile> wanted_ = {{7, "/var/lib/cache.db"}};
};

TEST_F(FileObjectsOf, AFileIsReachedByItsPointer) {
  EXPECT_THAT(reached(file_, 0), ElementsAre(7));
}

TEST_F(FileObjectsOf, AndThroughAnObjectThatHasIt) {
  EXPECT_THAT(reached(database_, 1), ElementsAre(7));
  EXPECT_THAT(reached(database_ + 24, 1), ElementsAre(7)) << "by a pointer into its middle";
}

TEST_F(FileObjectsOf, NotThroughMoreObjectsThanAllowed) {
  EXPECT_THAT(reached(database_, 0), IsEmpty());
}

TEST_F(FileObjectsOf, NeighboursOfAnObjectAreNotPartOfIt) {
  EXPECT_THAT(reached(database_ + 64, 1), IsEmpty());
}

TEST_F(FileObjectsOf, OtherDescriptorsAreNotWanted) {
  put_descriptor(8, "/var/lib/cache.db");

  EXPECT_THAT(reached(file_, 0), IsEmpty());
}

TEST_F(FileObjectsOf, ANumberInAnObjectWithoutTheNameIsNoFile) {
  put_descriptor(7, "/var/lib/other.db");

  EXPECT_THAT(reached(file_, 0), IsEmpty());
}

TEST_F(FileObjectsOf, AbsurdNamesAreNotRead) {
  heap_.memory.put(descriptor_ + 64, ~std::uint64_t{0});

  EXPECT_THAT(reached(file_, 0), IsEmpty());
}

TEST_F(FileObjectsOf, ObjectsThatPointToEachOtherEndTheSearch) {
  heap_.memory.put(database_ + 16, database_ + 64).put(database_ + 64, database_);

  EXPECT_THAT(reached(database_ + 64, 100), ElementsAre(7));
}

TEST(FileObjects, ANameMayBeRelativeOrLeadThroughALink) {
  EXPECT_TRUE(can_be_named("cache.db", "/var/lib/cache.db"));
  EXPECT_TRUE(can_be_named("/tmp/link/cache.db", "/var/lib/cache.db"));
  EXPECT_FALSE(can_be_named("other.db", "/var/lib/cache.db"));
  EXPECT_FALSE(can_be_named("", "/"));
}

}  // namespace
}  // namespace goknot::target
