// SPDX-License-Identifier: Apache-2.0
#include "goknot/output/sink.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <csignal>
#include <string>

namespace goknot::output {
namespace {

// A pipe, the reader of which may go away.
class FdSinkTest : public testing::Test {
 protected:
  FdSinkTest() { EXPECT_EQ(::pipe(ends_), 0); }
  ~FdSinkTest() override {
    close_reader();
    ::close(ends_[1]);
  }
  void close_reader() {
    if (ends_[0] >= 0) ::close(ends_[0]);
    ends_[0] = -1;
  }
  std::string received() {
    std::string text(1000, '\0');
    const ssize_t size = ::read(ends_[0], text.data(), text.size());
    text.resize(size > 0 ? static_cast<std::size_t>(size) : 0);
    return text;
  }

  int ends_[2] = {-1, -1};
};

TEST(StringSink, KeepsThePiecesInOrder) {
  StringSink sink;
  ASSERT_TRUE(sink.write("one "));
  ASSERT_TRUE(sink.write("two"));

  EXPECT_EQ(sink.text(), "one two");
}

TEST_F(FdSinkTest, WhatWasWrittenArrivesOnceWhenItIsFlushed) {
  FdSink sink(ends_[1], "pipe");
  ASSERT_TRUE(sink.write("one "));
  ASSERT_TRUE(sink.write("two"));
  ASSERT_TRUE(sink.flush());
  ASSERT_TRUE(sink.flush());

  EXPECT_EQ(received(), "one two");
}

TEST_F(FdSinkTest, AReaderThatHasGoneAwayIsNoFailureOfWriting) {
  const auto before = std::signal(SIGPIPE, SIG_IGN);
  close_reader();
  FdSink sink(ends_[1], "pipe");
  ASSERT_TRUE(sink.write("lost"));

  const auto done = sink.flush();
  std::signal(SIGPIPE, before);

  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().kind, Kind::interrupted);
}

TEST(FdSink, ADescriptorThatCannotBeWrittenToIsNamed) {
  FdSink sink(-1, "standard output");
  ASSERT_TRUE(sink.write("lost"));

  const auto done = sink.flush();

  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().kind, Kind::io);
  EXPECT_TRUE(done.error().message.starts_with("standard output: "));
}

}  // namespace
}  // namespace goknot::output
