// SPDX-License-Identifier: Apache-2.0
#include "goknot/output/output.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <array>
#include <set>

namespace goknot::output {
namespace {

TEST(Outputs, AreFoundByTheirOwnName) {
  std::set<std::string_view> names;
  for (const Output* output : outputs()) {
    EXPECT_EQ(find_output(output->name), output);
    EXPECT_TRUE(names.insert(output->name).second) << output->name;
    EXPECT_FALSE(output->summary.empty() || output->media_type.empty());
  }
  EXPECT_EQ(find_output("xml"), nullptr);
}

TEST(Sink, ADescriptorGetsEverythingAfterTheFlush) {
  std::array<int, 2> ends{};
  ASSERT_EQ(pipe(ends.data()), 0);
  FdSink sink(ends[1], "pipe");

  ASSERT_TRUE(sink.write("ab"));
  ASSERT_TRUE(sink.write("cd"));
  ASSERT_TRUE(sink.flush());

  std::array<char, 8> got{};
  EXPECT_EQ(read(ends[0], got.data(), got.size()), 4);
  EXPECT_EQ(std::string_view(got.data(), 4), "abcd");
  close(ends[0]);
  close(ends[1]);
}

TEST(Sink, AnErrorNamesWhereItWroteTo) {
  FdSink sink(-1, "report.html");

  ASSERT_TRUE(sink.write("x"));
  const auto done = sink.flush();

  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().kind, Kind::io);
  EXPECT_EQ(done.error().message.substr(0, 12), "report.html:");
}

}  // namespace
}  // namespace goknot::output
