// SPDX-License-Identifier: Apache-2.0
// Rows that are written, held against what reading makes of them.
#include "goknot/output/profile_memory.h"

#include "goknot/source/profile_memory.h"

#include <gtest/gtest.h>

namespace goknot::output {
namespace {

TEST(ProfileMemory, OfADetailOnlyWhatIsKnownIsWritten) {
  Strings strings;
  GoroutineDetail detail;
  EXPECT_EQ(detail_row(detail, strings).dump(), "{}");

  detail.fd = 0;
  detail.cpu = 0;
  detail.time_left = 0;
  detail.start = FrameId(0);
  EXPECT_EQ(detail_row(detail, strings).dump(), R"({"time_left_ns":0,"fd":0,"cpu":0,"start":1})");
}

TEST(ProfileMemory, ADetailComesBack) {
  Strings strings;
  GoroutineDetail detail;
  detail.time_left = -7;
  detail.stack_used = 1000;
  detail.stack_reserved = 8192;
  detail.heap_held = 0;
  detail.fd = 3;
  detail.thread = 812;
  detail.cpu = 1;
  detail.descriptor = strings.add("tcp");
  detail.call = strings.add("read(3)");

  const GoroutineDetail back = source::parse_detail(detail_row(detail, strings), strings);

  EXPECT_EQ(back.time_left, -7);
  EXPECT_EQ(back.stack_used, 1000U);
  EXPECT_EQ(back.stack_reserved, 8192U);
  EXPECT_EQ(back.heap_held, 0U);
  EXPECT_EQ(back.fd, 3);
  EXPECT_EQ(back.thread, 812);
  EXPECT_EQ(back.cpu, 1);
  EXPECT_EQ(strings[back.descriptor], "tcp");
  EXPECT_EQ(strings[back.call], "read(3)");
}

TEST(ProfileMemory, EveryWaitForTheOutsideComesBack) {
  Strings strings;
  for (int kind = 0; kind <= static_cast<int>(OutsideKind::filesystem); ++kind) {
    for (int outlook = 0; outlook <= static_cast<int>(Outlook::own); ++outlook) {
      const OutsideWait wait{.goroutine = 0,
                             .kind = static_cast<OutsideKind>(kind),
                             .outlook = static_cast<Outlook>(outlook),
                             .what = strings.add("child 812"),
                             .why = strings.add("stopped"),
                             .peer = {.pid = 812, .name = strings.add("cat"), .own = true}};

      const OutsideWait back = source::parse_outside(outside_row(wait, strings), strings);

      EXPECT_EQ(back.kind, wait.kind);
      EXPECT_EQ(back.outlook, wait.outlook);
      EXPECT_EQ(strings[back.what], "child 812");
      EXPECT_EQ(strings[back.why], "stopped");
      EXPECT_EQ(back.peer.pid, 812);
      EXPECT_EQ(strings[back.peer.name], "cat");
      EXPECT_TRUE(back.peer.own);
    }
  }
}

TEST(ProfileMemory, AFileHoldComesBackAlsoWithoutADescriptor) {
  Strings strings;
  FileHold hold;
  hold.object = ObjectId(4);
  hold.path = strings.add("/var/lib/cache.db");

  const FileHold back = source::parse_file_hold(file_hold_row(hold, strings), strings);

  EXPECT_EQ(back.object, ObjectId(4));
  EXPECT_EQ(back.fd, -1);
  EXPECT_EQ(strings[back.path], "/var/lib/cache.db");
  EXPECT_EQ(back.holder.pid, 0);
}

TEST(ProfileMemory, FactsComeBackInTheirOrder) {
  ProgramFacts facts;
  EXPECT_EQ(facts_row(facts).dump(), "{}");

  facts.name = "hub";
  facts.settings = {{"-race", "true"}, {"CGO_ENABLED", "0"}};
  facts.collecting = false;
  facts.cpu_limit = 0.5;
  facts.heap_bytes = 0;
  const ProgramFacts back = source::parse_facts(facts_row(facts));

  EXPECT_EQ(back.name, "hub");
  EXPECT_EQ(back.settings, facts.settings);
  EXPECT_EQ(back.collecting, false);
  EXPECT_EQ(back.cpu_limit, 0.5);
  EXPECT_EQ(back.heap_bytes, 0U);
  EXPECT_EQ(back.stack_bytes, std::nullopt);
}

TEST(ProfileMemory, ASecondLookComesBack) {
  SecondLook look;
  look.after_seconds = 0.25;
  look.meanwhile = Meanwhile::idle;
  look.hindrance = "stopped";
  look.looked_at = {0, 2};
  look.moved = {2};
  look.locks.push_back({.object = ObjectId(1), .state = {}});
  look.locks[0].state.locked = true;

  const SecondLook back = source::parse_second_look(second_look_row(look), 3, 2);

  EXPECT_EQ(back.after_seconds, 0.25);
  EXPECT_EQ(back.meanwhile, Meanwhile::idle);
  EXPECT_EQ(back.hindrance, "stopped");
  EXPECT_EQ(back.looked_at, look.looked_at);
  EXPECT_EQ(back.moved, look.moved);
  ASSERT_EQ(back.locks.size(), 1U);
  EXPECT_EQ(back.locks[0].object, ObjectId(1));
  EXPECT_EQ(back.locks[0].state.locked, true);
}

}  // namespace
}  // namespace goknot::output
