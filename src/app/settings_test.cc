// SPDX-License-Identifier: Apache-2.0
#include "app/settings.h"

#include "app/command_line.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace goknot::app {
namespace {

Result<Settings> settings_of(const std::vector<std::string>& arguments,
                             const Terminal& terminal = {}) {
  const auto invocation = parse_command_line(arguments);
  EXPECT_TRUE(invocation.has_value());
  return make_settings(invocation->args, terminal);
}

TEST(Settings, TheEndingOfTheFileChoosesTheOutput) {
  EXPECT_EQ(settings_of({"x", "-o", "a.json"})->output->name, "json");
  EXPECT_EQ(settings_of({"x", "-o", "a.html"})->output->name, "html");
  EXPECT_EQ(settings_of({"x", "-o", "a"})->output->name, "text");
  EXPECT_EQ(settings_of({"x", "-o", "a.html", "--json"})->output->name, "json");
}

TEST(Settings, JsonMayBeFull) {
  EXPECT_EQ(settings_of({"--json", "x"})->output->name, "json");
  EXPECT_EQ(settings_of({"--json=full", "x"})->output->name, "json-full");
  EXPECT_FALSE(settings_of({"--json=ful", "x"}).has_value());
}

TEST(Settings, OnlyATerminalGetsColours) {
  Terminal terminal;
  terminal.output = true;
  terminal.wants_color = true;

  EXPECT_EQ(settings_of({"x"}, terminal)->look.color, output::Color::always);
  EXPECT_EQ(settings_of({"x", "-o", "f"}, terminal)->look.color, output::Color::never);
  EXPECT_EQ(settings_of({"x"})->look.color, output::Color::never);
  EXPECT_EQ(settings_of({"x", "--color", "always"})->look.color, output::Color::always);
}

TEST(Settings, FailOnNamesSeverityAndGrade) {
  EXPECT_EQ(settings_of({"x"})->fail_on->severity, Severity::leak);
  EXPECT_EQ(settings_of({"x", "--fail-on", "warning:possible"})->fail_on->severity,
            Severity::warning);
  EXPECT_EQ(settings_of({"x", "--fail-on", "warning:possible"})->fail_on->grade, Grade::possible);
  EXPECT_FALSE(settings_of({"x", "--fail-on", "never"})->fail_on.has_value());
  EXPECT_FALSE(settings_of({"x", "--fail-on", "always"}).has_value());
  EXPECT_FALSE(settings_of({"x", "--fail-on", "never:possible"}).has_value());
}

TEST(Settings, RedactHidesAllOrWhatIsNamed) {
  EXPECT_TRUE(settings_of({"x", "--redact"})->redact->paths);
  EXPECT_TRUE(settings_of({"x", "--redact=labels,hosts"})->redact->labels);
  EXPECT_FALSE(settings_of({"x", "--redact=labels,hosts"})->redact->paths);
  EXPECT_FALSE(settings_of({"x", "--redact=secrets"}).has_value());
}

TEST(Settings, HeadersNeedAColonAndUsersMayHaveAPassword) {
  EXPECT_FALSE(settings_of({"x", "--header", "Authorization"}).has_value());
  const auto settings = settings_of({"x", "--user", "me:a:b", "--header", "A: b"});
  EXPECT_EQ(settings->open.http.http.user, "me");
  EXPECT_EQ(settings->open.http.http.password, "a:b");
  EXPECT_EQ(settings->open.http.http.headers.size(), 1U);
}

TEST(Judge, OnlyWhatIsAskedForFails) {
  Diagnosis diagnosis;
  Finding& finding = diagnosis.findings.emplace_back();
  finding.severity = Severity::leak;
  finding.grade = Grade::possible;

  EXPECT_EQ(judge(diagnosis, FailOn()), ExitStatus::fine);
  EXPECT_EQ(judge(diagnosis, FailOn{Severity::leak, Grade::possible}), ExitStatus::found);
  EXPECT_EQ(judge(diagnosis, FailOn{Severity::deadlock, Grade::possible}), ExitStatus::fine);
  finding.grade = Grade::likely;
  EXPECT_EQ(judge(diagnosis, FailOn()), ExitStatus::found);
  EXPECT_EQ(judge(diagnosis, std::nullopt), ExitStatus::fine);
}

}  // namespace
}  // namespace goknot::app
