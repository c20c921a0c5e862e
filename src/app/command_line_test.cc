// SPDX-License-Identifier: Apache-2.0
#include "app/command_line.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace goknot::app {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

Invocation parsed(const std::vector<std::string>& arguments) {
  auto invocation = parse_command_line(arguments);
  EXPECT_TRUE(invocation.has_value()) << invocation.error().message;
  return invocation.value_or(Invocation());
}

Error refused(const std::vector<std::string>& arguments) {
  const auto invocation = parse_command_line(arguments);
  EXPECT_FALSE(invocation.has_value());
  return invocation ? Error() : invocation.error();
}

TEST(CommandLine, WithoutACommandItDiagnoses) {
  const Invocation invocation = parsed({"dump.txt", "other.txt"});

  EXPECT_EQ(invocation.command->name, "diagnose");
  EXPECT_THAT(invocation.args.words(), ElementsAre("dump.txt", "other.txt"));
}

TEST(CommandLine, OptionsMayStandBeforeTheCommand) {
  const Invocation invocation = parsed({"-o", "list", "--json", "groups", "dump.txt"});

  EXPECT_EQ(invocation.command->name, "groups");
  EXPECT_EQ(invocation.args.value("output"), "list");
  EXPECT_TRUE(invocation.args.has("json"));
}

TEST(CommandLine, AnOptionalValueNeedsAnEqualsSign) {
  const Invocation plain = parsed({"--json", "full"});
  const Invocation full = parsed({"--json=full", "x"});

  EXPECT_EQ(plain.args.value("json"), "");
  EXPECT_THAT(plain.args.words(), ElementsAre("full"));
  EXPECT_EQ(full.args.value("json"), "full");
}

TEST(CommandLine, RepeatedOptionsKeepAllValues) {
  const Invocation invocation = parsed({"--ignore", "a", "x", "--ignore=b"});

  EXPECT_THAT(invocation.args.values("ignore"), ElementsAre("a", "b"));
  EXPECT_THAT(invocation.args.words(), ElementsAre("x"));
}

TEST(CommandLine, ADashIsATargetAndTwoEndTheOptions) {
  EXPECT_THAT(parsed({"-"}).args.words(), ElementsAre("-"));
  EXPECT_THAT(parsed({"--", "--json"}).args.words(), ElementsAre("--json"));
}

TEST(CommandLine, WordsAreTakenAsTheyAre) {
  EXPECT_THAT(parsed({"[a,b]", "%x", "a=b"}).args.words(), ElementsAre("[a,b]", "%x", "a=b"));
}

TEST(CommandLine, AMistypedOptionIsRefusedWithTheRightOne) {
  const Error error = refused({"x", "--josn"});

  EXPECT_EQ(error.kind, Kind::usage);
  EXPECT_THAT(error.hint, HasSubstr("--json"));
}

TEST(CommandLine, AMistypedCommandIsRefusedWithTheRightOne) {
  const Error error = refused({"gruops", "x"});

  EXPECT_EQ(error.kind, Kind::usage);
  EXPECT_THAT(error.hint, HasSubstr("groups"));
}

TEST(CommandLine, AMissingValueIsRefused) { EXPECT_EQ(refused({"x", "-o"}).kind, Kind::usage); }

TEST(CommandLine, TooFewAndTooManyWordsAreRefused) {
  EXPECT_THAT(refused({"stack", "x"}).hint, HasSubstr("usage: goknot stack"));
  EXPECT_THAT(refused({"version", "x"}).hint, HasSubstr("usage: goknot version"));
}

TEST(CommandLine, HelpNeedsNoWords) { EXPECT_TRUE(parsed({"stack", "--help"}).args.has("help")); }

TEST(CommandLine, NoCommandHasTwoOptionsOfOneName) {
  for (const Command* command : commands()) {
    std::vector<std::string> names;
    for (const Flag& flag : all_flags(*command)) {
      names.emplace_back(flag.name);
      if (flag.letter != 0) names.emplace_back(1, flag.letter);
    }
    std::ranges::sort(names);
    EXPECT_EQ(std::ranges::adjacent_find(names), names.end()) << command->name;
  }
}

}  // namespace
}  // namespace goknot::app
