// SPDX-License-Identifier: Apache-2.0
#include "goknot/target/argument_text.h"

#include "tests/support/recorded_program.h"

#include <gtest/gtest.h>

namespace goknot::target {
namespace {

using testing_support::RecordedProgram;

// The arguments of a function where it calls from a line, all words being 1, 2, 3, …
std::string arguments(const RecordedProgram& program, std::string_view name,
                      std::string_view line) {
  const Address pc = program.return_address(name, line) - 1;
  const ArgumentForm form = argument_form(*program.memory, program.program.layout, program.table(),
                                          program.function(name), pc);
  std::vector<std::uint64_t> stack(32);
  for (std::size_t i = 0; i < stack.size(); ++i) stack[i] = i + 1;
  std::string text;
  append_arguments(form, std::as_bytes(std::span(stack)), text);
  return text;
}

TEST(ArgumentText, WritesWordsAsTheyStandUntilGo116) {
  EXPECT_EQ(arguments(RecordedProgram("go1.16"), "main.(*hub).read", "main.go:57"),
            "0x1, 0x2, 0x3, 0x4, 0x5");
}

TEST(ArgumentText, WritesTenWordsAtMostUntilGo116) {
  EXPECT_EQ(arguments(RecordedProgram("go1.13"), "main.(*hub).add", "main.go:50"),
            "0x1, 0x2, 0x3, 0x4, 0x5, 0x6, 0x7, 0x8, 0x9, 0xa, ...");
}

TEST(ArgumentText, GroupsTheWordsOfOneArgumentFromGo117On) {
  EXPECT_EQ(arguments(RecordedProgram("go1.17"), "main.(*hub).read", "main.go:57"),
            "0x1, {0x2, 0x3}");
}

TEST(ArgumentText, MarksWhatTheCompilerDoesNotPromiseFromGo118On) {
  const std::string text = arguments(RecordedProgram("go1.27"), "main.down", "main.go:73");

  EXPECT_EQ(text, "0x1?, {0x2?, 0x3?}");
}

TEST(ArgumentText, ShowsLargeArgumentsInPart) {
  const std::string text = arguments(RecordedProgram("go1.17"), "main.(*hub).add", "main.go:50");

  EXPECT_TRUE(text.ends_with(", ...}, ...)") || text.ends_with(", ...}, ...")) << text;
  EXPECT_TRUE(text.contains("{{")) << text;
}

TEST(ArgumentText, HasNothingToSayWithoutAnAnswerOfTheCompiler) {
  RecordedProgram program("go1.27");
  const Function function = program.function("main.down");
  const Address info = program.table().funcdata(function, program.program.layout.funcdata.arg_info);
  ASSERT_NE(info, 0U);
  program.memory->lose(info, info + 64);

  EXPECT_EQ(arguments(program, "main.down", "main.go:73"), "");
}

TEST(ArgumentText, AProgramOfNonsenseEnds) {
  RecordedProgram program("go1.27");
  const Function function = program.function("main.down");
  const Address info = program.table().funcdata(function, program.program.layout.funcdata.arg_info);
  for (Address at = info; at < info + 128; ++at) program.memory->byte(at) = std::byte{0xfe};

  EXPECT_LT(arguments(program, "main.down", "main.go:73").size(), 1000U);
}

TEST(ArgumentText, WhatLiesBehindTheCopyIsWrittenAsUnknown) {
  ArgumentForm form;
  form.words.push_back({.before = "", .offset = 0});
  form.words.push_back({.before = ", ", .offset = 8});
  form.after = ", ...";
  const std::vector<std::uint64_t> stack{0xff};
  std::string text = "f(";

  append_arguments(form, std::as_bytes(std::span(stack)), text);

  EXPECT_EQ(text, "f(0xff, _, ...");
}

TEST(ArgumentText, AWordHasAsManyDigitsAsItNeeds) {
  const ArgumentForm form{.words = {{.before = "", .offset = 0}}, .after = "", .extent = 8};
  for (unsigned digits = 1; digits <= 16; ++digits) {
    const std::uint64_t value = 0xfedcba9876543210 >> (64 - 4 * digits);
    std::string text;

    append_arguments(form, std::as_bytes(std::span(&value, 1)), text);

    EXPECT_EQ(text, "0x" + std::string("fedcba9876543210").substr(0, digits));
  }
  std::string zero;
  append_arguments(form, std::vector<std::byte>(8), zero);
  EXPECT_EQ(zero, "0x0");
}

TEST(ArgumentText, NarrowWordsAreReadNarrow) {
  ArgumentForm form;
  form.words.push_back({.before = "", .offset = 1, .size = 1, .inexact = true});
  form.words.push_back({.before = ", ", .offset = 4, .size = 4});
  const std::vector<std::uint64_t> stack{0x1122334455667788};
  std::string text;

  append_arguments(form, std::as_bytes(std::span(stack)), text);

  EXPECT_EQ(text, "0x77?, 0x11223344");
}

}  // namespace
}  // namespace goknot::target
