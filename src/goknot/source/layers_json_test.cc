// SPDX-License-Identifier: Apache-2.0
#include "goknot/source/layers_survey.h"

#include <gtest/gtest.h>

#include <string>

namespace goknot::source {
namespace {

// The dump in a text of JSON; "no entries" if there is none.
std::string text_of(std::string_view text) {
  const auto peeled = peel_json(survey(text));
  return peeled ? peeled->text : "no entries";
}

// What the layer is called.
std::string name_of(std::string_view text) {
  const auto peeled = peel_json(survey(text));
  return peeled ? peeled->name : "no entries";
}

TEST(LayersJson, KnownWritersAreNamed) {
  EXPECT_EQ(name_of(R"j({"log":"goroutine 1 [running]:\n","stream":"stderr"})j"), "docker");
  EXPECT_EQ(name_of(R"j({"Action":"output","Output":"goroutine 1 [running]:\n"})j"), "test2json");
  EXPECT_EQ(name_of(R"j({"MESSAGE":"goroutine 1 [running]:"})j"), "journald");
  EXPECT_EQ(name_of(R"j({"msg":"goroutine 1 [running]:"})j"), "json");
  EXPECT_EQ(name_of(R"j("goroutine 1 [running]:\nmain.f(0x1)")j"), "quoted");
}

TEST(LayersJson, TheDumpIsFoundHoweverDeepItIs) {
  EXPECT_EQ(text_of(R"j({"a":[{"b":{"c" : "goroutine 1 [running]:\nmain.f(0x1)"}}]})j"),
            "goroutine 1 [running]:\nmain.f(0x1)\n");
}

TEST(LayersJson, OtherMembersAreLeftOut) {
  EXPECT_EQ(text_of(R"j({"level":"error","caller":"x.go:1","msg":"goroutine 1 [running]:"}
{"level":"error","caller":"x.go:1","msg":"main.f(0x1)"})j"),
            "goroutine 1 [running]:\nmain.f(0x1)\n");
}

TEST(LayersJson, TwoMembersWithDumpsAreBothRead) {
  EXPECT_EQ(
      text_of(
          R"j({"a":"goroutine 1 [running]:\nmain.f(0x1)","b":"goroutine 2 [running]:\nmain.g(0x1)"})j"),
      "goroutine 1 [running]:\nmain.f(0x1)\ngoroutine 2 [running]:\nmain.g(0x1)\n");
}

TEST(LayersJson, LinesOfDifferentPodsAreKeptApart) {
  EXPECT_EQ(text_of(R"j({"pod":"a","msg":"goroutine 1 [running]:"}
{"pod":"b","msg":"goroutine 7 [running]:"}
{"pod":"a","msg":"main.f(0x1)"}
{"pod":"b","msg":"main.g(0x1)"})j"),
            "goroutine 1 [running]:\nmain.f(0x1)\ngoroutine 7 [running]:\nmain.g(0x1)\n");
}

TEST(LayersJson, LinesThatAreNoEntriesStayWhereTheyAre) {
  EXPECT_EQ(
      text_of(
          "start\n{\"msg\":\"goroutine 1 [running]:\"}\n[3] words\n{\"msg\":\"main.f(0x1)\"}\n"),
      "start\ngoroutine 1 [running]:\n[3] words\nmain.f(0x1)\n");
}

TEST(LayersJson, BytesWrittenAsNumbersAreText) {
  const std::string header =
      R"j({"MESSAGE":[103,111,114,111,117,116,105,110,101,32,49,32,91,97,93,58]})j";

  EXPECT_EQ(text_of(header + "\n{\"MESSAGE\":[195, 169]}\n"), "goroutine 1 [a]:\n\xc3\xa9\n");
  EXPECT_EQ(text_of(header + "\n{\"MESSAGE\":[1,256]}\n{\"MESSAGE\":[]}\n"),
            "goroutine 1 [a]:\n\n");
}

TEST(LayersJson, AnArrayOverManyLinesBelongsToTheNameBeforeIt) {
  EXPECT_EQ(text_of("{\n  \"level\": \"error\",\n  \"stack\": [\n    \"goroutine 1 [running]:\",\n"
                    "    \"main.f(0x1)\"\n  ]\n}\n"),
            "goroutine 1 [running]:\nmain.f(0x1)\n");
}

TEST(LayersJson, AnEntryCutInItsTextIsReadAndIsAGap) {
  const auto cut = peel_json(survey("{\"msg\":\"goroutine 1 [running]:\\nmain.f(0x"));

  ASSERT_TRUE(cut.has_value());
  EXPECT_EQ(cut->text, "goroutine 1 [running]:\nmain.f(0x\n");
  ASSERT_EQ(cut->gaps.size(), 1U);
  EXPECT_EQ(cut->gaps[0].what, "its text is cut");
}

TEST(LayersJson, OneGapIsSaidHoweverManyEntriesAreCut) {
  const auto cut = peel_json(survey("{\"msg\":\"goroutine 1 [running]:\n{\"msg\":\"main.f(\n"));

  ASSERT_TRUE(cut.has_value());
  EXPECT_EQ(cut->gaps.size(), 1U);
}

TEST(LayersJson, ADumpWithoutEntriesIsNoJson) {
  EXPECT_EQ(text_of("goroutine 1 [running]:\nmain.f(0x1)\n"), "no entries");
  EXPECT_EQ(text_of("error: {\"msg\":\"goroutine 1 [running]:\"}\n"), "no entries");
  EXPECT_EQ(text_of("{\"msg\":\"hello\"}\n"), "no entries");
  EXPECT_EQ(text_of(""), "no entries");
}

TEST(LayersJson, AQuoteBehindABackslashDoesNotEndAString) {
  EXPECT_EQ(text_of(R"j({"msg":"goroutine 1 [running] {k: \"v\"}:\nmain.f(0x1)\\","x":"y"})j"),
            "goroutine 1 [running] {k: \"v\"}:\nmain.f(0x1)\\\n");
}

}  // namespace
}  // namespace goknot::source
