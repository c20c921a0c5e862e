// SPDX-License-Identifier: Apache-2.0
#include "app/completion.h"

#include "tests/support/outside_program.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace goknot::app {
namespace {

using testing::HasSubstr;
using testing::Not;

// Asks the script itself, in a shell that has it.
class BashCompletion : public testing::Test {
 protected:
  void SetUp() override {
    const auto bash = sample::find_program({"bash"});
    if (!bash) GTEST_SKIP() << "needs bash";
    bash_ = *bash;
    script_ = folder_.file("completion.bash", bash_completion());
  }

  // What is offered for the last word of a line, a word a line.
  std::string offered(const std::string& words) const {
    const std::string ask = "source " + script_ + "; cd " + folder_.path() +
                            "; COMP_WORDS=(goknot " + words +
                            "); COMP_CWORD=$((${#COMP_WORDS[@]} - 1)); _goknot; " +
                            "printf '%s\\n' \"${COMPREPLY[@]}\"";
    const sample::Ended ended = sample::run_program({bash_, "--norc", "-c", ask});
    EXPECT_EQ(ended.status, 0) << ended.text;
    return ended.text;
  }

  sample::TemporaryFolder folder_;
  std::string bash_, script_;
};

TEST_F(BashCompletion, CommandsAndFilesAreOfferedFirst) {
  EXPECT_EQ(offered("gr"), "groups\ngraph\n");
  EXPECT_EQ(offered("comp"), "completion.bash\n") << "the command of that name is hidden";
}

TEST_F(BashCompletion, OptionsAreThoseOfTheCommand) {
  EXPECT_EQ(offered("list --whe"), "--where\n");
  EXPECT_THAT(offered("diagnose --whe"), Not(HasSubstr("--where")));
}

TEST_F(BashCompletion, WithoutACommandItIsADiagnosis) {
  EXPECT_EQ(offered("dump.txt --fail"), "--fail-on\n");
  EXPECT_EQ(offered("--fail"), "--fail-on\n");
}

TEST_F(BashCompletion, ValuesOfOptionsAreOffered) {
  EXPECT_EQ(offered("--format sa"), "sarif\n");
  EXPECT_EQ(offered("list --color al"), "always\n");
}

TEST_F(BashCompletion, ACommandMayHaveWordsOfItsOwn) {
  EXPECT_EQ(offered("explain self"), "self-lock\n");
}

TEST(Completion, HiddenCommandsAreOfferedByNoShell) {
  EXPECT_THAT(bash_completion(), Not(HasSubstr("    completion) ")));
  EXPECT_THAT(zsh_completion(), Not(HasSubstr("'completion:")));
  EXPECT_THAT(fish_completion(), Not(HasSubstr("-a completion ")));
}

TEST(Completion, WordsForZshCannotEndTheirBrackets) {
  const std::string zsh = zsh_completion();
  for (std::size_t at = zsh.find("[["); at != zsh.npos; at = zsh.find("[[", at + 1)) {
    EXPECT_EQ(zsh.substr(at, 4), "[[ -") << "only the test for a command";
  }
  EXPECT_THAT(zsh, HasSubstr("#compdef goknot\n"));
}

}  // namespace
}  // namespace goknot::app
