// SPDX-License-Identifier: Apache-2.0
// What `goknot schema` prints, held against what `goknot --json` writes by Python's jsonschema.
#include "goknot/base/json.h"
#include "goknot/embedded.h"
#include "goknot/output/json_report.h"
#include "goknot/output/output.h"
#include "tests/support/outside_program.h"
#include "tests/support/sample_reports.h"

#include <gtest/gtest.h>

namespace goknot::output {
namespace {

constexpr const char* kValidate = R"(
import json, sys
from jsonschema import Draft202012Validator as Validator
schema = json.load(open(sys.argv[1]))
Validator.check_schema(schema)
wrong = 0
for name in sys.argv[2:]:
    for error in Validator(schema).iter_errors(json.load(open(name))):
        for part in error.context or [error]:
            print(name, list(part.path), part.message[:300])
        wrong = 1
sys.exit(wrong)
)";

std::string json_of(const Report& report) {
  StringSink sink;
  EXPECT_TRUE(find_output("json-full")->write(report, {}, sink));
  return sink.text();
}

class ReportSchema : public testing::Test {
 protected:
  void SetUp() override {
    const auto python = sample::find_program({"python3"});
    if (!python || sample::run_program({*python, "-c", "import jsonschema"}).status != 0) {
      GTEST_SKIP() << "needs python3-jsonschema";
    }
    words_ = {*python, "-c", kValidate,
              folder_.file("schema.json", std::string(embedded::report_schema_json))};
  }

  void add(const std::string& name, const std::string& text) {
    words_.push_back(folder_.file(name, text));
  }

  sample::TemporaryFolder folder_;
  std::vector<std::string> words_;
};

TEST_F(ReportSchema, HoldsForEveryKindOfReport) {
  const Series series = sample::series(30);
  Report full = sample::report_of(sample::hub());
  full.series = &series;
  add("full", json_of(full));
  add("leak", json_of(sample::report_of(sample::leak())));
  add("healthy", json_of(sample::report_of(sample::healthy())));
  add("unknown", json_of(sample::report_of(sample::unknown())));
  add("many", json_of(sample::report_of(sample::many_findings())));
  add("hostile", json_of(sample::report_of(sample::hostile("<script>\x1b\xff\n"))));
  add("error", error_json({Kind::damaged, "x: cut", ""}));

  const auto ended = sample::run_program(words_);

  EXPECT_EQ(ended.status, 0) << ended.text;
}

TEST_F(ReportSchema, RefusesWhatTheContractDoesNotHave) {
  auto report = *Json::parse(json_of(sample::report_of(sample::hub())));
  report.set("verdict", Json::object({{"outcome", "broken"}, {"grade", nullptr}, {"text", ""}}));
  add("outcome", report.dump());

  const auto ended = sample::run_program(words_);

  EXPECT_EQ(ended.status, 1);
  EXPECT_NE(ended.text.find("'broken' is not one of"), std::string::npos) << ended.text;
}

}  // namespace
}  // namespace goknot::output
