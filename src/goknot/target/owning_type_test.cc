// SPDX-License-Identifier: Apache-2.0
#include "goknot/target/owning_type.h"

#include "tests/support/fake_types.h"

#include <gtest/gtest.h>

namespace goknot::target {
namespace {

using testing_support::FakeMemory;
using testing_support::FakeTypes;

// The lock 8 bytes into what the first register pointed to.
const Recipe kInReceiver{Recipe::Start::entered, 0, {{.add = 8}}};

TEST(OwningType, AMethodsReceiverOwnsTheLocksInside) {
  EXPECT_EQ(owner_of("example.com/node.(*Hub).Add", kInReceiver),
            (OwningType{"example.com/node", "Hub", 8}));
}

TEST(OwningType, WhatAReceiverPointsToIsNoPartOfIt) {
  const Recipe behind{Recipe::Start::entered, 0, {{.add = 8, .follow = true}, {.add = 0}}};
  EXPECT_EQ(owner_of("node.(*Hub).Add", behind), OwningType());
}

TEST(OwningType, AValueThatIsAPointerToTheLockOwnsNone) {
  EXPECT_EQ(owner_of("node.guard.Release", kInReceiver), OwningType());
}

TEST(OwningType, FunctionsClosuresAndGenericTypesTellNothing) {
  EXPECT_EQ(owner_of("node.release", kInReceiver), OwningType());
  EXPECT_EQ(owner_of("node.(*Hub).Add.func1", kInReceiver), OwningType());
  EXPECT_EQ(owner_of("node.(*Set[go.shape.int]).Add", kInReceiver), OwningType());
}

// Hub { n, inner { mu } }, Door { mu }: all with descriptions but `bare`.
class OwningTypeTest : public testing::Test {
 protected:
  bool may_be_same(const OwningType& one, const OwningType& other) {
    return may_be_same_lock(one, other, structs_);
  }

  FakeMemory memory_;
  FakeTypes types_{memory_, GoVersion{26, 0}};
  Address mutex_ = types_.structure("sync.Mutex", "sync", 8, {});
  Address inner_ = types_.structure("node.inner", "node", 8, {{"mu", mutex_, 0}});
  Address two_ = types_.array("[2]node.inner", inner_, 16);
  Address hub_ = types_.structure("node.Hub", "node", 24, {{"n", mutex_, 0}, {"two", two_, 8}});
  Address door_ = types_.structure("node.Door", "node", 8, {{"mu", mutex_, 0}});
  NamedStructs structs_{memory_, types_.layout(), {{FakeTypes::kBegin, FakeTypes::kEnd}}};
};

TEST_F(OwningTypeTest, TheSameFieldOfOneTypeMayBeTheSameLock) {
  EXPECT_TRUE(may_be_same({"node", "Hub", 8}, {"node", "Hub", 8}));
  EXPECT_FALSE(may_be_same({"node", "Hub", 8}, {"node", "Hub", 16}));
}

TEST_F(OwningTypeTest, TypesThatDoNotContainEachOtherHaveDifferentLocks) {
  EXPECT_FALSE(may_be_same({"node", "Hub", 8}, {"node", "Door", 0}));
}

TEST_F(OwningTypeTest, ATypeInsideOfTheOtherMayHaveTheSameLock) {
  EXPECT_TRUE(may_be_same({"node", "Hub", 16}, {"node", "inner", 0}));
  EXPECT_TRUE(may_be_same({"node", "inner", 0}, {"node", "Hub", 16}));
}

TEST_F(OwningTypeTest, WhatIsNotDescribedIsNotRuledOut) {
  EXPECT_TRUE(may_be_same({"node", "bare", 0}, {"node", "Door", 0}));
  EXPECT_TRUE(may_be_same({}, {"node", "Door", 0}));
}

}  // namespace
}  // namespace goknot::target
