// SPDX-License-Identifier: Apache-2.0
#include "goknot/target/heap/specials.h"

#include "tests/support/fake_heap.h"

#include <gtest/gtest.h>

#include <vector>

namespace goknot::target {
namespace {

using testing_support::FakeHeap;

constexpr Address kRecords = 0x500000000000;

std::uint64_t at(std::int32_t offset) { return static_cast<std::uint64_t>(offset); }

// A span of objects of 64 bytes with a list of records.
class SpecialsTest : public testing::Test {
 protected:
  SpecialsTest() { heap_.memory.map(kRecords, kRecords + 0x1000); }

  void put(Address record, Address next, std::uint64_t offset, std::uint8_t kind) {
    const auto& special = heap_.layout.special;
    heap_.memory.put(record + at(special.next), next).put(record + at(special.offset), offset);
    heap_.memory.put(record + at(special.kind), kind);
  }
  bool read() {
    const auto spans = Spans::read(heap_.memory, heap_.layout, heap_.module);
    return for_each_special(heap_.memory, heap_.layout, *spans, [this](const Special& special) {
      objects_.push_back(special.object);
      kinds_.push_back(special.kind);
    });
  }

  FakeHeap heap_;
  Address span_ = heap_.add_span(64, FakeHeap::Content::pointers);
  std::vector<Address> objects_;
  std::vector<std::int32_t> kinds_;
};

TEST_F(SpecialsTest, TellTheObjectsTheyAreAboutInTheirOrder) {
  heap_.set_specials(kRecords);
  put(kRecords, kRecords + 0x100, 64, 1);
  put(kRecords + 0x100, 0, 192, 2);

  EXPECT_TRUE(read());
  EXPECT_EQ(objects_, (std::vector<Address>{span_ + 64, span_ + 192}));
  EXPECT_EQ(kinds_, (std::vector<std::int32_t>{1, 2}));
}

TEST_F(SpecialsTest, AHeapWithoutThemIsReadToItsEnd) {
  EXPECT_TRUE(read());
  EXPECT_TRUE(objects_.empty());
}

TEST_F(SpecialsTest, ARecordThatCannotBeReadEndsTheReading) {
  heap_.set_specials(kRecords);
  put(kRecords, kRecords + 0x100000, 64, 1);

  EXPECT_FALSE(read());
}

TEST_F(SpecialsTest, ARingIsNotFollowedForEver) {
  heap_.set_specials(kRecords);
  put(kRecords, kRecords, 64, 1);

  EXPECT_FALSE(read());
}

}  // namespace
}  // namespace goknot::target
