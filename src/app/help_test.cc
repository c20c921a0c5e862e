// SPDX-License-Identifier: Apache-2.0
#include "app/help.h"

#include "app/completion.h"
#include "app/manual.h"
#include "goknot/base/text.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <ranges>
#include <string>

namespace goknot::app {
namespace {

using testing::HasSubstr;
using testing::Not;

TEST(Help, EveryCommandIsInTheShortHelpTheManualAndTheCompletions) {
  for (const Command* command : commands()) {
    if (command->listing == Listing::hidden) continue;
    const std::string name(command->name);
    EXPECT_THAT(short_help(), HasSubstr("  " + name + " "));
    EXPECT_THAT(manual_page(), HasSubstr(".SS goknot " + name));
    EXPECT_THAT(bash_completion(), HasSubstr("    " + name + ") "));
    EXPECT_THAT(zsh_completion(), HasSubstr("'" + name + ":"));
    EXPECT_THAT(fish_completion(), HasSubstr("-a " + name + " "));
  }
}

TEST(Help, HiddenCommandsAreNotListed) { EXPECT_THAT(short_help(), Not(HasSubstr("completion"))); }

TEST(Help, EveryOptionOfACommandIsInItsHelp) {
  for (const Command* command : commands()) {
    const std::string help = help_of(*command, 80);
    for (const Flag& flag : command->flags) {
      EXPECT_THAT(help, HasSubstr("--" + std::string(flag.name))) << command->name;
    }
  }
}

TEST(Help, ParagraphsAndOptionsFitTheTerminal) {
  for (const Command* command : commands()) {
    const std::string help = help_of(*command, 80);
    const std::string before_examples = help.substr(0, help.find("\nExamples:"));
    for (const auto line : std::views::split(before_examples, '\n')) {
      EXPECT_LE(width_of(std::string_view(line)), 80U) << std::string_view(line);
    }
  }
}

TEST(Manual, NoLineOfTextIsTakenForARequest) {
  for (const auto part : std::views::split(manual_page(), '\n')) {
    const std::string_view line(part);
    if (!line.starts_with('.')) continue;
    EXPECT_THAT(line, testing::MatchesRegex("\\.(TH|SH|SS|TP|PP|B|RS|RE|nf|fi).*"));
  }
}

}  // namespace
}  // namespace goknot::app
