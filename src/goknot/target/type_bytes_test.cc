// SPDX-License-Identifier: Apache-2.0
#include "goknot/target/type_bytes.h"

#include "tests/support/fake_types.h"

#include <gtest/gtest.h>

namespace goknot::target {
namespace {

using testing_support::FakeMemory;
using testing_support::FakeTypes;

class TypeBytesOf : public testing::TestWithParam<int> {
 protected:
  FakeMemory memory_;
  FakeTypes types_{memory_, GoVersion{GetParam(), 0}};
};

INSTANTIATE_TEST_SUITE_P(Releases, TypeBytesOf, testing::Values(13, 16, 17, 18, 19, 27));

TEST_P(TypeBytesOf, AStructIsKnownByNamePackageAndFields) {
  const Address number = types_.plain("int", 8);
  const Address hub = types_.structure("node.Hub", "example.com/node", 24,
                                       {{"size", number, 0}, {"Inner", number, 16, true}});

  const TypeBytes bytes = types_.read();

  EXPECT_EQ(bytes.named_structs(), std::vector{hub});
  EXPECT_EQ(bytes.name(hub), "node.Hub");
  EXPECT_EQ(bytes.package(hub), "example.com/node");
  EXPECT_EQ(bytes.size(hub), 24U);
  const auto fields = bytes.fields(hub);
  ASSERT_EQ(fields.size(), 2U);
  EXPECT_EQ(fields[0].name, "size");
  EXPECT_FALSE(fields[0].embedded);
  EXPECT_EQ(fields[1].offset, 16U);
  EXPECT_TRUE(fields[1].embedded);
}

TEST_P(TypeBytesOf, PointersAndArraysLeadToWhatTheyAreMadeOf) {
  const Address number = types_.plain("int", 8);
  const Address pointer = types_.pointer("*int", number);
  const Address array = types_.array("[3]int", number, 24);

  const TypeBytes bytes = types_.read();

  EXPECT_EQ(bytes.element(pointer), number);
  EXPECT_EQ(bytes.element(array), number);
  EXPECT_EQ(bytes.element(number), 0U);
}

// The newest release, and what cannot be.
class TypeBytesTest : public testing::Test {
 protected:
  FakeMemory memory_;
  FakeTypes types_{memory_, GoVersion{27, 0}};
};

TEST_F(TypeBytesTest, WhatLiesOutsideIsNoType) {
  const TypeBytes bytes = types_.read();

  for (const Address address : {Address{0}, FakeTypes::kEnd, ~Address{0}, FakeTypes::kEnd - 8}) {
    EXPECT_EQ(bytes.kind(address), TypeKind::other);
    EXPECT_EQ(bytes.name(address), "");
    EXPECT_EQ(bytes.package(address), "");
    EXPECT_TRUE(bytes.fields(address).empty());
  }
}

TEST_F(TypeBytesTest, FieldsThatDoNotAscendAreNone) {
  const Address number = types_.plain("int", 8);
  const Address hub =
      types_.structure("node.Hub", "node", 24, {{"a", number, 8}, {"b", number, 0}});

  EXPECT_TRUE(types_.read().fields(hub).empty());
}

TEST_F(TypeBytesTest, AbsurdlyManyFieldsAreNone) {
  const Address hub = types_.structure("node.Hub", "node", 24, {{"a", 0, 0}});
  memory_.put(hub + 64, ~std::uint64_t{0});

  EXPECT_TRUE(types_.read().fields(hub).empty());
}

TEST_F(TypeBytesTest, MemoryThatCannotBeReadHasNoTypes) {
  types_.structure("node.Hub", "node", 24, {});
  memory_.lose(FakeTypes::kBegin, FakeTypes::kEnd);

  EXPECT_TRUE(types_.read().named_structs().empty());
}

}  // namespace
}  // namespace goknot::target
