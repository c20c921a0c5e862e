// SPDX-License-Identifier: Apache-2.0
#include "app/session.h"

#include "tests/support/outside_program.h"
#include "tests/support/sample_reports.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <string>
#include <vector>

namespace goknot::app {
namespace {

using testing::HasSubstr;
using testing::Not;

constexpr std::string_view kDump =
    "goroutine 7 [chan send (nil chan), 5 minutes]:\nmain.f(0xc000012345)\n"
    "\t/home/ann/x.go:3 +0x1\ncreated by main.main in goroutine 1\n\t/home/ann/x.go:9 +0x1\n";

class SessionTest : public testing::Test {
 protected:
  std::string dump() const { return folder_.file("dump.txt", std::string(kDump)); }
  std::string written() const {
    std::ifstream file(folder_.path() + "/out");
    return {std::istreambuf_iterator<char>(file), {}};
  }
  Settings to_file() const {
    Settings settings;
    settings.file = folder_.path() + "/out";
    return settings;
  }

  sample::TemporaryFolder folder_;
};

TEST_F(SessionTest, WhatWasOpenedIsDiagnosed) {
  Session session(to_file());
  const std::vector<std::string> words = {dump()};

  const auto series = session.open(words);

  ASSERT_TRUE(series) << series.error().message;
  ASSERT_EQ((*series)->snapshots.size(), 1U);
  const auto diagnosis = session.diagnose();
  ASSERT_TRUE(diagnosis);
  ASSERT_EQ(diagnosis->findings.size(), 1U);
  EXPECT_EQ(diagnosis->findings[0].rule, "nil-chan");
}

TEST_F(SessionTest, ATargetThatIsNotThereIsAnError) {
  Session session(to_file());
  const std::vector<std::string> words = {folder_.path() + "/none.txt"};

  EXPECT_FALSE(session.open(words));
}

TEST_F(SessionTest, WhatIsHiddenIsHiddenFromTheMoment) {
  Settings settings = to_file();
  settings.redact = analysis::RedactOptions();
  Session session(settings);
  const std::vector<std::string> words = {dump()};

  const auto series = session.open(words);

  ASSERT_TRUE(series) << series.error().message;
  const Snapshot& snapshot = (*series)->snapshots[0];
  const Goroutine& goroutine = snapshot.goroutines[0];
  EXPECT_THAT(std::string(snapshot.argument_text(goroutine, 0)), Not(HasSubstr("0xc000012345")));
  EXPECT_THAT(std::string(snapshot.file(snapshot.stacks.frames(goroutine.stack)[0])),
              Not(HasSubstr("ann")));
}

TEST_F(SessionTest, AnOutputThatIsNotThereIsAnError) {
  Session session(to_file());
  EXPECT_TRUE(session.writes_text());
  EXPECT_FALSE(session.use_output("jpeg"));
  EXPECT_TRUE(session.writes_text());

  EXPECT_TRUE(session.use_output("json"));
  EXPECT_TRUE(session.writes_json());
  EXPECT_FALSE(session.writes_text());
}

TEST_F(SessionTest, AnswersGoWhereTheOptionsSay) {
  const Session session(to_file());

  EXPECT_TRUE(session.write(sample::report_of(sample::healthy())));
  EXPECT_THAT(written(), HasSubstr("HEALTHY."));

  EXPECT_TRUE(session.write_text("a text"));
  EXPECT_EQ(written(), "a text");
}

TEST_F(SessionTest, ForAnOutputWithoutGroupsNoneAreMade) {
  Session session(to_file());
  const std::vector<std::string> words = {dump()};
  ASSERT_TRUE(session.open(words));

  ASSERT_TRUE(session.use_output("json"));
  EXPECT_EQ(session.diagnose_for_output()->groups.size(), 1U);

  ASSERT_TRUE(session.use_output("markdown"));
  EXPECT_TRUE(session.diagnose_for_output()->groups.empty());
}

TEST_F(SessionTest, AQuietRunSaysNothingToPeopleButFillsFiles) {
  Settings settings = to_file();
  settings.voice = Voice::quiet;
  const Session session(settings);

  EXPECT_TRUE(session.write(sample::report_of(sample::healthy())));

  EXPECT_THAT(written(), HasSubstr("HEALTHY."));
}

TEST_F(SessionTest, DescribingWhatDoesNotRunDoesNothing) {
  Session session(to_file());
  session.describe_all();

  const std::vector<std::string> words = {dump()};
  ASSERT_TRUE(session.open(words));
  session.describe_for("select * from goroutines");

  EXPECT_TRUE(session.diagnose());
}

TEST_F(SessionTest, ShowingEverythingTakesBackNoRequestForMore) {
  Settings settings;
  settings.look.verbosity = 2;
  Session much(settings);
  much.show_everything();
  EXPECT_EQ(much.settings().look.verbosity, 2);

  Session little{Settings()};
  little.show_everything();
  EXPECT_EQ(little.settings().look.verbosity, 1);
}

}  // namespace
}  // namespace goknot::app
