// SPDX-License-Identifier: Apache-2.0
#include "goknot/source/profile_memory.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string_view>

namespace goknot::source {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

Json json(std::string_view text) { return Json::parse(text).value(); }

TEST(ProfileMemory, WhatIsMissingHasItsUsualValue) {
  Strings strings;
  const GoroutineDetail detail = parse_detail(json("{}"), strings);

  EXPECT_EQ(detail.fd, -1);
  EXPECT_EQ(detail.cpu, -1);
  EXPECT_FALSE(detail.heap_held);
  EXPECT_FALSE(parse_state(json("{}")).locked);
  EXPECT_FALSE(parse_file_hold(json("{}"), strings).object);
}

TEST(ProfileMemory, WhatIsOutOfRangeIsNotTaken) {
  Strings strings;
  const GoroutineDetail detail =
      parse_detail(json(R"({"fd": "nine", "heap_held": -1, "thread": 1e99})"), strings);

  EXPECT_EQ(detail.fd, -1);
  EXPECT_EQ(detail.heap_held, 0U);
  EXPECT_EQ(detail.thread, 0);
}

TEST(ProfileMemory, ZeroBytesThatAreHeldAreNotUnknown) {
  Strings strings;

  EXPECT_EQ(parse_detail(json(R"({"heap_held": 0})"), strings).heap_held, 0U);
}

TEST(ProfileMemory, AnOutlookThatIsNotKnownIsOpen) {
  Strings strings;

  EXPECT_EQ(parse_outside(json(R"({"outlook": "halted"})"), strings).outlook, Outlook::halted);
  EXPECT_EQ(parse_outside(json(R"({"outlook": "odd"})"), strings).outlook, Outlook::open);
}

TEST(ProfileMemory, ASecondLookKnowsNoRowsThatThereAreNot) {
  const SecondLook look = parse_second_look(
      json(R"({"looked_at": [2, 0, 2, 7], "moved": [9], "locks": [{"object": 4}, {"object": 1}]})"),
      3, 2);

  EXPECT_THAT(look.looked_at, ElementsAre(0, 2));
  EXPECT_THAT(look.moved, IsEmpty());
  ASSERT_THAT(look.locks, SizeIs(1));
  EXPECT_EQ(look.locks[0].object, ObjectId(1));
}

}  // namespace
}  // namespace goknot::source
