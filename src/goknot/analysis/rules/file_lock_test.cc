// SPDX-License-Identifier: Apache-2.0
#include "tests/support/dumps.h"
#include "tests/support/sketch.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <string_view>

namespace goknot::analysis {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing_support::culprit_of;
using testing_support::diagnose_dump;
using testing_support::diagnose_looks;
using testing_support::diagnose_series;
using testing_support::findings_of;
using testing_support::read_dump;
using testing_support::sketch;

// Goroutines 5 and 6 wait for the lock of one file, in a library that main called; 7 does not.
class FileLockOf : public testing::Test {
 protected:
  FileLockOf() {
    snapshot_.origin.detail = Detail::memory;
    object_ = ObjectId(snapshot_.objects.size());
    WaitObject& object = snapshot_.objects.emplace_back();
    object.kind = ObjectKind::file_lock;
    object.identity = Identity::exact;
    object.name = snapshot_.strings.add("cache.db");
    for (Wait& wait : snapshot_.waits) {
      if (wait.kind != ObjectKind::timer) continue;
      wait.kind = ObjectKind::file_lock;
      wait.operation = Operation::lock;
      wait.object = object_;
      wait.identity = Identity::exact;
    }
  }

  std::uint32_t row(std::int64_t id) const {
    const auto found = std::ranges::find(snapshot_.goroutines, id, &Goroutine::id);
    return static_cast<std::uint32_t>(found - snapshot_.goroutines.begin());
  }
  void hold(std::int64_t id, std::uint32_t frame, HoldStrength strength = HoldStrength::exact) {
    snapshot_.holds.push_back({.goroutine = row(id),
                               .object = object_,
                               .evidence = HoldEvidence::kernel_table,
                               .frame = frame,
                               .strength = strength});
  }
  void list(std::int32_t pid, std::string_view name, std::string_view standstill, bool own) {
    FileHold& hold = snapshot_.file_holds.emplace_back();
    hold.object = object_;
    hold.path = snapshot_.strings.add("/var/lib/cache.db");
    hold.fd = own ? 9 : -1;
    hold.holder = {.pid = pid,
                   .name = snapshot_.strings.add(name),
                   .standstill = snapshot_.strings.add(standstill),
                   .own = own};
  }
  Diagnosis diagnose() const { return diagnose_series(series_); }

  Series series_ = read_dump(sketch(R"(
    5 [sleep]
      sleep
      example.com/bolt.flock(0xc000010000) bolt.go:43
      example.com/bolt.Open(0xc000010000) db.go:247
      main.refresh(0xc000012000) cache.go:36
      main.account(0xc000012000) cache.go:32
      by main.serve in 1
    6 [sleep]
      sleep
      example.com/bolt.flock(0xc000010400) bolt.go:43
      example.com/bolt.Open(0xc000010400) db.go:247
      main.lookup(0xc000012000) cache.go:52
      by main.serve in 1
    7 [chan receive, 4 minutes]
      main.work(0xc000012000) work.go:9
      by main.serve in 1)"));
  Snapshot& snapshot_ = series_.snapshots.front();
  ObjectId object_;
};

//     func account() {
//       db, _ := bolt.Open("cache.db", 0600, nil)    // locks the file with flock
//       defer db.Close()
//       refresh()                                    // cache.go:32, which opens it again
// Each open has a lock of its own, also in one process, and bolt tries again until it gets it.
TEST_F(FileLockOf, WhoWillCloseTheFileBelowItsOwnWaitIsStuckForGood) {
  list(41, "server", "", true);
  hold(5, 4);

  const Diagnosis d = diagnose();

  EXPECT_EQ(findings_of(d), "file-lock self deadlock proved: 5 < 6");
  EXPECT_EQ(culprit_of(d), "main.account");
  EXPECT_THAT(d.findings[0].explanation, HasSubstr("/var/lib/cache.db"));
  EXPECT_THAT(d.findings[0].explanation, HasSubstr("main.account (cache.go:32)"));
}

TEST_F(FileLockOf, TheTreeShowsWhereTheLibraryWasCalled) {
  list(41, "server", "", true);
  hold(5, 4);

  const Diagnosis d = diagnose();

  const Knot& root = d.findings[0].tree.front();
  ASSERT_EQ(root.lines.size(), 2U);
  EXPECT_EQ(root.lines[0].second.function, "main.account");
  EXPECT_EQ(root.lines[1].second.function, "main.refresh");
  EXPECT_THAT(root.lines[1].first, HasSubstr("in bolt.Open"));
}

TEST_F(FileLockOf, AVariableIsNoProof) {
  list(41, "server", "", true);
  hold(5, 4, HoldStrength::likely);

  EXPECT_EQ(findings_of(diagnose()), "file-lock self deadlock likely: 5 < 6");
}

TEST_F(FileLockOf, WithoutTheKernelsTableItIsNoProof) {
  hold(5, 4);

  EXPECT_EQ(findings_of(diagnose()), "file-lock self deadlock likely: 5 < 6");
}

TEST_F(FileLockOf, OfACoreItIsSaidThatTheTableIsMissing) {
  hold(5, 4, HoldStrength::likely);
  snapshot_.holds.back().evidence = HoldEvidence::pending_unlock;

  const Diagnosis d = diagnose();

  EXPECT_EQ(findings_of(d), "file-lock self deadlock likely: 5 < 6");
  EXPECT_THAT(d.findings[0].explanation, HasSubstr("has cache.db open twice"));
  EXPECT_THAT(d.findings[0].unknown, ElementsAre(HasSubstr("is not in a core")));
}

TEST_F(FileLockOf, WhoMayGiveUpIsNotStuckForGood) {
  list(41, "server", "", true);
  hold(5, 4);
  for (Wait& wait : snapshot_.waits) wait.limited = true;

  EXPECT_EQ(findings_of(diagnose()), "file-lock self warning likely: 5 < 6");
}

TEST_F(FileLockOf, AnotherGoroutineThatWaitsKeepsTheOthersWaiting) {
  list(41, "server", "", true);
  hold(7, 0);

  EXPECT_EQ(findings_of(diagnose()), "file-lock convoy warning likely: 7 < 5 6");
}

TEST_F(FileLockOf, AnotherProcessIsNoDeadlock) {
  list(812, "backup", "", false);

  const Diagnosis d = diagnose();

  EXPECT_EQ(findings_of(d), "file-lock none warning likely: 5 6");
  EXPECT_THAT(d.findings[0].title, HasSubstr("backup (pid 812)"));
  EXPECT_EQ(d.verdict.outcome, Outcome::suspicious);
}

TEST_F(FileLockOf, UnlessThatProcessIsStopped) {
  list(812, "backup", "stopped by a signal", false);

  EXPECT_EQ(findings_of(diagnose()), "file-lock orphan deadlock likely: 5 6");
}

TEST_F(FileLockOf, AHolderThatIsNotSeenIsOnlyPossible) {
  list(41, "server", "", true);

  EXPECT_EQ(findings_of(diagnose()), "file-lock convoy warning possible: < 5 6");
}

TEST_F(FileLockOf, WithoutAnyHolderThatIsSaid) {
  const Diagnosis d = diagnose();

  EXPECT_EQ(findings_of(d), "file-lock convoy warning possible: < 5 6");
  EXPECT_THAT(d.findings[0].title, HasSubstr("not shown"));
}

constexpr std::string_view kBolt = R"(
    5 [sleep]
      sleep
      go.etcd.io/bbolt.flock(0xc000010000) bolt_unix.go:43
      go.etcd.io/bbolt.Open(0xc000010000) db.go:247
      main.refresh(0xc000012000) cache.go:36
      by main.serve in 1)";

TEST(FileLock, TextShowsALoopOfAKnownLibraryAndNoHolder) {
  const Diagnosis d = diagnose_dump(sketch(kBolt));

  EXPECT_EQ(findings_of(d), "file-lock none warning possible: 5");
  EXPECT_THAT(d.findings[0].unknown, ElementsAre(HasSubstr("goknot PID")));
}

TEST(FileLock, ALoopThatIsThereInTwoDumpsIsLikely) {
  const std::string dump = sketch(kBolt);

  EXPECT_EQ(findings_of(diagnose_looks({dump, dump})), "file-lock none warning likely: 5");
}

}  // namespace
}  // namespace goknot::analysis
