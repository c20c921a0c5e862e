// SPDX-License-Identifier: Apache-2.0
#include "goknot/source/spool.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>
#include <string>

namespace goknot::source {
namespace {

using testing::HasSubstr;

std::string folder() { return std::filesystem::temp_directory_path(); }

std::string content_of(int fd) {
  std::string text(1U << 20U, '?');
  const ssize_t got = ::pread(fd, text.data(), text.size(), 0);
  text.resize(got > 0 ? static_cast<std::size_t>(got) : 0);
  return text;
}

TEST(Spool, HasWhatWasWrittenZerosIncluded) {
  auto spool = Spool::open(folder(), 1U << 20U);
  ASSERT_TRUE(spool) << spool.error().message;
  const std::string text = "begin" + std::string(100'000, '\0') + "end" + std::string(5000, '\0');

  ASSERT_TRUE(spool->write(text.substr(0, 7)));
  ASSERT_TRUE(spool->write(text.substr(7)));
  const auto file = std::move(*spool).finish();

  ASSERT_TRUE(file);
  EXPECT_EQ(content_of(file->get()), text);
}

TEST(Spool, ZerosTakeNoRoom) {
  auto spool = Spool::open(folder(), 8192);
  ASSERT_TRUE(spool);

  EXPECT_TRUE(spool->write(std::string(1U << 20U, '\0')));
  EXPECT_TRUE(spool->write("end"));
  EXPECT_EQ(spool->size(), (1U << 20U) + 3);
}

TEST(Spool, MoreThanTheLimitIsRefused) {
  auto spool = Spool::open(folder(), 10'000);
  ASSERT_TRUE(spool);

  const auto written = spool->write(std::string(20'000, 'x'));

  ASSERT_FALSE(written);
  EXPECT_EQ(written.error().kind, Kind::unsupported);
  EXPECT_THAT(written.error().hint, HasSubstr("TMPDIR"));
}

TEST(Spool, AFolderThatIsNotThereIsNamed) {
  const auto spool = Spool::open("/nowhere/at/all", 10);

  ASSERT_FALSE(spool);
  EXPECT_THAT(spool.error().message, HasSubstr("/nowhere/at/all"));
}

}  // namespace
}  // namespace goknot::source
