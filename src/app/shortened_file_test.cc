// SPDX-License-Identifier: Apache-2.0
#include "app/shortened_file.h"

#include "goknot/base/buffer.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <string>

namespace goknot::app {
namespace {

// Touches the last byte of a large file that has been shortened since it was opened.
[[noreturn]] void read_what_is_gone(const std::string& path) {
  end_cleanly_when_a_file_is_shortened();
  const auto buffer = Buffer::open(path, Buffer::kMapFrom);
  std::filesystem::resize_file(path, 0);
  const volatile char last = buffer->view().back();
  std::exit(last == 'g' ? 0 : 1);
}

TEST(ShortenedFileDeathTest, EndsTheProgramWithAMessage) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  const std::string path = testing::TempDir() + "shortened_file_test";
  std::ofstream(path) << std::string(Buffer::kMapFrom, 'g');

  EXPECT_EXIT(read_what_is_gone(path), testing::ExitedWithCode(3), "shortened by another program");

  std::filesystem::remove(path);
}

}  // namespace
}  // namespace goknot::app
