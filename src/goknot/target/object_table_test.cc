// SPDX-License-Identifier: Apache-2.0
#include "goknot/target/object_table.h"

#include <gtest/gtest.h>

namespace goknot::target {
namespace {

TEST(ObjectTable, OneAddressOfOneKindIsOneRow) {
  Snapshot snapshot;
  ObjectTable table(snapshot);
  const ObjectId lock = table.add(0xc000010000, ObjectKind::mutex);
  EXPECT_EQ(table.add(0xc000010000, ObjectKind::mutex), lock);
  EXPECT_NE(table.add(0xc000010000, ObjectKind::rwmutex), lock);
  EXPECT_EQ(snapshot.objects.size(), 2U);
  EXPECT_EQ(snapshot.objects[lock.index()].address, 0xc000010000U);
  EXPECT_EQ(snapshot.objects[lock.index()].identity, Identity::exact);
}

TEST(ObjectTable, WhatNobodyAddedIsNotFound) {
  Snapshot snapshot;
  ObjectTable table(snapshot);
  const ObjectId lock = table.add(8, ObjectKind::mutex);
  EXPECT_EQ(table.find(8, ObjectKind::mutex), lock);
  EXPECT_FALSE(table.find(8, ObjectKind::rwmutex));
  EXPECT_FALSE(table.find(16, ObjectKind::mutex));
}

TEST(ObjectTable, APartIsFoundAsTheWhole) {
  Snapshot snapshot;
  ObjectTable table(snapshot);
  const ObjectId once = table.add(8, ObjectKind::once);
  table.add_part(once, 12, ObjectKind::mutex);
  EXPECT_EQ(table.add(12, ObjectKind::mutex), once);
  EXPECT_EQ(snapshot.objects.size(), 1U);
}

TEST(ObjectTable, EveryObjectHasItsOwnState) {
  Snapshot snapshot;
  ObjectTable table(snapshot);
  const ObjectId one = table.add(8, ObjectKind::mutex);
  const ObjectId two = table.add(16, ObjectKind::mutex);
  table.state(two).locked = true;
  table.state(one).locked = false;
  EXPECT_EQ(table.state(two).locked, true);
  EXPECT_EQ(snapshot.object_states.size(), 2U);
}

}  // namespace
}  // namespace goknot::target
