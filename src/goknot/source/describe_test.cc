// SPDX-License-Identifier: Apache-2.0
#include "goknot/source/describe.h"

#include <gtest/gtest.h>

#include <string>

namespace goknot::source {
namespace {

TEST(Describe, EveryAnswerIsUnsupportedAndHasAHint) {
  for (const std::string_view bytes : {"", "  \n", "MDMP\x93\xa7", "<html><body>404</body></html>",
                                       "{\"a\": 1}", "heap profile: 1: 2 [3: 4] @ heap/1048576"}) {
    const Error error = describe_unknown(bytes);
    EXPECT_EQ(error.kind, Kind::unsupported) << bytes;
    EXPECT_FALSE(error.message.empty()) << bytes;
    EXPECT_FALSE(error.hint.empty()) << bytes;
  }
}

TEST(Describe, PlainTextIsCounted) {
  EXPECT_EQ(describe_unknown("a\nb\nc").message,
            "not a goroutine dump (plain text, 3 lines, no goroutine header)");
  EXPECT_EQ(describe_unknown("a\n").message,
            "not a goroutine dump (plain text, 1 line, no goroutine header)");
}

TEST(Describe, OtherProfilesAreNamed) {
  EXPECT_EQ(describe_unknown("heap profile: 1: 2 [3: 4] @ heap/1048576\n").message,
            "a heap profile, not a goroutine profile");
  EXPECT_EQ(describe_unknown("--- mutex:\ncycles/second=1\n").message,
            "a mutex profile, not a goroutine profile");
}

TEST(Describe, AServerWithoutProfilesIsRecognised) {
  EXPECT_NE(describe_unknown("404 page not found\n").hint.find("net/http/pprof"),
            std::string::npos);
}

TEST(Describe, BinaryDataIsNoText) {
  EXPECT_EQ(describe_unknown(std::string("\0\1\2\3", 4)).message,
            "not a goroutine dump (binary data, 4 bytes)");
}

TEST(Describe, StacksOfThreadsAreNamed) {
  EXPECT_EQ(describe_unknown("Thread 2 (LWP 12):\n#0  runtime.futex () at x.s:576\n").message,
            "stacks of threads as gdb prints them, not of goroutines");
}

}  // namespace
}  // namespace goknot::source
