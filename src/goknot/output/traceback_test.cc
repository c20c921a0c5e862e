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

}  // namespace
}  // namespace goknot::output
