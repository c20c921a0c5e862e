// SPDX-License-Identifier: Apache-2.0
#include "goknot/output/page_columns.h"

#include "goknot/base/text.h"
#include "tests/support/sample_reports.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>

namespace goknot::output {
namespace {

// The object that the columns of a snapshot make, read back.
Json columns_of(const Snapshot& snapshot, const Diagnosis& diagnosis = {}) {
  StringSink sink;
  EXPECT_TRUE(PageColumns(snapshot, diagnosis).write(sink));
  auto json = Json::parse("{\"first\":0" + sink.text() + "}");
  EXPECT_TRUE(json) << json.error().message;
  return json ? *std::move(json) : Json();
}

// A member of an object by a path of names, written down.
std::string at(const Json& json, std::initializer_list<std::string_view> path) {
  const Json* found = &json;
  for (const std::string_view key : path) {
    found = found->find(key);
    if (found == nullptr) return "no such member";
  }
  return found->dump();
}

// Two goroutines: 7 in main.f < main.g with labels, 9 without a stack.
Snapshot two() {
  Snapshot s;
  s.text = "0x1";
  const auto frame = [&s](std::string_view function, std::uint32_t line) {
    return s.stacks.add(
        {.function = s.strings.add(function), .file = s.strings.add("/f.go"), .line = line});
  };
  const FrameId frames[] = {frame("main.f", 3), frame("main.g", 4)};
  s.goroutines.resize(2);
  s.goroutines[0].id = 7;
  s.goroutines[0].stack = s.stacks.add(frames);
  s.goroutines[0].status = s.strings.add("select");
  s.goroutines[0].creator = frames[1];
  s.goroutines[0].parent = 1;
  s.goroutines[0].labels = LabelsId(0);
  s.goroutines[0].wait_minutes = 14;
  s.goroutines[0].leaked = true;
  s.goroutines[0].has_arguments = true;
  s.arguments = {{.offset = 0, .length = 3}, {}};
  s.label_sets.push_back({{{s.strings.add("user"), s.strings.add("<b>")}}});
  s.goroutines[1].id = 9;
  s.goroutines[1].count = 12;
  return s;
}

TEST(PageColumns, TablesHoldEachTextFrameAndStackOnce) {
  const Json json = columns_of(two());

  EXPECT_EQ(at(json, {"texts"}), R"(["","main.f","/f.go","main.g","0x1"])");
  EXPECT_EQ(at(json, {"frames"}), "[[1,2,3],[3,2,4]]");
  EXPECT_EQ(at(json, {"stacks"}), "[[0,1],[]]") << "the last one is empty";
  EXPECT_EQ(at(json, {"statuses"}), R"(["select",""])");
  EXPECT_EQ(at(json, {"labels"}), R"([[["user","<b>"]]])");
  EXPECT_EQ(at(json, {"flags"}), R"([["leaked"],[]])");
}

TEST(PageColumns, AGoroutineIsARowOfNumbers) {
  const Json json = columns_of(two());

  EXPECT_EQ(at(json, {"goroutines", "rows"}), "2");
  EXPECT_EQ(at(json, {"goroutines", "ids"}), "[7,9]");
  EXPECT_EQ(at(json, {"goroutines", "counts"}), "[1,12]");
  EXPECT_EQ(at(json, {"goroutines", "statuses"}), "[0,1]");
  EXPECT_EQ(at(json, {"goroutines", "minutes"}), "[14,-1]");
  EXPECT_EQ(at(json, {"goroutines", "stacks"}), "[0,1]");
  EXPECT_EQ(at(json, {"goroutines", "creators"}), "[1,-1]");
  EXPECT_EQ(at(json, {"goroutines", "parents"}), "[1,-1]");
  EXPECT_EQ(at(json, {"goroutines", "labels"}), "[0,-1]");
  EXPECT_EQ(at(json, {"goroutines", "flags"}), "[0,1]");
  EXPECT_EQ(at(json, {"goroutines", "arguments"}), "[[4,0],[]]");
}

TEST(PageColumns, GroupsAreThoseOfTheDiagnosis) {
  Diagnosis diagnosis;
  diagnosis.groups.resize(2);
  diagnosis.groups[1].goroutines = {9};

  EXPECT_EQ(at(columns_of(two(), diagnosis), {"goroutines", "groups"}), "[-1,1]");
}

TEST(PageColumns, ArgumentsThatWouldBeTooManyAreLeftOutAndThatIsSaid) {
  Snapshot s = two();
  const std::string text(1 << 20, 'x');
  s.text = text;
  for (int i = 0; i < 13; ++i) s.arguments.push_back({.offset = 0, .length = 1 << 20});

  const Json json = columns_of(s);

  EXPECT_EQ(at(json, {"arguments_left_out"}), "true");
  EXPECT_EQ(at(json, {"goroutines", "arguments"}), "no such member");
  EXPECT_EQ(at(columns_of(two()), {"arguments_left_out"}), "no such member");
}

TEST(PageColumns, OfNothingThereAreEmptyColumns) {
  const Json json = columns_of(Snapshot());

  EXPECT_EQ(at(json, {"texts"}), R"([""])");
  EXPECT_EQ(at(json, {"stacks"}), "[[]]");
  EXPECT_EQ(at(json, {"goroutines", "ids"}), "[]");
}

TEST(PageColumns, NothingOfTheProgramCanEndTheElement) {
  for (const std::string& name : sample::hostile_names()) {
    Snapshot s = two();
    s.goroutines[0].status = s.strings.add(name);
    s.label_sets[0].labels[0] = {s.strings.add(name), s.strings.add(name)};
    StringSink sink;

    EXPECT_TRUE(PageColumns(s, Diagnosis()).write(sink));

    EXPECT_EQ(sink.text().find_first_of("<>&"), std::string::npos) << name.substr(0, 40);
    EXPECT_TRUE(Json::parse("{\"first\":0" + sink.text() + "}")) << name.substr(0, 40);
  }
}

TEST(PageColumns, ATextIsVisibleAndNotLongerThanAnybodyReads) {
  EXPECT_EQ(page_text("a\x1b[1m"), "a\\x1b[1m");
  EXPECT_EQ(page_text(std::string(2000, 'a')).size(), 2000U);
  const std::string cut = page_text("begin" + std::string(1 << 20, 'a') + "end");
  EXPECT_LE(width_of(cut), 2000U);
  EXPECT_TRUE(cut.starts_with("begin") && cut.ends_with("end"));
}

TEST(PageColumns, NamesThatBecomeOneAreOneMember) {
  const Json json = Json::object_of({{"a\x01", 1}, {"a\\x01", 2}, {"b", Json::array({"\x02"})}});

  EXPECT_EQ(page_json(json).dump(), R"({"a\\x01":1,"b":["\\x02"]})");
}

}  // namespace
}  // namespace goknot::output
