// SPDX-License-Identifier: Apache-2.0
#include "goknot/analysis/redact.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace goknot::analysis {
namespace {

using testing::EndsWith;
using testing::HasSubstr;
using testing::Not;

constexpr std::string_view kText = "0xc000105e00, 0x2a";

// A snapshot in which everything that can be hidden says "secret".
Series secretive() {
  Series series;
  Snapshot& s = series.snapshots.emplace_back();
  s.origin.target = "http://user:secret@secret.example.com:6060/debug/pprof/goroutine";
  s.origin.kind = SourceKind::url;
  s.origin.program = "/home/secret/bin/server";
  s.origin.cause = Cause::panic;
  s.origin.cause_text = "panic: secret";
  s.name = "/home/secret/dump.txt";
  s.gaps.push_back({"line 3", "connection to 10.0.0.17 lost", "/home/secret/x is missing"});
  const FrameId frames[] = {s.stacks.add({.function = s.strings.add("main.a"),
                                          .file = s.strings.add("/home/secret/app/a.go"),
                                          .line = 1}),
                            s.stacks.add({.function = s.strings.add("main.b"),
                                          .file = s.strings.add("/home/secret/app/b.go"),
                                          .line = 2})};
  s.label_sets.push_back({{{s.strings.add("user"), s.strings.add("secret-1")}}});
  s.label_sets.push_back({{{s.strings.add("user"), s.strings.add("secret-2")}}});
  s.text = kText;
  s.arguments = {{0, kText.size()}, {0, kText.size()}};
  for (std::size_t i = 0; i < 3; i++) {
    Goroutine& goroutine = s.goroutines.emplace_back();
    goroutine.id = static_cast<std::int64_t>(i);
    goroutine.stack = s.stacks.add(frames);
    goroutine.labels = LabelsId(i == 2 ? 1 : 0);
    goroutine.has_arguments = true;
    goroutine.status = s.strings.add("select");
  }
  return series;
}

std::string label_of(const Snapshot& s, std::size_t row) {
  return std::string(
      s.strings[s.label_sets[s.goroutines[row].labels.index()].labels.front().second]);
}

TEST(Redact, NothingThatIsHiddenIsLeft) {
  const Series series = redacted(secretive(), {});
  const Snapshot& s = series.snapshots.front();

  std::string all = s.origin.target + s.origin.program + s.origin.cause_text + s.name;
  for (const Gap& gap : s.gaps) all += gap.where + gap.what + gap.hides;
  for (std::size_t i = 0; i < s.strings.size(); i++) all += s.strings[StringId(i)];
  EXPECT_THAT(all, Not(HasSubstr("secret")));
  EXPECT_THAT(all, Not(HasSubstr("10.0.0.17")));
  EXPECT_TRUE(s.text.empty());
  EXPECT_EQ(s.argument_text(s.goroutines[0], 0), "");
}

TEST(Redact, EqualThingsStayEqual) {
  const Series series = redacted(secretive(), {});
  const Snapshot& s = series.snapshots.front();

  EXPECT_EQ(label_of(s, 0), label_of(s, 1));
  EXPECT_NE(label_of(s, 0), label_of(s, 2));
  EXPECT_EQ(s.goroutines[0].stack, s.goroutines[1].stack);
  const auto frames = s.stacks.frames(s.goroutines[0].stack);
  const std::string folder(s.file(frames[0]).substr(0, s.file(frames[0]).find('/')));
  EXPECT_THAT(folder, HasSubstr("dir"));
  EXPECT_EQ(s.file(frames[0]), folder + "/a.go");
  EXPECT_EQ(s.file(frames[1]), folder + "/b.go");
}

TEST(Redact, FunctionsAndLinesStay) {
  const Series series = redacted(secretive(), {});
  const Snapshot& s = series.snapshots.front();

  const auto frames = s.stacks.frames(s.goroutines[0].stack);
  EXPECT_EQ(s.function(frames[0]), "main.a");
  EXPECT_EQ(s.stacks[frames[1]].line, 2U);
}

TEST(Redact, PathsOfFileLocksAreHidden) {
  Series series = secretive();
  Snapshot& secret = series.snapshots.front();
  secret.objects.emplace_back().kind = ObjectKind::file_lock;
  secret.file_holds.push_back({.object = ObjectId(0),
                               .holder = {.pid = 7, .name = secret.strings.add("backup")},
                               .path = secret.strings.add("/home/secret/cache.db")});

  const Snapshot s = std::move(redacted(series, {}).snapshots.front());

  EXPECT_THAT(std::string(s.strings[s.file_holds[0].path]), EndsWith("/cache.db"));
  EXPECT_THAT(std::string(s.strings[s.file_holds[0].path]), Not(HasSubstr("secret")));
  EXPECT_EQ(s.strings[s.file_holds[0].holder.name], "backup");
}

TEST(Redact, AddressesOfSocketsAreHidden) {
  Series series = secretive();
  Snapshot& secret = series.snapshots.front();
  secret.details.resize(secret.goroutines.size());
  secret.details[0].descriptor =
      secret.strings.add("tcp [2001:db8::1]:443 to 198.51.100.7:5000 established");
  secret.details[0].call = secret.strings.add("read(7, 0xc000)");
  secret.deferred = {
      {.goroutine = 0, .function = secret.strings.add("main.leave"), .receiver = 0xc000}};

  const Snapshot s = std::move(redacted(series, {}).snapshots.front());

  EXPECT_EQ(s.strings[s.details[0].descriptor], "tcp host3:443 to host2:5000 established");
  EXPECT_EQ(s.strings[s.details[0].call], "");
  EXPECT_EQ(s.strings[s.deferred[0].function], "main.leave");
  EXPECT_EQ(s.deferred[0].receiver, 0xc000);
}

TEST(Redact, OnlyWhatIsNamedIsHidden) {
  RedactOptions options = RedactOptions::nothing();
  options.labels = true;

  const Series series = redacted(secretive(), options);
  const Snapshot& s = series.snapshots.front();

  EXPECT_EQ(label_of(s, 0), "value1");
  EXPECT_EQ(s.file(s.stacks.frames(s.goroutines[0].stack)[0]), "/home/secret/app/a.go");
  EXPECT_EQ(s.origin.cause_text, "panic: secret");
}

TEST(Redact, ArgumentsThatAreShownOutliveWhatTheyWereReadFrom) {
  RedactOptions options = RedactOptions::nothing();
  options.labels = true;
  std::string text = "labels: secret; 0x1, 0x2; 0x3";
  Series before = secretive();
  before.snapshots[0].text = text;
  before.snapshots[0].arguments = {{16, 8}, {26, 3}};

  const Series series = redacted(before, options);
  text.assign(text.size(), 'x');

  const Snapshot& s = series.snapshots.front();
  EXPECT_EQ(s.argument_text(s.goroutines[0], 0), "0x1, 0x2");
  EXPECT_EQ(s.argument_text(s.goroutines[0], 1), "0x3");
  EXPECT_THAT(std::string(s.text), Not(HasSubstr("secret")));
}

TEST(Redact, EvidenceStays) {
  Series before = secretive();
  Snapshot& from = before.snapshots[0];
  from.omissions = {{ObjectId(), from.stacks.frames(from.goroutines[0].stack)[1], 0, true}};
  from.second_look.emplace().hindrance = "stopped";

  const Series series = redacted(before, {});

  const Snapshot& s = series.snapshots.front();
  ASSERT_EQ(s.omissions.size(), 1U);
  EXPECT_EQ(s.function(s.omissions[0].frame), "main.b");
  ASSERT_TRUE(s.second_look);
  EXPECT_EQ(s.second_look->hindrance, "stopped");
}

}  // namespace
}  // namespace goknot::analysis
