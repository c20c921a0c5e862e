// SPDX-License-Identifier: Apache-2.0
#include "goknot/output/json_report.h"

#include "tests/support/sample_reports.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>

namespace goknot::output {
namespace {

// A member of an object, written down; "no such member" if there is none.
std::string member(const Json& json, std::string_view key) {
  const Json* found = json.find(key);
  return found == nullptr ? "no such member" : found->dump();
}

TEST(JsonReport, ACellKeepsItsType) {
  EXPECT_EQ(value_json(std::monostate()).dump(), "null");
  EXPECT_EQ(value_json(true).dump(), "true");
  EXPECT_EQ(value_json(std::int64_t{-7}).dump(), "-7");
  EXPECT_EQ(value_json(0.5).dump(), "0.5");
  EXPECT_EQ(value_json(std::string("7")).dump(), "\"7\"");
  EXPECT_EQ(value_json(Minutes{184}).dump(), "184");
  EXPECT_EQ(value_json(Bytes{2048}).dump(), "2048");
  EXPECT_EQ(value_json(Place{"main.f", "/f.go", 3}).dump(),
            R"({"function":"main.f","file":"/f.go","line":3})");
}

TEST(JsonReport, AnUnknownCellIsNullAndZeroIsNot) {
  EXPECT_EQ(value_json(Minutes{}).dump(), "null");
  EXPECT_EQ(value_json(Minutes{0}).dump(), "0");
  EXPECT_EQ(value_json(Place{}).dump(), "null");
  EXPECT_EQ(value_json(Bytes{0}).dump(), "0");
}

TEST(JsonReport, OfAnObjectOnlyWhatIsKnown) {
  EXPECT_EQ(state_json({}).dump(), "{}");

  ObjectState state;
  state.length = 0;
  state.closed = false;
  state.time_left = -5;
  EXPECT_EQ(state_json(state).dump(), R"({"length":0,"closed":false,"time_left_ns":-5})");
}

TEST(JsonReport, AGroupWithoutCreatorAgeAndPurposeHasNulls) {
  GroupView group;
  group.id = "s1";
  group.count = 3;
  group.status = "select";

  const Json json = group_json(group);

  EXPECT_EQ(member(json, "wait_minutes"), "null");
  EXPECT_EQ(member(json, "created_by"), "null");
  EXPECT_EQ(member(json, "purpose"), "null");
  EXPECT_EQ(member(json, "goroutines"), "[]");
  EXPECT_EQ(member(json, "system"), "false");
  EXPECT_EQ(member(json, "statuses"), "no such member");
}

TEST(JsonReport, TheCreatorOfAGroupHasItsGoroutineIfItIsOne) {
  GroupView group;
  group.created_by = Place{"main.f", "/f.go", 3};
  EXPECT_EQ(member(group_json(group), "created_by"),
            R"({"function":"main.f","file":"/f.go","line":3,"goroutine":null})");

  group.creator = 7;
  EXPECT_EQ(member(group_json(group), "created_by"),
            R"({"function":"main.f","file":"/f.go","line":3,"goroutine":7})");
}

TEST(JsonReport, RowsWithoutIdsAreInNoList) {
  Finding finding;
  finding.roots = {-1, 7, -1};
  finding.victims = {-1};
  finding.root_count = 3;

  const Json json = finding_json(finding);

  EXPECT_EQ(member(json, "roots"), "[7]");
  EXPECT_EQ(member(json, "root_count"), "3");
  EXPECT_EQ(member(json, "victims"), R"({"count":0,"goroutines":[]})");
}

TEST(JsonReport, AFindingWithoutAnythingIsWholeAllTheSame) {
  const Json json = finding_json(Finding());

  for (const std::string_view list :
       {"roots", "groups", "objects", "edges", "culprits", "unknown"}) {
    EXPECT_EQ(member(json, list), "[]") << list;
  }
  EXPECT_EQ(member(json, "wait_minutes"), "null");
  EXPECT_EQ(member(json, "shape"), "\"none\"");
  EXPECT_EQ(member(json, "held"), "no such member");
}

TEST(JsonReport, MemoryThatIsHeldMayBeKnownInPart) {
  Finding finding;
  finding.held = Held{.goroutines = 5, .stacks = 4096, .heap = {}};

  EXPECT_EQ(member(finding_json(finding), "held"),
            R"({"goroutines":5,"stack_bytes":4096,"heap_bytes":null})");
}

TEST(JsonReport, AnEdgeOfNoKnownGoroutineHasNone) {
  Finding finding;
  finding.edges = {{-1, Relation::could_wake, "o1", Operation::send, Grade::possible, "e"}};

  EXPECT_EQ(member(finding_json(finding), "edges"),
            R"([{"goroutine":null,"relation":"could-wake","object":"o1","operation":"send",)"
            R"("grade":"possible","evidence":"e"}])");
}

TEST(JsonReport, WhatIsOnlySometimesKnownOfAnOriginIsThereOnlyThen) {
  Diagnosis diagnosis;
  Json json = diagnosis_json(diagnosis);
  EXPECT_EQ(member(*json.find("origin"), "looked_again"), "no such member");
  EXPECT_EQ(member(*json.find("origin"), "facts"), "no such member");

  diagnosis.origin.looked_again = 0;
  diagnosis.origin.facts = ProgramFacts();
  json = diagnosis_json(diagnosis);
  EXPECT_EQ(member(*json.find("origin"), "looked_again"), "0");
  EXPECT_EQ(member(*json.find("origin")->find("facts"), "container"), "null");
}

TEST(JsonReport, SettingsWhoseInvalidNamesBecomeOneAreOne) {
  Diagnosis diagnosis;
  diagnosis.origin.facts = ProgramFacts();
  diagnosis.origin.facts->settings = {{"a\xff", "1"}, {"a\xfe", "2"}, {"b", "3"}};

  const Json json = diagnosis_json(diagnosis);

  EXPECT_EQ(member(*json.find("origin")->find("facts"), "settings"),
            "{\"a\uFFFD\":\"1\",\"b\":\"3\"}");
}

TEST(JsonReport, ATreeHasItsRowsInside) {
  const Knot tree = {"1", {{"holds", {"main.f", "/f.go", 3}}, {"waits", {}}}, {{"2", {}, {}}}};

  EXPECT_EQ(knot_json(tree).dump(),
            R"({"who":"1","lines":[{"text":"holds","place":{"function":"main.f","file":"/f.go",)"
            R"("line":3}},{"text":"waits","place":null}],)"
            R"("behind":[{"who":"2","lines":[],"behind":[]}]})");
}

TEST(JsonReport, AnErrorIsOneLine) {
  EXPECT_EQ(error_json({Kind::denied, "4242: \"no\"\n", ""}),
            "{\"schema\":\"goknot.report/1\",\"error\":{\"kind\":\"denied\","
            "\"message\":\"4242: \\\"no\\\"\\n\",\"hint\":\"\"}}\n");
}

TEST(JsonReport, WhatIsWrittenIsReadBackTheSame) {
  for (const std::string& name : sample::hostile_names()) {
    const Json json = diagnosis_json(sample::hostile(name));

    const auto back = Json::parse(json.dump());

    ASSERT_TRUE(back) << name.substr(0, 40);
    EXPECT_EQ(back->dump(), json.dump()) << name.substr(0, 40);
  }
}

}  // namespace
}  // namespace goknot::output
