// SPDX-License-Identifier: Apache-2.0
#include "goknot/source/core_input.h"

#include "tests/support/core_builder.h"
#include "tests/support/outside_program.h"
#include "tests/support/pack.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <array>
#include <filesystem>
#include <string>

namespace goknot::source {
namespace {

using testing::HasSubstr;
using testing_support::CoreBuilder;
using testing_support::packed_stream;

std::string some_core() {
  return CoreBuilder()
      .thread(812, 0, 0)
      .segment(0xc000000000, "rw", std::string(9000, 'h'))
      .build();
}

CoreOptions options(std::uint64_t limit = 1U << 20U) {
  return {.executable = {}, .temporary = std::filesystem::temp_directory_path(), .limit = limit};
}

std::string content_of(const CoreInput& core) {
  std::string text(1U << 16U, '?');
  const ssize_t got = ::pread(core.file.get(), text.data(), text.size(), 0);
  text.resize(got > 0 ? static_cast<std::size_t>(got) : 0);
  return text;
}

class CoreInputPacked : public testing::TestWithParam<const char*> {};

TEST_P(CoreInputPacked, ComesOutWhole) {
  const auto core = core_in_bytes(packed_stream(GetParam(), some_core()), "core", options());

  ASSERT_TRUE(core && *core);
  EXPECT_EQ(content_of(**core), some_core());
  EXPECT_EQ((*core)->wrapped_in, GetParam());
  EXPECT_EQ((*core)->trouble, "");
}

TEST_P(CoreInputPacked, SomethingElseIsNoCore) {
  const auto core =
      core_in_bytes(packed_stream(GetParam(), "goroutine 1 [running]:\n"), "x", options());

  ASSERT_TRUE(core);
  EXPECT_FALSE(core->has_value());
}

INSTANTIATE_TEST_SUITE_P(Filters, CoreInputPacked,
                         testing::Values("gzip", "zstd", "xz", "bzip2", "lz4"));

TEST(CoreInput, WhatHasNoRoomIsRefusedWithTheReason) {
  const auto core = core_in_bytes(packed_stream("zstd", some_core()), "core.zst", options(5000));

  ASSERT_FALSE(core);
  EXPECT_THAT(core.error().message, HasSubstr("core.zst"));
  EXPECT_THAT(core.error().message, HasSubstr("more than there is room for"));
}

TEST(CoreInput, ACutStreamGivesItsBeginningAndSaysSo) {
  std::string text = some_core();
  unsigned number = 1;
  for (int i = 0; i < 300'000; ++i)
    text += static_cast<char>((number = number * 1664525U + 1013904223U) >> 24U);
  const std::string packed = packed_stream("zstd", text);

  const auto core = core_in_bytes(packed.substr(0, packed.size() - 20'000), "core.zst", options());

  ASSERT_TRUE(core && *core);
  EXPECT_THAT((*core)->trouble, HasSubstr("ends early"));
  EXPECT_EQ(content_of(**core).substr(0, 4096), text.substr(0, 4096));
}

TEST(CoreInput, AFileIsLookedAtWhereItLies) {
  const sample::TemporaryFolder folder;
  const std::string path = folder.file("core.812", some_core());

  const auto core = core_in_file(path, "core.812", options());

  ASSERT_TRUE(core && *core);
  EXPECT_EQ(content_of(**core), some_core());
  EXPECT_EQ((*core)->wrapped_in, "");
  EXPECT_THAT((*core)->taken_at, testing::StartsWith("20"));
}

TEST(CoreInput, OtherFilesAndFoldersAreNone) {
  const sample::TemporaryFolder folder;
  for (const std::string& path :
       {folder.file("dump.txt", "goroutine 1 [running]:\n"), folder.path(), std::string("/nowhere"),
        std::string("/dev/null")}) {
    const auto core = core_in_file(path, "x", options());
    EXPECT_TRUE(core && !core->has_value()) << path;
  }
}

TEST(CoreInput, APipeIsReadToItsEnd) {
  std::array<int, 2> ends{};
  ASSERT_EQ(::pipe(ends.data()), 0);
  const std::string text = some_core();
  ASSERT_EQ(::write(ends[1], text.data() + 64, text.size() - 64),
            static_cast<ssize_t>(text.size() - 64));
  ::close(ends[1]);

  const auto core = core_in_pipe(ends[0], text.substr(0, 64), "standard input", options());

  ::close(ends[0]);
  ASSERT_TRUE(core);
  EXPECT_EQ(content_of(*core), text);
}

}  // namespace
}  // namespace goknot::source
