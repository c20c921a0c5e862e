// SPDX-License-Identifier: Apache-2.0
#include "goknot/analysis/words.h"

#include "tests/support/dumps.h"
#include "tests/support/sketch.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace goknot::analysis {
namespace {

using testing_support::sketch;
using testing_support::Stage;

std::string doing_of(std::string_view status, std::string_view frames) {
  const Stage stage(sketch("7 [" + std::string(status) + "]\n" + std::string(frames)));
  return doing(stage.traits(7), stage.scene().group_of(stage.row(7)));
}

TEST(Words, SayWhatAGoroutineDoes) {
  EXPECT_EQ(doing_of("chan send", "main.f() f.go:1"), "waits to send on a channel");
  EXPECT_EQ(doing_of("chan receive", "main.f() f.go:1"), "waits to receive from a channel");
  EXPECT_EQ(doing_of("select", "main.f() f.go:1"), "waits in a select");
  EXPECT_EQ(doing_of("select (no cases)", "main.f() f.go:1"), "is parked in select {}");
  EXPECT_EQ(doing_of("chan send (nil chan)", "main.f() f.go:1"), "waits on a nil channel");
  EXPECT_EQ(doing_of("sync.Mutex.Lock", "lock 0xc000010000\n main.f() f.go:1"), "waits for a lock");
  EXPECT_EQ(doing_of("sync.RWMutex.RLock", "rlock\n main.f() f.go:1"), "waits for a read lock");
  EXPECT_EQ(doing_of("sync.WaitGroup.Wait", "wait 0xc000010000\n main.f() f.go:1"),
            "waits for a sync.WaitGroup");
  EXPECT_EQ(doing_of("sync.Cond.Wait", "cond 0xc000010000\n main.f() f.go:1"),
            "waits for a sync.Cond");
  EXPECT_EQ(doing_of("syscall", "main.f() f.go:1"), "is in a system call");
  EXPECT_EQ(doing_of("IO wait", "netread\n main.f() f.go:1"), "waits for the network or a pipe");
  EXPECT_EQ(doing_of("sleep", "sleep\n main.f() f.go:1"), "sleeps");
  EXPECT_EQ(doing_of("runnable", "main.f() f.go:1"), "wants to run");
  EXPECT_EQ(doing_of("running", "main.f() f.go:1"), "runs");
}

TEST(Words, CallOneByItsNameAndCountMany) {
  const Stage stage(sketch("7-9 [select]\n main.f() f.go:1"));
  const std::uint32_t rows[] = {stage.row(7), stage.row(8), stage.row(9)};

  EXPECT_EQ(goroutines(stage.scene(), std::span(rows).first(1)), "goroutine 7");
  EXPECT_EQ(goroutines(stage.scene(), rows), "3 goroutines");
}

TEST(Words, ARowThatStandsForManyIsManyAndOneWithoutAnIdHasNoName) {
  Series series = testing_support::read_dump(sketch("7 [select]\n main.f() f.go:1"));
  Goroutine& goroutine = series.snapshots.front().goroutines.front();
  goroutine.id = Goroutine::kNoGoroutine;
  const std::uint32_t rows[] = {0};

  EXPECT_EQ(goroutines(Stage(std::move(series)).scene(), rows), "a goroutine");

  series = testing_support::read_dump(sketch("7 [select]\n main.f() f.go:1"));
  series.snapshots.front().goroutines.front().count = 12;
  EXPECT_EQ(goroutines(Stage(std::move(series)).scene(), rows), "12 goroutines");
}

TEST(Words, SayItOfManyWithoutAnS) {
  const Stage stage(sketch("7-8 [select (no cases)]\n main.f() f.go:1"));

  EXPECT_EQ(doing_many(stage.traits(7), stage.scene().group_of(stage.row(7))),
            "are parked in select {}");
}

// A goroutine that waits for an object with a name.
std::string doing_with(ObjectKind kind, Operation operation, const ObjectState& state,
                       std::string_view status, std::string_view frames) {
  Series series =
      testing_support::read_dump(sketch("7 [" + std::string(status) + "]\n" + std::string(frames)));
  Snapshot& snapshot = series.snapshots.front();
  WaitObject& object = snapshot.objects.emplace_back();
  object.kind = kind;
  object.name = snapshot.strings.add("Pool.work");
  object.state = 0;
  snapshot.object_states = {state};
  const ObjectId id(snapshot.objects.size() - 1);
  snapshot.waits = {{.goroutine = 0, .object = id, .kind = kind, .operation = operation}};
  const Stage stage(std::move(series));
  const std::uint32_t row = 0;
  return doing(stage.scene(), std::span(&row, 1));
}

// The state of a channel.
ObjectState buffer(std::int64_t length, std::int64_t capacity) {
  ObjectState state;
  state.length = length;
  state.capacity = capacity;
  return state;
}

TEST(Words, NameAChannelAndWhyItDoesNotGoOn) {
  EXPECT_EQ(doing_with(ObjectKind::channel, Operation::send, buffer(3, 3), "chan send",
                       "main.f() f.go:1"),
            "waits to send on Pool.work (full, 3 of 3)");
  EXPECT_EQ(doing_with(ObjectKind::channel, Operation::receive, buffer(0, 0), "chan receive",
                       "main.f() f.go:1"),
            "waits to receive from Pool.work (empty)");
}

TEST(Words, NameAWaitGroupAndItsCounter) {
  ObjectState state;
  state.counter = 2;

  EXPECT_EQ(doing_with(ObjectKind::wait_group, Operation::wait, state, "sync.WaitGroup.Wait",
                       "wait 0xc000010000\n main.f() f.go:1"),
            "waits for Pool.work (counter 2)");
}

TEST(Words, CountGoroutines) {
  EXPECT_EQ(goroutines(1), "1 goroutine");
  EXPECT_EQ(goroutines(3407), "3,407 goroutines");
  EXPECT_EQ(waiters(1), "1 goroutine waits");
  EXPECT_EQ(waiters(6), "6 goroutines wait");
}

TEST(Words, AnAgeIsToldOnlyIfKnown) {
  EXPECT_EQ(for_minutes(-1), "");
  EXPECT_EQ(for_minutes(0), "");
  EXPECT_EQ(for_minutes(14), " for 14 min");
}

TEST(Words, PlacesAreToldShortly) {
  const Place place{"example.com/x/node.(*Hub).Add", "/src/node/hub.go", 281};

  EXPECT_EQ(at_place(place), "node.(*Hub).Add (hub.go:281)");
  EXPECT_EQ(short_place(place), "hub.go:281");
  EXPECT_EQ(short_place({"example.com/x/node.Run", "", 0}), "node.Run");
  EXPECT_EQ(at_place({}), "an unknown place");
}

// A goroutine of which the kernel says this.
std::string doing_outside_with(std::string_view status, std::string_view frames,
                               std::string_view descriptor, std::string_view call) {
  Series series =
      testing_support::read_dump(sketch("7 [" + std::string(status) + "]\n" + std::string(frames)));
  Snapshot& snapshot = series.snapshots.front();
  snapshot.details.resize(1);
  snapshot.details[0].descriptor = snapshot.strings.add(descriptor);
  snapshot.details[0].call = snapshot.strings.add(call);
  const Stage stage(std::move(series));
  const std::uint32_t rows[] = {stage.row(7)};
  return doing(stage.scene(), rows);
}

TEST(Words, NameTheAddressesAndFilesTheKernelTells) {
  constexpr std::string_view kRead = "netread\n main.f() f.go:1";

  EXPECT_EQ(
      doing_outside_with("IO wait", kRead, "tcp 10.0.0.1:80 to 10.0.0.7:5000 established", ""),
      "waits to read from tcp 10.0.0.1:80 to 10.0.0.7:5000");
  EXPECT_EQ(doing_outside_with("IO wait", kRead, "", ""), "waits for the network or a pipe");
  EXPECT_EQ(doing_outside_with("syscall", "main.f() f.go:1", "pipe, written by cat (813)",
                               "read(7, 0xc000, 64)"),
            "is in the system call read of pipe, written by cat (813)");
  EXPECT_EQ(doing_outside_with("syscall", "main.f() f.go:1", "", "pause()"),
            "is in the system call pause");
}

}  // namespace
}  // namespace goknot::analysis
