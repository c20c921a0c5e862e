// SPDX-License-Identifier: Apache-2.0
#include "goknot/source/core_source.h"

#include "tests/support/core_builder.h"
#include "tests/support/outside_program.h"
#include "tests/support/recorded_core.h"
#include "tests/support/recorded_program.h"

#include <elf.h>
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace goknot::source {
namespace {

using testing::HasSubstr;
using testing_support::CoreBuilder;
using testing_support::recorded_core;

// Writes files, and reads one of them as a core.
class CoreSource : public testing::TestWithParam<std::string> {
 protected:
  std::string file(const std::string& name, const std::string& bytes) const {
    return folder_.file(name, bytes);
  }
  Result<Series> read(const std::string& bytes, const CoreOptions& options = {}) const {
    auto core = core_in_file(file("core", bytes), "core.812", options);
    EXPECT_TRUE(core && *core);
    if (!core || !*core) return fail(Kind::damaged, "no core at all");
    return read_core(std::move(**core), options);
  }

  sample::TemporaryFolder folder_;
};

// A core of a program whose code is not in it: /nowhere/hub, with its headers.
std::string core_without_code() {
  return CoreBuilder()
      .thread(812, 0, 0)
      .headers(0x400040)
      .file({.begin = 0x400000, .end = 0x404000, .offset = 0, .path = "/nowhere/hub"})
      .segment(0x400000, "rx", "", 0x4000)
      .build();
}

// The goroutines of a snapshot but for the runtime's own, "17 sync.Mutex.Lock" a line.
std::string goroutines_of(const Snapshot& snapshot) {
  std::string text;
  for (const Goroutine& each : snapshot.goroutines) {
    if (!each.system) text += fmt::format("{} {}\n", each.id, snapshot.strings[each.status]);
  }
  return text;
}

// The same of the text that the program printed of itself.
std::string goroutines_of(std::string_view traceback) {
  std::string text;
  constexpr std::string_view kWord = "goroutine ";
  for (std::size_t at = 0; at < traceback.size();) {
    const std::string_view line = traceback.substr(at, traceback.find('\n', at) - at);
    at += line.size() + 1;
    const std::size_t open = line.find(" [");
    if (!line.starts_with(kWord) || open == line.npos) continue;
    const std::string_view status = line.substr(open + 2, line.find_first_of(",]") - open - 2);
    text += fmt::format("{} {}\n", line.substr(kWord.size(), open - kWord.size()), status);
  }
  return text;
}

INSTANTIATE_TEST_SUITE_P(Releases, CoreSource, testing::Values("go1.13", "go1.20", "go1.27"));

TEST_P(CoreSource, ShowsTheGoroutinesOfTheProgram) {
  const auto series = read(recorded_core(GetParam()));

  ASSERT_TRUE(series) << series.error().message;
  ASSERT_EQ(series->snapshots.size(), 1U);
  EXPECT_EQ(goroutines_of(series->snapshots[0]),
            goroutines_of(testing_support::recorded_text(GetParam())));
}

TEST_P(CoreSource, SaysWhatItWasAndWhatItDiedOf) {
  const auto series = read(recorded_core(GetParam()));

  ASSERT_TRUE(series) << series.error().message;
  const Origin& origin = series->snapshots[0].origin;
  EXPECT_EQ(origin.kind, SourceKind::core);
  EXPECT_EQ(origin.pid, 812);
  EXPECT_EQ(origin.cause, Cause::signal);
  EXPECT_EQ(origin.cause_text, "SIGABRT");
  EXPECT_THAT(origin.go_version, testing::StartsWith(GetParam()));
  ASSERT_TRUE(origin.facts);
  EXPECT_EQ(origin.facts->name, "subject");
  EXPECT_EQ(origin.facts->threads, 1U);
}

TEST_P(CoreSource, ACutCoreSaysHowMuchIsMissing) {
  const std::string core = recorded_core(GetParam());

  const auto series = read(core.substr(0, core.size() - 4096));

  ASSERT_TRUE(series) << series.error().message;
  const auto& gaps = series->snapshots[0].gaps;
  EXPECT_THAT(gaps, testing::Contains(testing::Field(&Gap::what, HasSubstr("are missing"))));
  EXPECT_FALSE(series->snapshots[0].origin.complete);
}

TEST_F(CoreSource, WithoutTheProgramsCodeItsFileIsAskedFor) {
  const auto series = read(core_without_code());

  ASSERT_FALSE(series);
  EXPECT_EQ(series.error().kind, Kind::unsupported);
  EXPECT_EQ(series.error().message,
            "core.812: the code of the program is not in the core, and its file (/nowhere/hub) is "
            "not here");
  EXPECT_THAT(series.error().hint, HasSubstr("goknot core.812 --exe FILE"));
}

TEST_F(CoreSource, AProgramOfAnotherMachineIsNotTheOne) {
  const std::string other = file("hub", CoreBuilder().machine(EM_AARCH64).build());

  const auto series = read(core_without_code(), {.executable = other});

  ASSERT_FALSE(series);
  EXPECT_EQ(series.error().message, other + ": made for another machine than core.812");
}

TEST_F(CoreSource, AFileThatIsNoProgramIsAnError) {
  EXPECT_FALSE(read(core_without_code(), {.executable = file("hub", "text")}));
  EXPECT_FALSE(read(core_without_code(), {.executable = folder_.path() + "/none"}));
}

TEST_F(CoreSource, ACoreWithNothingInItIsOfNoGoProgram) {
  const auto series = read(CoreBuilder().thread(812, 0, 0).build());

  ASSERT_FALSE(series);
  EXPECT_EQ(series.error().kind, Kind::unsupported);
}

TEST_F(CoreSource, WhatWasWrongWithTheInputIsAGap) {
  auto core = core_in_file(file("core", recorded_core("go1.27")), "core.812", {});
  ASSERT_TRUE(core && *core);
  (*core)->wrapped_in = "zstd";
  (*core)->trouble = "the zstd stream ends early";
  (*core)->taken_at = "2026-11-20T03:12:09Z";

  const auto series = read_core(std::move(**core), {});

  ASSERT_TRUE(series) << series.error().message;
  const Snapshot& snapshot = series->snapshots[0];
  EXPECT_THAT(snapshot.origin.wrapped_in, testing::ElementsAre("zstd"));
  EXPECT_EQ(snapshot.origin.taken_at, "2026-11-20T03:12:09Z");
  EXPECT_THAT(snapshot.gaps,
              testing::Contains(testing::Field(&Gap::what, "the zstd stream ends early")));
}

}  // namespace
}  // namespace goknot::source
