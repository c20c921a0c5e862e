// SPDX-License-Identifier: Apache-2.0
#include "goknot/output/json_goroutine.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>

namespace goknot::output {
namespace {

// One goroutine 7 in main.f, which was inlined into main.g.
Snapshot one() {
  Snapshot s;
  s.text = "0xc000012345, 0x1?";
  Frame inner;
  inner.function = s.strings.add("main.f");
  inner.file = s.strings.add("/f.go");
  inner.line = 3;
  inner.inlined = true;
  Frame outer = inner;
  outer.function = s.strings.add("main.g");
  outer.inlined = false;
  outer.offset = 29;
  const FrameId frames[] = {s.stacks.add(inner), s.stacks.add(outer)};
  Goroutine& g = s.goroutines.emplace_back();
  g.id = 7;
  g.stack = s.stacks.add(frames);
  g.has_arguments = true;
  s.arguments = {{}, {.offset = 0, .length = 18}};
  return s;
}

// A member of the first goroutine, written down; "no such member" if it has none.
std::string member(const Snapshot& snapshot, std::string_view key) {
  const Json row = GoroutineRows(snapshot).row(0);
  const Json* found = row.find(key);
  return found == nullptr ? "no such member" : found->dump();
}

TEST(JsonGoroutine, FramesAreInnermostFirstWithWhatIsKnownOfEach) {
  EXPECT_EQ(member(one(), "frames"),
            R"([{"function":"main.f","file":"/f.go","line":3,"arguments":null,"inlined":true},)"
            R"({"function":"main.g","file":"/f.go","line":3,"arguments":"0xc000012345, 0x1?",)"
            R"("offset":29}])");
}

TEST(JsonGoroutine, OfWhomNothingIsKnownEveryMemberOfTheContractIsThere) {
  Snapshot s;
  s.goroutines.resize(1);

  EXPECT_EQ(GoroutineRows(s).row(0).dump(),
            R"({"id":null,"count":1,"status":"unknown","wait_minutes":null,"frames":[],)"
            R"("created_by":null,"labels":{},"waits":[],"holds":[],"flags":[]})");
}

TEST(JsonGoroutine, IdAndAgeZeroAreKnown) {
  Snapshot s = one();
  s.goroutines[0].id = 0;
  s.goroutines[0].wait_minutes = 0;

  EXPECT_EQ(member(s, "id"), "0");
  EXPECT_EQ(member(s, "wait_minutes"), "0");
}

TEST(JsonGoroutine, FlagsAreThoseThatAreSet) {
  Snapshot s = one();
  s.goroutines[0].leaked = s.goroutines[0].stack_cut = true;
  EXPECT_EQ(member(s, "flags"), R"(["leaked","stack_cut"])");

  s.goroutines[0].system = s.goroutines[0].locked_to_thread = true;
  s.goroutines[0].durable = s.goroutines[0].current = true;
  EXPECT_EQ(member(s, "flags"),
            R"(["system","leaked","locked_to_thread","durable","current","stack_cut"])");
}

TEST(JsonGoroutine, ACreatorMayHaveNoGoroutine) {
  Snapshot s = one();
  s.goroutines[0].creator = s.stacks.frames(s.goroutines[0].stack)[1];
  EXPECT_EQ(member(s, "created_by"),
            R"({"function":"main.g","file":"/f.go","line":3,"goroutine":null})");

  s.goroutines[0].parent = 1;
  EXPECT_EQ(member(s, "created_by"),
            R"({"function":"main.g","file":"/f.go","line":3,"goroutine":1})");
}

TEST(JsonGoroutine, WaitsAndHoldsAreThoseOfTheRow) {
  Snapshot s = one();
  s.goroutines.resize(3);
  WaitObject& lock = s.objects.emplace_back();
  lock.kind = ObjectKind::mutex;
  lock.address = 0xc000105e28;
  lock.name = s.strings.add("Hub.mu");
  lock.state = 0;
  s.object_states.resize(1);
  s.object_states[0].locked = true;
  s.waits.resize(2);
  s.waits[0].operation = Operation::receive;
  s.waits[1].goroutine = 2;
  s.holds = {{2, ObjectId(0), Operation::rlock, HoldEvidence::lock_word, 0},
             {0, ObjectId(0), Operation::lock, HoldEvidence::below_method, 1}};

  EXPECT_EQ(member(s, "waits"), R"([{"kind":"unknown","address":null,"name":null,)"
                                R"("operation":"receive","frame":0}])");
  EXPECT_EQ(member(s, "holds"),
            R"([{"kind":"mutex","address":"0xc000105e28","name":"Hub.mu","state":{"locked":true},)"
            R"("mode":"lock","evidence":"below_method","frame":1}])");
  EXPECT_EQ(GoroutineRows(s).row(1).find("waits")->size(), 0U);
}

TEST(JsonGoroutine, EveryKindOfEvidenceHasAName) {
  Snapshot s = one();
  for (int kind = 0; kind <= static_cast<int>(HoldEvidence::below_method); kind++) {
    s.holds.push_back({0, ObjectId(), Operation::lock, static_cast<HoldEvidence>(kind), 0});
  }

  const Json row = GoroutineRows(s).row(0);

  std::string names;
  for (const Json& hold : row.find("holds")->items()) {
    names += std::string(hold.find("evidence")->string_or("?")) + " ";
  }
  EXPECT_EQ(names, "lock_word pending_unlock call_site kernel_table count_match below_method ");
}

TEST(JsonGoroutine, LabelsWhoseInvalidNamesBecomeOneAreOne) {
  Snapshot s = one();
  s.goroutines[0].labels = LabelsId(0);
  s.label_sets.push_back({{{s.strings.add("a\xff"), s.strings.add("1")},
                           {s.strings.add("a\xfe"), s.strings.add("2")}}});

  EXPECT_EQ(member(s, "labels"), "{\"a\uFFFD\":\"1\"}");
}

TEST(JsonGoroutine, WhatOnlyMemoryTellsIsThereIfItIsKnown) {
  Snapshot s = one();
  s.details.resize(1);
  EXPECT_EQ(member(s, "fd"), "no such member");
  EXPECT_EQ(member(s, "heap_held"), "no such member");

  s.details[0].fd = 0;
  s.details[0].cpu = 0;
  s.details[0].heap_held = 0;
  s.details[0].time_left = -1;
  EXPECT_EQ(member(s, "fd"), "0");
  EXPECT_EQ(member(s, "cpu"), "0");
  EXPECT_EQ(member(s, "heap_held"), "0");
  EXPECT_EQ(member(s, "time_left_ns"), "-1");
  EXPECT_EQ(member(s, "thread"), "no such member");
}

TEST(JsonGoroutine, DeferredCallsAndAncestorsStandWithTheirGoroutine) {
  Snapshot s = one();
  s.goroutines.resize(2);
  const StackId stack = s.goroutines[0].stack;
  s.deferred = {{0, 1, s.strings.add("main.close")}, {1, 0, s.strings.add("main.other")}};
  s.ancestors = {{0, 1, stack, s.stacks.frames(stack)[1]}, {1, 9, stack, {}}};

  EXPECT_EQ(member(s, "deferred"), R"([{"function":"main.close","frame":1}])");
  EXPECT_EQ(member(s, "ancestors"),
            R"([{"goroutine":1,"frames":[{"function":"main.f","file":"/f.go","line":3},)"
            R"({"function":"main.g","file":"/f.go","line":3}],)"
            R"("created_by":{"function":"main.g","file":"/f.go","line":3}}])");
}

}  // namespace
}  // namespace goknot::output
