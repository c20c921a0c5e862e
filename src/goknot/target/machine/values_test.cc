// SPDX-License-Identifier: Apache-2.0
#include "goknot/target/machine/values.h"

#include <gtest/gtest.h>

namespace goknot::target {
namespace {

using Kind = Value::Kind;

TEST(Values, WhatComesAboutAlikeIsTheSame) {
  Values values;
  const ValueId hub = values.root(Kind::entered, 0);
  EXPECT_EQ(values.sum(values.sum(hub, 8), 16), values.sum(hub, 24));
  EXPECT_EQ(values.pointed_to(values.sum(hub, 8)), values.pointed_to(values.sum(hub, 8)));
  EXPECT_NE(values.pointed_to(hub), hub);
  EXPECT_EQ(values.sum(values.sum(hub, 8), -8), hub);
}

TEST(Values, NumbersAreAdded) {
  Values values;
  const ValueId global = values.root(Kind::constant, 0x500000);
  EXPECT_EQ(values.sum(global, 8), values.root(Kind::constant, 0x500008));
}

TEST(Values, NothingKnownComesOfTheUnknown) {
  Values values;
  EXPECT_EQ(values.sum(ValueId::unknown, 8), ValueId::unknown);
  EXPECT_EQ(values.pointed_to(ValueId::unknown), ValueId::unknown);
}

//     &h.all[i].mu    // 8 to all, 16 for each element, 4 to mu
TEST(Values, AnElementComesOfTheArrayAndOfTheIndex) {
  Values values;
  const ValueId all = values.root(Kind::entered, 0), i = values.root(Kind::made, 0x401000, 3);
  const ValueId element = values.sum(values.indexed(values.sum(all, 8), i, 16), 4);
  EXPECT_EQ(element, values.indexed(values.sum(all, 12), i, 16));
  EXPECT_TRUE(values.comes_of(element, Kind::entered, 0));
  EXPECT_TRUE(values.comes_of(element, Kind::made, 0x401000));
  EXPECT_FALSE(values.comes_of(element, Kind::made, 0x401004));
  EXPECT_EQ(values.indexed(all, ValueId::unknown, 8), ValueId::unknown);
}

// shl i, 4; add i, all; add i, 12
TEST(Values, AnElementIsTheSameHoweverItIsComputed) {
  Values values;
  const ValueId all = values.root(Kind::entered, 0), i = values.root(Kind::entered, 3);
  const ValueId zero = values.root(Kind::constant, 0);
  const ValueId element = values.sum(values.indexed(all, i, 16), 12);
  const ValueId product = values.indexed(zero, i, 16);
  EXPECT_EQ(values.sum(values.indexed(all, product, 1), 12), element);
  EXPECT_EQ(values.sum(values.indexed(product, all, 1), 12), element);
  EXPECT_EQ(values.indexed(zero, values.indexed(zero, i, 2), 8), product);
  EXPECT_EQ(values.indexed(all, values.sum(i, 2), 16), values.sum(element, 20));
  EXPECT_EQ(values.indexed(all, values.root(Kind::constant, 3), 16), values.sum(all, 48));
  EXPECT_NE(values.indexed(all, i, 8), values.indexed(all, i, 16));
}

TEST(Values, WaysAreFollowedForAWhile) {
  Values values;
  ValueId at = values.root(Kind::entered, 0);
  for (int i = 0; i < 100; ++i) at = values.pointed_to(at);
  EXPECT_EQ(at, ValueId::unknown);
}

}  // namespace
}  // namespace goknot::target
