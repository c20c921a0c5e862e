// SPDX-License-Identifier: Apache-2.0
#include "goknot/base/buffer.h"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <filesystem>
#include <fstream>
#include <string>
#include <thread>
#include <utility>

namespace goknot {
namespace {

constexpr std::size_t kLimit = std::size_t{1} << 20U;

// A folder of its own for each test, gone afterwards.
class BufferTest : public testing::Test {
 protected:
  void SetUp() override {
    std::string pattern = testing::TempDir() + "bufferXXXXXX";
    folder_ = mkdtemp(pattern.data());
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  std::string write(const std::string& name, const std::string& text) const {
    const std::string path = folder_ + "/" + name;
    std::ofstream(path, std::ios::binary) << text;
    return path;
  }

  std::string folder_;
};

TEST_F(BufferTest, ReadsAFileWhole) {
  const std::string text(300'000, 'g');

  const auto buffer = Buffer::open(write("dump.txt", text), kLimit);

  ASSERT_TRUE(buffer.has_value());
  EXPECT_EQ(buffer->view(), text);
}

TEST_F(BufferTest, ReadsALargeFileWhole) {
  const std::string text(Buffer::kMapFrom + 1, 'g');

  auto opened = Buffer::open(write("dump.txt", text), text.size());

  ASSERT_TRUE(opened.has_value());
  const Buffer moved = *std::move(opened);
  EXPECT_EQ(moved.view(), text);
}

TEST_F(BufferTest, AnEmptyFileIsEmpty) {
  const auto buffer = Buffer::open(write("empty", ""), kLimit);

  ASSERT_TRUE(buffer.has_value());
  EXPECT_TRUE(buffer->view().empty());
}

TEST_F(BufferTest, TheNullDeviceIsEmpty) {
  const auto buffer = Buffer::open("/dev/null", kLimit);

  ASSERT_TRUE(buffer.has_value());
  EXPECT_TRUE(buffer->view().empty());
}

TEST_F(BufferTest, ReadsAFifoToItsEnd) {
  const std::string path = folder_ + "/fifo";
  ASSERT_EQ(mkfifo(path.c_str(), 0600), 0);
  std::thread writer([&] { std::ofstream(path) << std::string(200'000, 'x'); });

  const auto buffer = Buffer::open(path, kLimit);

  writer.join();
  ASSERT_TRUE(buffer.has_value());
  EXPECT_EQ(buffer->view().size(), 200'000U);
}

TEST_F(BufferTest, AnEndlessDeviceEndsAtTheLimit) {
  const auto buffer = Buffer::open("/dev/zero", kLimit);

  ASSERT_FALSE(buffer.has_value());
  EXPECT_EQ(buffer.error().kind, Kind::unsupported);
  EXPECT_EQ(buffer.error().message, "/dev/zero: larger than 1.0 MB, the most that is read");
}

TEST_F(BufferTest, AFileOfExactlyTheLimitIsRead) {
  const auto buffer = Buffer::open(write("full", std::string(kLimit, 'x')), kLimit);

  ASSERT_TRUE(buffer.has_value());
  EXPECT_EQ(buffer->view().size(), kLimit);
}

TEST_F(BufferTest, AMissingFileIsNotFound) {
  const auto buffer = Buffer::open(folder_ + "/nothing", kLimit);

  ASSERT_FALSE(buffer.has_value());
  EXPECT_EQ(buffer.error().kind, Kind::not_found);
  EXPECT_EQ(buffer.error().message, folder_ + "/nothing: no such file");
}

TEST_F(BufferTest, ADirectoryIsAWrongQuestion) {
  const auto buffer = Buffer::open(folder_, kLimit);

  ASSERT_FALSE(buffer.has_value());
  EXPECT_EQ(buffer.error().kind, Kind::usage);
  EXPECT_EQ(buffer.error().hint, "name the dumps in it: " + folder_ + "/*");
}

TEST_F(BufferTest, AFileWithoutPermissionIsDenied) {
  if (geteuid() == 0) GTEST_SKIP() << "root may read everything";
  const std::string path = write("secret", "x");
  chmod(path.c_str(), 0);

  const auto buffer = Buffer::open(path, kLimit);

  ASSERT_FALSE(buffer.has_value());
  EXPECT_EQ(buffer.error().kind, Kind::denied);
}

TEST_F(BufferTest, ASmallFileThatIsShortenedAfterwardsStaysReadable) {
  const std::string path = write("dump.txt", std::string(100'000, 'g'));
  const auto buffer = Buffer::open(path, kLimit);
  ASSERT_TRUE(buffer.has_value());

  std::filesystem::resize_file(path, 0);

  EXPECT_EQ(buffer->view(), std::string(100'000, 'g'));
}

TEST_F(BufferTest, ReadsADescriptorToItsEnd) {
  std::array<int, 2> ends{};
  ASSERT_EQ(pipe(ends.data()), 0);
  ASSERT_EQ(::write(ends[1], "goroutine 1", 11), 11);
  close(ends[1]);

  const auto buffer = Buffer::read(ends[0], "-", kLimit);

  close(ends[0]);
  ASSERT_TRUE(buffer.has_value());
  EXPECT_EQ(buffer->view(), "goroutine 1");
}

TEST_F(BufferTest, MovingAShortTextKeepsItsPlace) {
  Buffer from(std::string("ab"));
  const char* where = from.view().data();

  const Buffer to = std::move(from);

  EXPECT_EQ(to.view().data(), where);
}

}  // namespace
}  // namespace goknot
