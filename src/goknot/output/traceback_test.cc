// SPDX-License-Identifier: Apache-2.0
#include "goknot/output/output.h"
#include "tests/support/dumps.h"

#include <gtest/gtest.h>

namespace goknot::output {
namespace {

constexpr std::string_view kDump = R"(goroutine 1 [select (no cases), 3 minutes, locked to thread]:
main.main()
	/src/main.go:15 +0x26a

goroutine 8 [chan send]:
main.inner(...)
	/src/main.go:4
main.(*Hub).Hold(0xc0000160e0, {0xc0000ac0e0?, 0x5})
	/src/main.go:5 +0x65
created by main.main in goroutine 1
	/src/main.go:8 +0x8b
[originating from goroutine 3]:
main.start(...)
	/src/main.go:8 +0x8b
created by main.begin
	/src/main.go:2 +0x16
[originating from goroutine 1]:
main.main(...)
	/src/main.go:15 +0x26a

)";

TEST(Traceback, IsTheTextThatWasRead) {
  const Series series = testing_support::read_dump(kDump);
  Report report;
  report.series = &series;
  StringSink sink;
  ASSERT_TRUE(find_output("traceback")->write(report, {}, sink));
  EXPECT_EQ(sink.text(), kDump);
}

TEST(Traceback, NeedsGoroutines) {
  StringSink sink;
  const auto done = find_output("traceback")->write(Report{}, {}, sink);
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().kind, Kind::unsupported);
}

// What is written of a snapshot; the error if nothing is.
std::string traceback_of(Snapshot snapshot) {
  Series series;
  series.snapshots.push_back(std::move(snapshot));
  Report report;
  report.series = &series;
  StringSink sink;
  const auto done = find_output("traceback")->write(report, {}, sink);
  return done ? sink.text() : "error: " + done.error().message;
}

std::string again(std::string_view dump) {
  return traceback_of(std::move(testing_support::read_dump(dump).snapshots.at(0)));
}

TEST(Traceback, FramesLeftOutAreSaidWhereTheyStood) {
  const std::string_view inside =
      "goroutine 1 [select]:\nmain.f(0x1)\n\t/f.go:1 +0x1\n...12 frames elided...\n"
      "main.main()\n\t/f.go:2 +0x1\n\n";
  const std::string_view at_the_end =
      "goroutine 1 [select]:\nmain.f(0x1)\n\t/f.go:1 +0x1\n...additional frames elided...\n"
      "created by main.main\n\t/f.go:2 +0x1\n\n";

  EXPECT_EQ(again(inside), inside);
  EXPECT_EQ(again(at_the_end), at_the_end);
}

TEST(Traceback, AStackThatWasNotToBeHadIsSaidToBeSo) {
  const std::string_view dump =
      "goroutine 7 [running]:\n\tgoroutine running on other thread; stack unavailable\n"
      "created by main.main in goroutine 1\n\t/f.go:2 +0x1\n\n";

  EXPECT_EQ(again(dump), dump);
}

TEST(Traceback, TheRuntimesOwnAreLeftOutAsGoDoes) {
  Snapshot s;
  s.goroutines.resize(2);
  s.goroutines[0].id = 2;
  s.goroutines[0].system = true;
  s.goroutines[1].id = 7;
  s.goroutines[1].status = s.strings.add("select");

  EXPECT_EQ(traceback_of(std::move(s)), "goroutine 7 [select]:\n\n");
}

TEST(Traceback, NamesCannotWriteLinesOfTheirOwn) {
  Snapshot s;
  const FrameId frame[] = {s.stacks.add(Frame{.function = s.strings.add("main.f\ngoroutine 9 [x]:"),
                                              .file = s.strings.add("/f\x1b.go"),
                                              .line = 3})};
  s.goroutines.resize(1);
  s.goroutines[0].id = 7;
  s.goroutines[0].stack = s.stacks.add(frame);
  s.goroutines[0].status = s.strings.add("sel\rect");

  EXPECT_EQ(traceback_of(std::move(s)),
            "goroutine 7 [sel\\rect]:\nmain.f\\ngoroutine 9 [x]:()\n\t/f\\x1b.go:3\n\n");
}

}  // namespace
}  // namespace goknot::output
