// SPDX-License-Identifier: Apache-2.0
#include "goknot/target/heap/roots.h"

#include "tests/support/fake_crowd.h"

#include <gtest/gtest.h>

namespace goknot::target {
namespace {

using testing_support::FakeCrowd;

constexpr Address kRecord = 0x5000'0000'0000;

// The variables of a recorded program, and a heap that a test fills.
class RootsTest : public testing::Test {
 protected:
  RootsTest() { crowd_.memory.map(kRecord, kRecord + 0x1000); }

  // A record of that kind about the object that begins so many bytes into the span of objects.
  void put_special(std::int32_t kind, std::uint64_t offset) {
    const Layout& layout = crowd_.program.layout;
    crowd_.memory.put(kRecord + at(layout.special.offset), offset);
    crowd_.memory.byte(kRecord + at(layout.special.kind)) = static_cast<std::byte>(kind);
    crowd_.heap.set_specials(kRecord);
  }
  static Address at(std::int32_t offset) { return static_cast<Address>(offset); }

  const Module& module() const { return crowd_.program.tables.front().module(); }
  bool is_marked(Address object) {
    const auto spans = *Spans::read(crowd_.memory, crowd_.program.layout, module());
    Marker marker(crowd_.memory, spans, masks_, {});
    complete_ = add_global_roots(crowd_.memory, crowd_.program, spans, marker);
    marker.drain();
    return marker.is_marked(object);
  }

  FakeCrowd crowd_;
  Address objects_ = crowd_.objects;
  Address variable_ = module().bss.begin + 0x800;
  ObjectMasks masks_{crowd_.memory, crowd_.program.layout, {}};
  bool complete_ = false;
};

TEST_F(RootsTest, WhatAVariableRefersToIsKept) {
  EXPECT_FALSE(is_marked(objects_));

  crowd_.memory.put(variable_, objects_);

  EXPECT_TRUE(is_marked(objects_));
}

TEST_F(RootsTest, AFinalizerKeepsWhatTheObjectPointsToButNotTheObject) {
  crowd_.memory.put(objects_ + 64, objects_ + 128);
  put_special(crowd_.program.layout.special_kind.finalizer, 64);

  EXPECT_TRUE(is_marked(objects_ + 128));
  EXPECT_FALSE(is_marked(objects_ + 64));
}

TEST_F(RootsTest, WhatIsCalledAtTheEndIsKept) {
  const Layout& layout = crowd_.program.layout;
  put_special(layout.special_kind.finalizer, 64);
  crowd_.memory.put(kRecord + at(layout.specialfinalizer.fn), objects_ + 192);

  EXPECT_TRUE(is_marked(objects_ + 192));
}

TEST_F(RootsTest, ARecordThatCannotBeReadIsMissed) {
  crowd_.heap.set_specials(kRecord + 0x10000);

  is_marked(objects_);

  EXPECT_FALSE(complete_);
}

TEST_F(RootsTest, ARingOfRecordsEnds) {
  put_special(crowd_.program.layout.special_kind.finalizer, 64);
  crowd_.memory.put(kRecord + at(crowd_.program.layout.special.next), kRecord);

  is_marked(objects_);

  EXPECT_FALSE(complete_);
}

}  // namespace
}  // namespace goknot::target
