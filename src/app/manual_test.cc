// SPDX-License-Identifier: Apache-2.0
#include "app/manual.h"

#include "app/command.h"
#include "app/settings.h"

#include <absl/strings/str_split.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace goknot::app {
namespace {

using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

std::vector<std::string> lines() { return absl::StrSplit(manual_page(), '\n'); }

TEST(Manual, BeginsAsAManualPageMust) {
  EXPECT_THAT(manual_page(), StartsWith(".TH GOKNOT 1 "));
  EXPECT_THAT(manual_page(), HasSubstr("\n.SH NAME\ngoknot \\- why a Go program"));
}

TEST(Manual, EveryRequestIsOneThatManPagesHave) {
  const std::set<std::string> known = {"TH", "SH", "SS", "TP", "PP", "B", "nf", "fi", "RS", "RE"};
  for (const std::string& line : lines()) {
    if (!line.starts_with('.')) continue;
    EXPECT_TRUE(known.contains(line.substr(1, line.find(' ') - 1))) << line;
  }
}

TEST(Manual, NoTextIsTakenForARequest) {
  for (const std::string& line : lines()) EXPECT_THAT(line, Not(StartsWith("'")));
}

TEST(Manual, EveryHyphenOfAnOptionCanBeCopied) {
  for (const Flag& flag : reading_flags()) {
    std::string name;
    for (const char c : flag.name) name += c == '-' ? std::string("\\-") : std::string(1, c);
    EXPECT_THAT(manual_page(), HasSubstr("\\fB\\-\\-" + name + "\\fR")) << flag.name;
  }
}

TEST(Manual, WhatIsOpenedIsClosed) {
  int open = 0;
  for (const std::string& line : lines()) {
    if (line == ".nf" || line == ".RS") open++;
    if (line == ".fi" || line == ".RE") open--;
    EXPECT_GE(open, 0);
  }
  EXPECT_EQ(open, 0);
}

}  // namespace
}  // namespace goknot::app
