// SPDX-License-Identifier: Apache-2.0
#include "goknot/base/json.h"
#include "goknot/output/output.h"
#include "tests/support/outside_program.h"
#include "tests/support/sample_reports.h"

#include <gtest/gtest.h>

namespace goknot::output {
namespace {

// What SARIF 2.1.0 asks of the parts we write (its sections 3.13, 3.14, 3.19, 3.27, 3.28).
constexpr const char* kSchema = R"({
  "type": "object", "required": ["version", "runs"], "additionalProperties": false,
  "properties": {
    "$schema": {"type": "string", "format": "uri"}, "version": {"const": "2.1.0"},
    "runs": {"type": "array", "items": {"$ref": "#/$defs/run"}}},
  "$defs": {
    "message": {"type": "object", "required": ["text"], "additionalProperties": false,
                "properties": {"text": {"type": "string", "minLength": 1}}},
    "level": {"enum": ["none", "note", "warning", "error"]},
    "run": {"type": "object", "required": ["tool"], "additionalProperties": false, "properties": {
      "tool": {"type": "object", "required": ["driver"], "properties": {
        "driver": {"type": "object", "required": ["name"], "properties": {
          "name": {"type": "string"}, "version": {"type": "string"},
          "rules": {"type": "array", "uniqueItems": true,
                    "items": {"type": "object", "required": ["id"]}}}}}},
      "invocations": {"type": "array", "items": {"type": "object",
        "required": ["executionSuccessful"], "properties": {
          "executionSuccessful": {"type": "boolean"},
          "toolExecutionNotifications": {"type": "array", "items": {"type": "object",
            "required": ["message"], "properties": {"message": {"$ref": "#/$defs/message"},
            "level": {"$ref": "#/$defs/level"}}}}}}},
      "results": {"type": "array", "items": {"$ref": "#/$defs/result"}}}},
    "location": {"type": "object", "additionalProperties": false, "properties": {
      "physicalLocation": {"type": "object", "required": ["artifactLocation"], "properties": {
        "artifactLocation": {"type": "object", "required": ["uri"],
          "properties": {"uri": {"type": "string", "pattern": "^[-A-Za-z0-9._~/:%]+$"}}},
        "region": {"type": "object", "required": ["startLine"],
          "properties": {"startLine": {"type": "integer", "minimum": 1}}}}},
      "logicalLocations": {"type": "array", "items": {"type": "object", "properties": {
        "fullyQualifiedName": {"type": "string"}, "kind": {"type": "string"}}}},
      "message": {"$ref": "#/$defs/message"}}},
    "result": {"type": "object", "required": ["message", "ruleId"], "additionalProperties": false,
      "properties": {
        "ruleId": {"type": "string"}, "ruleIndex": {"type": "integer", "minimum": 0},
        "level": {"$ref": "#/$defs/level"}, "message": {"$ref": "#/$defs/message"},
        "locations": {"type": "array", "items": {"$ref": "#/$defs/location"}},
        "relatedLocations": {"type": "array", "items": {"$ref": "#/$defs/location"}},
        "partialFingerprints": {"type": "object", "additionalProperties": {"type": "string"}},
        "properties": {"type": "object"}}}}})";

constexpr const char* kValidate = R"(
import json, sys
from jsonschema import Draft202012Validator as Validator
schema = json.load(open(sys.argv[1]))
wrong = [str(e.path) + e.message[:300] for name in sys.argv[2:]
         for e in Validator(schema).iter_errors(json.load(open(name)))]
sys.exit("\n".join(wrong) or 0)
)";

std::string text_of(const Report& report) {
  StringSink sink;
  EXPECT_TRUE(find_output("sarif")->write(report, {}, sink));
  return sink.text();
}

const Json& at(const Json& json, std::string_view key) {
  static const Json kNull;
  const Json* found = json.find(key);
  EXPECT_NE(found, nullptr) << key;
  return found != nullptr ? *found : kNull;
}

Json first_run(const Diagnosis& diagnosis) {
  return at(*Json::parse(text_of(sample::report_of(diagnosis))), "runs").items().at(0);
}

TEST(SarifOutput, HoldsWhatTheStandardAsks) {
  const auto python = sample::find_program({"python3"});
  if (!python || sample::run_program({*python, "-c", "import jsonschema"}).status != 0) {
    GTEST_SKIP() << "needs python3-jsonschema";
  }
  const sample::TemporaryFolder folder;
  std::vector<std::string> words = {*python, "-c", kValidate, folder.file("schema", kSchema)};
  words.push_back(folder.file("hub", text_of(sample::report_of(sample::hub()))));
  words.push_back(folder.file("many", text_of(sample::report_of(sample::many_findings()))));
  words.push_back(folder.file("healthy", text_of(sample::report_of(sample::healthy()))));
  for (const std::string& name : sample::hostile_names()) {
    const std::string file = "hostile" + std::to_string(words.size());
    words.push_back(folder.file(file, text_of(sample::report_of(sample::hostile(name)))));
  }

  const auto ended = sample::run_program(words);

  EXPECT_EQ(ended.status, 0) << ended.text;
}

TEST(SarifOutput, AResultStandsAtItsFirstCulprit) {
  const Json run = first_run(sample::hub());
  const Json& result = at(run, "results").items().at(0);

  const Json& place = at(at(result, "locations").items().at(0), "physicalLocation");
  EXPECT_EQ(at(at(place, "artifactLocation"), "uri").string_or(""),
            "file:///src/cable/node/hub.go");
  EXPECT_EQ(at(at(place, "region"), "startLine").int_or(0), 354);
  EXPECT_EQ(at(result, "relatedLocations").size(), 1U);
  EXPECT_EQ(at(result, "level").string_or(""), "error");
  EXPECT_EQ(at(at(result, "partialFingerprints"), "goknot/v1").string_or(""), "9f86d081884c7d65");
}

TEST(SarifOutput, RulesAreListedOnceAndOnlyWhatIsLikelyIsAnError) {
  const Json run = first_run(sample::many_findings());
  const Json& results = at(run, "results");

  EXPECT_EQ(at(at(at(run, "tool"), "driver"), "rules").size(), 2U);
  ASSERT_EQ(results.size(), 16U);
  EXPECT_EQ(at(results.items()[1], "level").string_or(""), "warning");  // leak, possible
  EXPECT_EQ(at(results.items()[2], "level").string_or(""), "error");    // leak, likely
  EXPECT_EQ(at(results.items()[15], "level").string_or(""), "note");    // info
  EXPECT_EQ(at(results.items()[15], "ruleIndex").int_or(-1), 1);
}

TEST(SarifOutput, PathsBecomeUris) {
  Diagnosis d = sample::hub();
  d.findings[0].culprits[0].place.file = "C:\\src\\a b.go";

  const Json run = first_run(d);

  const Json& place =
      at(at(at(run, "results").items().at(0), "locations").items().at(0), "physicalLocation");
  EXPECT_EQ(at(at(place, "artifactLocation"), "uri").string_or(""), "file:///C%3A/src/a%20b.go");
}

}  // namespace
}  // namespace goknot::output
