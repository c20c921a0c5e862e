// SPDX-License-Identifier: Apache-2.0
#include "goknot/output/profile.h"

#include "goknot/base/assert.h"
#include "goknot/source/format.h"
#include "tests/support/snapshot_text.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <random>
#include <string>

namespace goknot::output {
namespace {

using testing_support::snapshot_text;

// What reading gives back.
Snapshot read_back(const std::string& profile) {
  EXPECT_TRUE(source::profile_format.sniff(profile));
  auto snapshots =
      source::profile_format.read({.name = "file", .bytes = profile, .wrapped_in = {}});
  EXPECT_TRUE(snapshots.has_value());
  return snapshots ? std::move(snapshots->front()) : Snapshot();
}

FrameId add_frame(Snapshot& s, std::string_view function, std::uint32_t line) {
  Frame frame;
  frame.function = s.strings.add(function);
  frame.file = s.strings.add("/src/main.go");
  frame.line = line;
  return s.stacks.add(frame);
}

// One goroutine that uses all columns, beside one that uses none.
Snapshot full_snapshot() {
  static const std::string kText = "0xc000105e00, 0x1? {0x3, ...}";
  Snapshot s;
  s.name = "dump.txt";
  s.line = 7;
  s.text = kText;
  s.origin.target = "dump.txt";
  s.origin.wrapped_in = {"gzip", "cri"};
  s.origin.cause_text = "SIGQUIT: quit";
  s.origin.go_version = "go1.26.8";
  s.origin.program = "/app/hub";
  s.origin.build_id = "abc";
  s.origin.goarch = "arm64";
  s.origin.taken_at = "2026-11-20T03:12:09.25Z";
  s.origin.kind = SourceKind::core;
  s.origin.format = "sigquit";
  s.origin.detail = Detail::runtime;
  s.origin.cause = Cause::signal;
  s.origin.go_version_exact = true;
  s.origin.pid = 42;
  s.origin.read_seconds = 0.1;
  s.origin.stopped_seconds = 0.25;
  s.origin.looked_again = 7;
  s.origin.declared_total = 99;
  s.origin.lines = 12;
  s.origin.complete = false;
  Frame inlined;
  inlined.function = s.strings.add("main.(*Hub).Add");
  inlined.inlined = true;
  Frame foreign;
  foreign.function = s.strings.add("pthread_cond_wait");
  foreign.foreign = true;
  foreign.offset = 0x1234;
  const FrameId frames[] = {s.stacks.add(inlined), add_frame(s, "main.main", 9),
                            s.stacks.add(foreign)};
  Goroutine g;
  g.id = 18;
  g.parent = 1;
  g.stack = s.stacks.add(frames, 1, kElidedUnknown);
  g.creator = add_frame(s, "main.start", 3);
  g.status = s.strings.add("select (no cases) (durable)");
  g.labels = LabelsId(0);
  s.label_sets.push_back({{{s.strings.add("goknot::flags"), s.strings.add("x")},
                           {s.strings.add("go::goroutine"), s.strings.add("")},
                           {s.strings.add("plain"), s.strings.add("tab\t\"")}}});
  g.first_argument = 0;
  s.arguments = {{.offset = 0, .length = 12}, {}, {.offset = 14, .length = 15}};
  g.has_arguments = true;
  g.line = 88;
  g.wait_minutes = 0;
  g.state = State::running;
  g.reason = WaitReason::mutex_lock;
  g.system = g.leaked = g.locked_to_thread = g.durable = g.current = g.stack_cut = true;
  g.bubble = 5;
  s.goroutines = {g, Goroutine()};
  s.ancestors = {{.goroutine = 0,
                  .id = 1,
                  .stack = s.stacks.add(std::span(frames).first(2)),
                  .creator = add_frame(s, "main.begin", 4)}};
  WaitObject object;
  object.kind = ObjectKind::rwmutex;
  object.identity = Identity::owner;
  object.address = 0xffffffffffffffff;
  object.owner = 0xc000105e00;
  object.owner_type = s.strings.add("main.Hub");
  object.name = s.strings.add("Hub.mu");
  object.left_locked = true;
  object.state = 0;
  s.object_states = {{.length = -1,
                      .capacity = 3,
                      .readers = 4,
                      .waiters = 5,
                      .counter = 6,
                      .closed = false,
                      .locked = true,
                      .starving = false,
                      .writer_pending = true,
                      .time_left = {}}};
  s.objects = {WaitObject(), object};
  Wait wait;
  wait.object = ObjectId(1);
  wait.operation = Operation::rlock;
  wait.frame = 2;
  wait.writer_queued = true;
  s.waits = {wait, Wait()};
  s.waits.back().goroutine = 1;
  s.holds = {{.goroutine = 1,
              .object = ObjectId(0),
              .mode = Operation::rlock,
              .evidence = HoldEvidence::kernel_table,
              .frame = 1}};
  s.gaps = {{.where = "line 3", .what = "\"quoted\"\nand é", .hides = ""}};
  return s;
}

// What only memory and the kernel tell.
void add_memory(Snapshot& s) {
  s.details.resize(2);
  s.details[0] = {.time_left = -7,
                  .stack_used = 100,
                  .stack_reserved = 8192,
                  .heap_held = 0,
                  .fd = 0,
                  .thread = 812,
                  .cpu = 0,
                  .start = s.goroutines[0].creator,
                  .descriptor = s.strings.add("tcp [::1]:80 to [::1]:5000 established"),
                  .call = s.strings.add("read(7, 0xc000, 64)")};
  s.deferred = {{.goroutine = 0, .frame = 1, .function = s.strings.add("main.(*Hub).leave")},
                {.goroutine = 0,
                 .frame = 0,
                 .function = s.strings.add("sync.(*WaitGroup).Done"),
                 .receiver = 0xc000012088},
                {.goroutine = 1, .frame = 2, .function = s.strings.add("close")}};
  s.goroutines[0].reach = Reach::never;
  s.holds[0].strength = HoldStrength::likely;
  s.waits[0].limited = true;
  s.waits[0].handed = true;
  s.references = {{.goroutine = 0, .object = ObjectId(1)}, {.goroutine = 1, .object = ObjectId(0)}};
  s.omissions = {{ObjectId(1), s.goroutines[0].creator, 1, true},
                 {ObjectId(0), s.goroutines[0].creator, Omission::kReturned, false}};
  const Peer peer{.pid = 812,
                  .name = s.strings.add("cat"),
                  .standstill = s.strings.add("stopped by a signal"),
                  .own = true};
  s.file_holds = {
      {.object = ObjectId(1), .holder = peer, .fd = 9, .path = s.strings.add("/tmp/a.db")},
      FileHold()};
  s.outside_waits = {{.goroutine = 1,
                      .kind = OutsideKind::child,
                      .outlook = Outlook::halted,
                      .what = s.strings.add("child 812 (cat)"),
                      .why = s.strings.add("stopped by a signal"),
                      .peer = peer}};
  s.origin.facts = ProgramFacts{.name = "hub",
                                .module = "example.com/hub",
                                .module_version = "v1.2.3",
                                .revision = "abc",
                                .settings = {{"CGO_ENABLED", "1"}, {"-ldflags", "-s -w"}},
                                .go_build_id = "a/b/c/d",
                                .user = "me",
                                .container = "docker 0123",
                                .standstill = "frozen",
                                .threads = 7,
                                .max_procs = 8,
                                .resident_bytes = 9,
                                .stack_bytes = 10,
                                .heap_bytes = 11,
                                .collecting = false,
                                .uptime_seconds = 12.5,
                                .memory_limit_bytes = 13,
                                .cpu_limit = 1.5};
  s.second_look = SecondLook{.after_seconds = 0.2,
                             .meanwhile = Meanwhile::idle,
                             .hindrance = "frozen",
                             .looked_at = {0, 1},
                             .moved = {1},
                             .locks = {{.object = ObjectId(1), .state = s.object_states[0]}}};
}

TEST(Profile, WhatOnlyMemoryTellsComesBack) {
  Snapshot s = full_snapshot();
  add_memory(s);

  const std::string profile = encode_profile(s);

  EXPECT_EQ(snapshot_text(read_back(profile)), snapshot_text(s));
}

TEST(Profile, ReferencesToNothingAreDropped) {
  Snapshot s = full_snapshot();
  add_memory(s);
  s.references[0].object = ObjectId(99);
  s.file_holds[0].object = ObjectId(99);
  s.omissions[0].goroutine = 77;
  s.second_look->moved = {77};
  s.second_look->locks[0].object = ObjectId(99);

  const Snapshot back = read_back(encode_profile(s));

  EXPECT_EQ(back.references.size(), 1U);
  EXPECT_EQ(back.file_holds.size(), 1U);
  EXPECT_EQ(back.omissions.size(), 1U);
  EXPECT_TRUE(back.second_look->moved.empty());
  EXPECT_TRUE(back.second_look->locks.empty());
}

TEST(Profile, EveryColumnComesBack) {
  const Snapshot s = full_snapshot();

  const std::string profile = encode_profile(s);

  EXPECT_EQ(snapshot_text(read_back(profile)), snapshot_text(s));
}

TEST(Profile, AnEmptySnapshotComesBack) {
  const std::string profile = encode_profile(Snapshot());

  EXPECT_EQ(snapshot_text(read_back(profile)), snapshot_text(Snapshot()));
}

// A snapshot of a thousand goroutines over a few stacks, with some of everything.
Snapshot random_snapshot(unsigned seed) {
  static const std::string kText = "0x1, 0xc000105e00, 0x3?, {...}";
  std::mt19937 random(seed);
  const auto below = [&](std::uint32_t limit) {
    return static_cast<std::uint32_t>(random() % limit);
  };
  constexpr std::string_view kStatuses[] = {"",        "chan receive", "select",
                                            "IO wait", "running",      "odd"};
  Snapshot s;
  s.text = kText;
  for (std::uint32_t i = 0; i < 4; i++) s.objects.emplace_back().owner = below(99);
  for (std::uint32_t row = 0; row < 1000; row++) {
    Goroutine g;
    std::vector<FrameId> frames;
    for (std::uint32_t depth = below(12); depth > 0; depth--) {
      frames.push_back(add_frame(s, "main.f" + std::to_string(below(5)), below(30)));
    }
    g.id = below(2) == 0 ? Goroutine::kNoGoroutine : row;
    g.stack = s.stacks.add(frames);
    g.status = s.strings.add(kStatuses[below(std::size(kStatuses))]);
    const Status status = parse_status(s.strings[g.status]);
    g.state = status.state;
    g.reason = below(3) == 0 ? WaitReason::none : status.reason;
    g.count = below(5) + 1;
    g.wait_minutes = static_cast<std::int32_t>(below(100)) - 1;
    g.has_arguments = below(2) == 0;
    g.first_argument = static_cast<std::uint32_t>(s.arguments.size());
    for (std::size_t i = 0; g.has_arguments && i < frames.size(); i++) {
      s.arguments.push_back({.offset = below(20), .length = below(10) & 0xff});
    }
    g.leaked = below(2) == 0;
    if (below(2) == 0) {
      s.waits.push_back(
          {.goroutine = row, .object = ObjectId(below(4)), .operation = Operation::lock});
    }
    s.goroutines.push_back(g);
  }
  return s;
}

TEST(Profile, RandomSnapshotsComeBack) {
  for (unsigned seed = 1; seed <= 20; seed++) {
    const Snapshot s = random_snapshot(seed);

    const std::string profile = encode_profile(s);

    ASSERT_EQ(snapshot_text(read_back(profile)), snapshot_text(s)) << "seed " << seed;
  }
}

TEST(Profile, WhatIsReadFromASavedProfileIsSavedTheSame) {
  const std::string first = encode_profile(full_snapshot());

  EXPECT_EQ(snapshot_text(read_back(encode_profile(read_back(first)))),
            snapshot_text(read_back(first)));
}

TEST(Profile, ASeriesIsSavedByItsLastSnapshot) {
  Series series;
  EXPECT_EQ(write_profile(series).error().kind, Kind::usage);
  series.snapshots.push_back(full_snapshot());

  const auto saved = write_profile(series);

  ASSERT_TRUE(saved.has_value());
  EXPECT_TRUE(saved->starts_with("\x1f\x8b"));
}

// What a command prints, and whether it succeeded.
std::pair<std::string, bool> output_of(const std::string& command) {
  std::string text;
  FILE* pipe = popen((command + " 2>&1").c_str(), "r");
  if (pipe == nullptr) return {"", false};
  char block[4096];
  while (const std::size_t size = fread(block, 1, sizeof block, pipe)) text.append(block, size);
  return {text, pclose(pipe) == 0};
}

TEST(Profile, GoToolPprofOpensWhatIsSaved) {
  if (!output_of("go tool pprof -h").first.contains("pprof")) GTEST_SKIP() << "no go tool pprof";
  Series series;
  series.snapshots.push_back(full_snapshot());
  const auto path =
      std::filesystem::temp_directory_path() / ("goknot_profile_test." + std::to_string(getpid()));
  std::ofstream(path, std::ios::binary) << write_profile(series).value();

  const auto [text, done] = output_of("go tool pprof -top " + path.string());
  std::filesystem::remove(path);

  EXPECT_TRUE(done) << text;
  EXPECT_TRUE(text.contains("Type: goroutine")) << text;
  EXPECT_TRUE(text.contains("main.main")) << text;
  EXPECT_TRUE(text.contains("File: hub")) << text;
  EXPECT_FALSE(text.contains("goknot::")) << text;
}

}  // namespace
}  // namespace goknot::output
