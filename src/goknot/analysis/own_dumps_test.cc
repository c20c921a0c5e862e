// SPDX-License-Identifier: Apache-2.0
// Dumps of our own programs (tests/data/README.md): what must be said of them, whatever things are
// called.
#include "goknot/base/buffer.h"
#include "tests/support/dumps.h"
#include "tests/support/renamed.h"
#include "tests/support/source_folder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <ostream>
#include <set>
#include <string>

namespace goknot::analysis {
namespace {

using testing_support::diagnose_dump;
using testing_support::findings_of;
using testing_support::renamed;

struct OwnDump {
  std::string file;
  Outcome outcome;
  std::string findings;

  friend void PrintTo(const OwnDump& dump, std::ostream* out) { *out << dump.file; }
};

const OwnDump kDumps[] = {
    {"go1.13.1-ab_ba_mutex.sigquit", Outcome::deadlock,
     "lock-cycle cycle deadlock likely: 18 19 < 21 22 23 24 25"},
    {"go1.13.1-all_asleep.fatal", Outcome::deadlock,
     "chan-no-partner orphan deadlock proved: 6 < 1\nchan-no-partner orphan deadlock proved: 7"},
    {"go1.13.1-lock_held_across_io.sigquit", Outcome::suspicious,
     "lock-held-across-wait convoy warning possible: 6 < 17 18 19 20 21"},
    {"go1.13.1-self_lock.sigquit", Outcome::suspicious,
     "self-lock self deadlock possible: 18 < 20 21 22"},
    {"go1.21.13-nil_chan.sigquit", Outcome::leak,
     "nil-chan orphan leak proved: 18\nnil-chan orphan leak proved: 19"},
    {"go1.26.8-ab_ba_mutex.aged", Outcome::deadlock,
     "lock-cycle cycle deadlock likely: 18 19 < 6 7 8 9 10"},
    {"go1.26.8-chan_send_no_receiver.aged", Outcome::leak,
     "chan-no-partner orphan leak likely: 8 10 12 14 16 18 20 22 24 26 28 30 32 34 36 38 40 42 44 "
     "46 48 50 52 54 56 106"},
    {"go1.26.8-http_server_idle.aged", Outcome::healthy, ""},
    {"go1.26.8-hub.aged", Outcome::deadlock,
     "mixed-cycle cycle deadlock likely: 32 19 20 21 22 23 < 349 350 351 352 353 468 49 50 51 52 "
     "53"},
    {"go1.26.8-labels.aged", Outcome::healthy, ""},
    {"go1.26.8-lock_held_across_chan_send.aged", Outcome::deadlock,
     "lock-held-across-wait orphan deadlock likely: 23 < 2 3 4 5 6 11"},
    {"go1.26.8-rwmutex_recursive_read.aged", Outcome::deadlock,
     "rwmutex-recursive-read cycle deadlock likely: 19 20 < 21 22 23"},
    {"go1.26.8-synctest_deadlock.fatal", Outcome::deadlock,
     "chan-no-partner orphan deadlock proved: 22 < 1 20 21\nchan-no-partner orphan deadlock "
     "proved: 23"},
    {"go1.26.8-test_timeout.fatal", Outcome::suspicious,
     "chan-no-partner orphan deadlock possible: 7 < 1"},
    {"go1.26.8-unusual_names.aged", Outcome::healthy, ""},
    {"go1.26.8-worker_pool_feeds_itself.aged", Outcome::deadlock,
     "mixed-cycle cycle deadlock likely: 5 6 7 8 9 12"},
    {"go1.26.8-worker_pool_idle.aged", Outcome::healthy, ""},
    {"go1.27.4-leaked_marks.sigquit", Outcome::leak,
     "chan-no-partner orphan leak proved: 19 20 22 23 25"},
    {"go1.27.4-test_timeout.fatal", Outcome::suspicious,
     "chan-no-partner orphan deadlock possible: 19 < 1"},
};

std::string folder() { return testing_support::source_path("tests/data/dumps/"); }

std::string text_of(const OwnDump& dump) {
  auto buffer = Buffer::open(folder() + dump.file + ".txt", 1U << 20U);
  EXPECT_TRUE(buffer.has_value()) << dump.file;
  return buffer ? std::string(buffer->view()) : "";
}

class OwnDumps : public testing::TestWithParam<OwnDump> {};

TEST_P(OwnDumps, SayWhatTheirProgramsDo) {
  const Diagnosis d = diagnose_dump(text_of(GetParam()));

  EXPECT_EQ(name_of(d.verdict.outcome), name_of(GetParam().outcome)) << d.verdict.text;
  EXPECT_EQ(findings_of(d), GetParam().findings);
}

TEST_P(OwnDumps, SayTheSameWhateverThingsAreCalled) {
  const std::string text = text_of(GetParam());
  const std::string other = renamed(text);
  ASSERT_NE(text, other);

  const Diagnosis a = diagnose_dump(text);
  const Diagnosis b = diagnose_dump(other);

  EXPECT_EQ(findings_of(a), findings_of(b)) << other;
  EXPECT_EQ(a.verdict.outcome, b.verdict.outcome);
  EXPECT_EQ(a.counts.by_status, b.counts.by_status);
}

std::string test_name(const testing::TestParamInfo<OwnDump>& info) {
  std::string name = info.param.file;
  for (char& c : name) {
    if (std::isalnum(static_cast<unsigned char>(c)) == 0) c = '_';
  }
  return name;
}

INSTANTIATE_TEST_SUITE_P(Programs, OwnDumps, testing::ValuesIn(kDumps), test_name);

TEST(OwnDumpsRenamed, OnlyTheStandardLibraryAndMainKeepTheirNames) {
  EXPECT_EQ(renamed("goroutine 7 [select, 1 minutes labels:{\"user\": \"42\"}]:\n"
                    "runtime.gopark(0x1)\n\t/usr/local/go/src/runtime/proc.go:462 +0xce\n"
                    "hub/node.(*Hub[...]).run.func1(0xc000010000)\n\t/src/hub/node/hub.go:5 +0x1d\n"
                    "main.main()\n\t/src/hub/main.go:9 +0x1d\n"
                    "created by hub/node.New in goroutine 1\n\t/src/hub/node/hub.go:2 +0x1\n"),
            "goroutine 7 [select, 1 minutes labels:{\"Zq1x\": \"42\"}]:\n"
            "runtime.gopark(0x1)\n\t/usr/local/go/src/runtime/proc.go:462 +0xce\n"
            "Zq2x/Zq3x.(*Zq4x[...]).Zq5x.func1(0xc000010000)\n\t/Zq6x/Zq2x/Zq3x/Zq2x.go:5 +0x1d\n"
            "main.main()\n\t/Zq6x/Zq2x/main.go:9 +0x1d\n"
            "created by Zq2x/Zq3x.Zq7x in goroutine 1\n\t/Zq6x/Zq2x/Zq3x/Zq2x.go:2 +0x1\n");
}

TEST(OwnDumpsFolder, HasNoFileThatNothingIsExpectedOf) {
  std::set<std::string> expected;
  for (const OwnDump& dump : kDumps) expected.insert(dump.file + ".txt");
  std::set<std::string> found;
  for (const auto& entry : std::filesystem::directory_iterator(folder()))
    found.insert(entry.path().filename());

  EXPECT_EQ(found, expected);
}

}  // namespace
}  // namespace goknot::analysis
