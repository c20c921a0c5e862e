// SPDX-License-Identifier: Apache-2.0
#include "goknot/base/json.h"

#include "goknot/output/json_report.h"
#include "goknot/output/output.h"
#include "tests/support/sample_reports.h"

#include <gtest/gtest.h>

namespace goknot::output {
namespace {

std::string text_of(const Report& report, std::string_view output = "json") {
  StringSink sink;
  EXPECT_TRUE(find_output(output)->write(report, {}, sink));
  return sink.text();
}

Json parsed(const Report& report, std::string_view output = "json") {
  auto json = Json::parse(text_of(report, output));
  EXPECT_TRUE(json) << json.error().message;
  return json ? *std::move(json) : Json();
}

const Json& at(const Json& json, std::string_view key) {
  static const Json kNull;
  const Json* found = json.find(key);
  EXPECT_NE(found, nullptr) << key;
  return found != nullptr ? *found : kNull;
}

std::string keys(const Json& object) {
  std::string text;
  for (const auto& [name, value] : object.members()) text += name + " ";
  return text;
}

TEST(JsonOutput, TheReportHasTheMembersOfTheContractInOrder) {
  const Json report = parsed(sample::report_of(sample::hub()));

  EXPECT_EQ(keys(report), "schema origin snapshots verdict counts findings groups purposes gaps ");
  EXPECT_EQ(at(report, "schema").string_or(""), "goknot.report/1");
}

TEST(JsonOutput, OriginHasNullForWhatIsNotKnown) {
  const Json report = parsed(sample::report_of(sample::hub()));
  const Json& origin = at(report, "origin");

  EXPECT_EQ(keys(origin),
            "target kind format wrapped_in go_version go_version_exact program pid build_id "
            "goarch taken_at read_seconds stopped_seconds complete ");
  EXPECT_TRUE(at(origin, "program").is_null());
  EXPECT_TRUE(at(origin, "stopped_seconds").is_null());
  EXPECT_EQ(at(origin, "kind").string_or(""), "text");
}

TEST(JsonOutput, AFindingHasTheMembersOfTheContract) {
  const Json report = parsed(sample::report_of(sample::hub()));
  const Json& finding = at(report, "findings").items().at(0);

  EXPECT_EQ(keys(finding),
            "id fingerprint rule grade severity shape title explanation advice roots root_count "
            "victims groups objects edges culprits unknown wait_minutes ");
  EXPECT_EQ(at(at(finding, "victims"), "count").int_or(0), 3406);
  EXPECT_EQ(at(at(finding, "objects").items().at(0), "address").string_or(""), "0xc000105e28");
  EXPECT_EQ(keys(at(at(finding, "objects").items().at(0), "state")), "readers writer_pending ");
  EXPECT_EQ(keys(at(finding, "culprits").items().at(0)), "role function file line goroutine ");
}

TEST(JsonOutput, RootsAndVictimsAreCutAtAThousandWithTheirCountKept) {
  Diagnosis diagnosis = sample::hub();
  diagnosis.findings[0].roots.assign(5000, 7);
  diagnosis.findings[0].root_count = 5000;

  const Json report = parsed(sample::report_of(diagnosis));

  EXPECT_EQ(at(at(report, "findings").items().at(0), "roots").size(), 1000U);
  EXPECT_EQ(at(at(report, "findings").items().at(0), "root_count").int_or(0), 5000);
}

TEST(JsonOutput, GroupsWithoutIdsHaveEmptyLists) {
  Diagnosis diagnosis = sample::hub();
  diagnosis.groups[0].goroutines.assign(3, -1);

  const Json report = parsed(sample::report_of(diagnosis));

  EXPECT_EQ(at(at(report, "groups").items().at(0), "goroutines").size(), 0U);
}

TEST(JsonOutput, SimilarGroupsCarryStatuses) {
  Diagnosis diagnosis = sample::hub();
  diagnosis.groups[0].statuses = {{"select", 2}, {"chan send", 1}};

  const Json report = parsed(sample::report_of(diagnosis));
  const Json& group = at(report, "groups").items().at(0);

  EXPECT_EQ(group.find("status"), nullptr);
  EXPECT_EQ(at(at(group, "statuses"), "select").int_or(0), 2);
}

TEST(JsonOutput, StatusesAddUpEvenWhenTheirBytesAreInvalid) {
  Diagnosis diagnosis = sample::hub();
  diagnosis.counts.by_status = {{"a\xff", 2}, {"a\xfe", 3}};

  const Json report = parsed(sample::report_of(diagnosis));

  EXPECT_EQ(at(at(at(report, "counts"), "by_status"), "a\uFFFD").int_or(0), 5);
}

TEST(JsonOutput, HostileNamesStayTextAndTheWholeStaysJson) {
  for (const std::string& name : sample::hostile_names()) {
    const Json report = parsed(sample::report_of(sample::hostile(name)));

    EXPECT_EQ(at(report, "findings").size(), 1U) << name.substr(0, 40);
  }
}

TEST(JsonOutput, FullHasEveryGoroutine) {
  const Series series = sample::series(25);
  Report report = sample::report_of(sample::hub());
  report.series = &series;

  const Json full = parsed(report, "json-full");

  ASSERT_EQ(at(full, "goroutines").size(), 25U);
  const Json& second = at(full, "goroutines").items().at(1);
  EXPECT_EQ(keys(second),
            "id count status wait_minutes frames created_by labels waits holds flags ");
  EXPECT_EQ(at(second, "id").int_or(0), 2);
  EXPECT_EQ(at(second, "frames").size(), 2U);
  EXPECT_EQ(at(at(second, "frames").items().at(1), "arguments").string_or(""),
            "0xc000105e00, 0x1?");
  EXPECT_EQ(at(at(second, "waits").items().at(0), "name").string_or(""), "Hub.mu");
  EXPECT_EQ(parsed(report).find("goroutines"), nullptr);
}

TEST(JsonOutput, TablesKeepTheirTypes) {
  const Json list = parsed(sample::list_report());

  EXPECT_EQ(at(list, "schema").string_or(""), "goknot.list/1");
  const Json& row = at(list, "goroutines").items().at(0);
  EXPECT_EQ(at(row, "wait_minutes").int_or(0), 184);
  EXPECT_EQ(at(row, "bytes").int_or(0), 2048);
  EXPECT_FALSE(at(row, "locked").bool_or(true));
  EXPECT_TRUE(at(at(list, "goroutines").items().at(1), "place").is_null());
}

TEST(JsonOutput, AnErrorIsAReport) {
  const auto json = Json::parse(error_json({Kind::not_found, "x: no such file", "try y"}));

  ASSERT_TRUE(json);
  EXPECT_EQ(at(*json, "schema").string_or(""), "goknot.report/1");
  EXPECT_EQ(at(at(*json, "error"), "kind").string_or(""), "not_found");
}

}  // namespace
}  // namespace goknot::output
