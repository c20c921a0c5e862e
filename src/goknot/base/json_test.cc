// SPDX-License-Identifier: Apache-2.0
#include "goknot/base/json.h"

#include <gtest/gtest.h>

#include <limits>

namespace goknot {
namespace {

// The text read and written again.
std::string again(std::string_view text) { return Json::parse(text).value().dump(); }

TEST(Json, ValuesSurviveReadingAndWriting) {
  EXPECT_EQ(again(R"( [null, true, -7, 18446744073709551615, 0.25, "a\tb", [], {}] )"),
            R"([null,true,-7,18446744073709551615,0.25,"a\tb",[],{}])");
}

TEST(Json, MembersKeepTheirOrder) {
  EXPECT_EQ(again(R"({"z":1,"a":{"y":2,"b":3}})"), R"({"z":1,"a":{"y":2,"b":3}})");
}

TEST(Json, IndentPutsEveryValueOnItsOwnLine) {
  EXPECT_EQ(Json::parse(R"({"a":[1,2],"b":{}})")->dump(2),
            "{\n  \"a\": [\n    1,\n    2\n  ],\n  \"b\": {}\n}");
}

TEST(Json, OfMembersWithOneNameTheLastIsFound) {
  const auto value = Json::parse(R"({"a":1,"a":2})");

  EXPECT_EQ(value->find("a")->int_or(0), 2);
}

TEST(Json, SetReplacesAndPushBackAppends) {
  Json object;
  object.set("n", 1);
  object.set("n", 2u);
  Json list;
  list.push_back("x");
  object.set("list", list);

  EXPECT_EQ(object.dump(), R"({"n":2,"list":["x"]})");
}

TEST(Json, AccessorsGiveTheOtherwiseOfAnotherKind) {
  const Json text("word");

  EXPECT_EQ(text.int_or(5), 5);
  EXPECT_EQ(text.string_or(""), "word");
  EXPECT_EQ(text.find("a"), nullptr);
  EXPECT_EQ(text.size(), 0u);
  EXPECT_EQ(Json(-1).uint_or(9), 9u);
  EXPECT_EQ(Json(std::numeric_limits<std::uint64_t>::max()).int_or(9), 9);
  EXPECT_DOUBLE_EQ(Json(3).double_or(0), 3.0);
}

TEST(Json, BytesThatAreNotUtf8BecomeReplacementCharacters) {
  EXPECT_EQ(Json("a\xff\"").dump(), "\"a\xef\xbf\xbd\\\"\"");
}

TEST(Json, NumbersThatAreNotFiniteBecomeNull) {
  EXPECT_EQ(Json(std::numeric_limits<double>::infinity()).dump(), "null");
}

TEST(Json, DamagedTextSaysWhere) {
  const auto value = Json::parse(R"({"a":tru})");

  ASSERT_FALSE(value.has_value());
  EXPECT_EQ(value.error().kind, Kind::damaged);
  EXPECT_EQ(value.error().message, "not JSON (byte 9)");
}

TEST(Json, TooDeepNestingIsRefused) {
  const std::string deep(100000, '[');

  EXPECT_EQ(Json::parse(deep).error().kind, Kind::unsupported);
  EXPECT_TRUE(Json::parse(std::string(100, '[') + std::string(100, ']')).has_value());
}

TEST(Json, EveryCutOfATextIsAnError) {
  const std::string_view text = R"({"a":[1,{"b":"c\u00e9"}]})";

  for (std::size_t size = 0; size < text.size(); ++size) {
    EXPECT_FALSE(Json::parse(text.substr(0, size)).has_value()) << size;
  }
}

TEST(Json, AnObjectMadeOfMembersKeepsTheLastOfEachName) {
  EXPECT_EQ(Json::object({{"a", 1}, {"b", 2}, {"a", 3}}).dump(), R"({"a":3,"b":2})");
  EXPECT_EQ(Json::object().dump(), "{}");
  EXPECT_EQ(Json::array().dump(), "[]");
  EXPECT_EQ(Json().dump(), "null");
}

TEST(Json, WhatIsNeitherArrayNorNullTakesNoItems) {
  Json number(7);
  number.push_back(1);
  number.set("a", 1);

  EXPECT_EQ(number.dump(), "7");
}

TEST(Json, TextsOfEveryKindOfCharacterComeBack) {
  for (const std::string_view text :
       {"", "plain", "\"\\/\b\f\n\r\t", "\x01\x1f\x7f", "é世\U0001f600"}) {
    EXPECT_EQ(Json::parse(Json(text).dump())->string_or("?"), text);
  }
}

TEST(Json, NumbersAreWrittenWithoutLosingAnything) {
  EXPECT_EQ(Json(std::numeric_limits<std::int64_t>::min()).dump(), "-9223372036854775808");
  EXPECT_EQ(Json(0.1).dump(), "0.1");
  EXPECT_EQ(Json(1e300).dump(), "1e+300");
  EXPECT_EQ(Json::parse("1.0")->int_or(9), 9) << "no integer";
  EXPECT_EQ(Json::parse("99999999999999999999")->uint_or(9), 9U);
}

TEST(Json, ValuesAreEqualIfKindAndContentAre) {
  EXPECT_EQ(Json::parse(R"({"a":[1]})").value(), Json::parse(R"( { "a" : [ 1 ] } )").value());
  EXPECT_FALSE(Json(1) == Json("1"));
  EXPECT_FALSE(Json() == Json(false));
}

TEST(Json, TextBehindTheValueIsNotJson) {
  EXPECT_FALSE(Json::parse("1 2").has_value());
  EXPECT_FALSE(Json::parse("{}x").has_value());
  EXPECT_FALSE(Json::parse("").has_value());
  EXPECT_TRUE(Json::parse(" 1 \n").has_value());
}

}  // namespace
}  // namespace goknot
