// SPDX-License-Identifier: Apache-2.0
#include "goknot/source/target.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <string>

namespace goknot::source {
namespace {

struct Case {
  std::string word;
  TargetKind kind;
  std::string text;
};

class TargetWord : public testing::TestWithParam<Case> {};

TEST_P(TargetWord, IsRecognised) {
  const auto target = recognise_target(GetParam().word);

  ASSERT_TRUE(target.has_value());
  EXPECT_EQ(target->kind, GetParam().kind);
  EXPECT_EQ(target->text, GetParam().text);
}

INSTANTIATE_TEST_SUITE_P(
    Words, TargetWord,
    testing::Values(Case{"-", TargetKind::standard_input, "-"},
                    Case{"history:api@noon", TargetKind::history, "api@noon"},
                    Case{"http://localhost:6060", TargetKind::url, "http://localhost:6060"},
                    Case{"HTTPS://h/_stack", TargetKind::url, "HTTPS://h/_stack"},
                    Case{"4242", TargetKind::process_id, "4242"},
                    Case{"pid:4242", TargetKind::process_id, "4242"},
                    Case{"/dev/null", TargetKind::file, "/dev/null"},
                    Case{"file:4242", TargetKind::file, "4242"},
                    Case{"name:-", TargetKind::process_name, "-"},
                    Case{"nats-server", TargetKind::process_name, "nats-server"}));

TEST(Target, AFileThatIsAllDigitsIsAProcessUnlessForced) {
  const std::string name = testing::TempDir() + "777";
  std::ofstream(name) << "x";

  EXPECT_EQ(recognise_target("777")->kind, TargetKind::process_id);
  EXPECT_EQ(recognise_target("file:777")->kind, TargetKind::file);

  std::filesystem::remove(name);
}

TEST(Target, WordsThatNameNothingAreWrongQuestions) {
  using std::string_view_literals::operator""sv;

  for (const std::string_view word : {""sv, "pid:"sv, "pid:12x"sv, "file:"sv, "a\0b"sv}) {
    const auto target = recognise_target(word);
    ASSERT_FALSE(target.has_value()) << word;
    EXPECT_EQ(target.error().kind, Kind::usage) << word;
  }
}

}  // namespace
}  // namespace goknot::source
