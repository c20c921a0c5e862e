// SPDX-License-Identifier: Apache-2.0
#include "goknot/target/linux/proc_file.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <string>

namespace goknot::target {
namespace {

TEST(ProcFile, IsReadThoughItHasNoSize) {
  const auto text = read_proc_file("/proc/self/stat");

  ASSERT_TRUE(text);
  EXPECT_TRUE(text->starts_with(std::to_string(::getpid()) + " "));
}

TEST(ProcFile, NoMoreIsReadThanAskedFor) {
  EXPECT_EQ(read_proc_file("/proc/self/stat", 5)->size(), 5U);
}

TEST(ProcFile, OneThatIsNotThereSaysWhy) {
  EXPECT_EQ(read_proc_file("/proc/self/nothing").error(), ENOENT);
  EXPECT_EQ(read_proc_link("/proc/self/nothing").error(), ENOENT);
  EXPECT_EQ(read_numbers("/proc/self/nothing").error(), ENOENT);
}

TEST(ProcFile, OnlyNamesThatAreNumbersCount) {
  const auto processes = read_numbers("/proc");

  ASSERT_TRUE(processes);
  EXPECT_TRUE(std::ranges::is_sorted(*processes));
  EXPECT_TRUE(std::ranges::binary_search(*processes, static_cast<std::uint32_t>(::getpid())));
}

TEST(ProcText, ANumberIsDigitsAlone) {
  EXPECT_EQ(parse_number("42"), 42U);
  EXPECT_EQ(parse_number("ff", 16), 255U);
  EXPECT_EQ(parse_number("18446744073709551615"), UINT64_MAX);
  for (const char* text : {"", "-1", "+1", " 1", "1 ", "1x", "18446744073709551616"}) {
    EXPECT_EQ(parse_number(text), std::nullopt) << text;
  }
}

TEST(ProcText, TextIsTakenOffPieceByPiece) {
  std::string_view rest = "a:b";
  EXPECT_EQ(take_until(rest, ':'), "a");
  EXPECT_EQ(take_until(rest, ':'), "b");
  EXPECT_EQ(take_until(rest, ':'), "");
}

TEST(ProcText, WordsArePartedByAnyBlanks) {
  std::string_view rest = " one\t two";
  EXPECT_EQ(take_word(rest), "one");
  EXPECT_EQ(take_word(rest), "two");
  EXPECT_EQ(take_word(rest), "");
}

TEST(ProcText, AKeyMustBeAllThatStandsBeforeTheColon) {
  const std::string_view text = "NStgid: 7\nxTgid: 1\nTgid:\t 42 \nTgid: 9\n";

  EXPECT_EQ(value_of_line(text, "Tgid"), "42");
  EXPECT_EQ(value_of_line(text, "Tg"), "");
}

}  // namespace
}  // namespace goknot::target
