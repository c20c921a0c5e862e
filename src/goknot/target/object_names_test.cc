// SPDX-License-Identifier: Apache-2.0
#include "goknot/target/object_names.h"

#include "tests/support/fake_heap.h"
#include "tests/support/fake_types.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <optional>
#include <string>

namespace goknot::target {
namespace {

using testing_support::FakeHeap;
using testing_support::FakeMemory;
using testing_support::FakeTypes;

// type Pool struct { n int; work chan int; mu sync.Mutex }; type Hub struct { n int; mu sync.Mutex;
// pool *Pool }
class ObjectNames : public testing::Test {
 protected:
  ObjectNames() {
    heap_.memory.map(kValues, kValues + 0x1000);
    heap_.memory.put(kPool + 8, kChannel).put(kHub + 16, kPool);
  }

  // Somebody in a function waits for an object; `arguments` are those of the function.
  std::string name_of(Address object, ObjectKind kind, const std::string& function,
                      const std::string& arguments) {
    Snapshot snapshot;
    snapshot.text = arguments;
    Frame frame;
    frame.function = snapshot.strings.add(function);
    const FrameId frames[] = {snapshot.stacks.add(frame)};
    Goroutine& goroutine = snapshot.goroutines.emplace_back();
    goroutine.stack = snapshot.stacks.add(frames);
    goroutine.has_arguments = true;
    TextSpan& span = snapshot.arguments.emplace_back();
    span.length = arguments.size() & 0xffffU;
    WaitObject& row = snapshot.objects.emplace_back();
    row.kind = kind;
    row.identity = Identity::exact;
    row.address = object;
    snapshot.waits.push_back({.goroutine = 0, .object = ObjectId(0), .kind = kind});
    name_all(snapshot);
    return std::string(snapshot.strings[snapshot.objects.front().name]);
  }

  void name_all(Snapshot& snapshot) const {
    const StackPointers none;
    name_fields({.memory = heap_.memory,
                 .layout = heap_.layout,
                 .module = heap_.module,
                 .types = {{FakeTypes::kBegin, FakeTypes::kEnd}},
                 .pointers = none},
                snapshot);
  }

  static constexpr Address kValues = 0x700000;
  static constexpr Address kHub = kValues;
  static constexpr Address kPool = kValues + 0x100;
  static constexpr Address kChannel = kValues + 0x200;

  FakeHeap heap_;
  FakeTypes types_{heap_.memory, heap_.layout.version};
  Address number_ = types_.plain("int", 8);
  Address mutex_ = types_.structure("sync.Mutex", "sync", 8, {});
  Address pool_ = types_.structure(
      "node.Pool", "example.com/node", 24,
      {{"n", number_, 0}, {"work", types_.channel("chan int"), 8}, {"mu", mutex_, 16}});
  Address hub_ = types_.structure(
      "node.Hub", "example.com/node", 24,
      {{"n", number_, 0}, {"mu", mutex_, 8}, {"pool", types_.pointer("*node.Pool", pool_), 16}});
};

TEST_F(ObjectNames, ALockInTheReceiverIsAFieldOfIt) {
  EXPECT_EQ(name_of(kHub + 8, ObjectKind::mutex, "example.com/node.(*Hub).Add", "0x700000"),
            "Hub.mu");
}

TEST_F(ObjectNames, AChannelIsTheFieldThatRefersToIt) {
  EXPECT_EQ(name_of(kChannel, ObjectKind::channel, "example.com/node.(*Pool).put", "0x700100, 0x1"),
            "Pool.work");
}

TEST_F(ObjectNames, OneStepFurtherIsLookedToo) {
  EXPECT_EQ(name_of(kChannel, ObjectKind::channel, "example.com/node.(*Hub).Add", "0x700000"),
            "Pool.work");
  EXPECT_EQ(name_of(kPool + 16, ObjectKind::mutex, "example.com/node.(*Hub).Add", "0x700000"),
            "Pool.mu");
}

TEST_F(ObjectNames, WhatNoFieldIsHasNoName) {
  EXPECT_EQ(name_of(kHub, ObjectKind::mutex, "example.com/node.(*Hub).Add", "0x700000"), "");
  EXPECT_EQ(name_of(kHub + 8, ObjectKind::rwmutex, "example.com/node.(*Hub).Add", "0x700000"), "");
  EXPECT_EQ(name_of(kChannel + 8, ObjectKind::channel, "example.com/node.(*Hub).Add", "0x700000"),
            "");
  EXPECT_EQ(name_of(kHub + 8, ObjectKind::mutex, "other/node.(*Hub).Add", "0x700000"), "");
}

TEST_F(ObjectNames, AnArgumentThatMayBeStaleIsAReceiverOnlyIfItFits) {
  EXPECT_EQ(name_of(kChannel, ObjectKind::channel, "example.com/node.(*Pool).put", "0x700100?"),
            "Pool.work");
  EXPECT_EQ(name_of(kChannel, ObjectKind::channel, "example.com/node.(*Pool).put", "0x700108?"),
            "");
}

TEST_F(ObjectNames, TheFirstArgumentOfAClosureIsNoReceiver) {
  EXPECT_EQ(name_of(kHub + 8, ObjectKind::mutex, "example.com/node.(*Hub).Add.func1", "0x700000"),
            "");
}

TEST_F(ObjectNames, TheHeapTellsWhereAnInlinedMethodsReceiverBegins) {
  const Address slot = heap_.add_span(24, FakeHeap::Content::pointers) + 3 * 24;

  EXPECT_EQ(name_of(slot + 8, ObjectKind::mutex, "example.com/node.(*Hub).Add", "..."), "Hub.mu");
  EXPECT_EQ(name_of(slot + 12, ObjectKind::mutex, "example.com/node.(*Hub).Add", "..."), "");
}

TEST_F(ObjectNames, ALockOfItsOwnIsNoFieldOfTheReceiverThatKeepsIt) {
  types_.structure("node.Locks", "example.com/node", 16, {{"mu", mutex_, 0}, {"of", number_, 8}});
  const Address lone = heap_.add_span(16, FakeHeap::Content::plain) + 5 * 16;
  const Address other = heap_.add_span(16, FakeHeap::Content::pointers);
  const auto name = [&](Address lock, const std::string& arguments) {
    return name_of(lock, ObjectKind::mutex, "example.com/node.(*Locks).Lock", arguments);
  };

  EXPECT_EQ(name(lone, "..."), "");
  EXPECT_EQ(name(other + 16, "..."), "Locks.mu");
  EXPECT_EQ(name(other + 16, fmt::format("{:#x}", other + 64)), "");
}

TEST_F(ObjectNames, TheHeapTellsWhoRefersToAChannel) {
  const Address slot = heap_.add_span(24, FakeHeap::Content::pointers) + 5 * 24;
  heap_.memory.put(slot + 8, Address{0x7f0000});

  EXPECT_EQ(name_of(0x7f0000, ObjectKind::channel, "example.com/node.(*Pool).put", "0x0?"),
            "Pool.work");
  EXPECT_EQ(name_of(0x7f0000, ObjectKind::channel, "example.com/node.(*Hub).Add", "0x0?"), "");
}

TEST_F(ObjectNames, AValueOfAnotherSizeIsNotThatReceiver) {
  const Address slot = heap_.add_span(64, FakeHeap::Content::pointers);

  EXPECT_EQ(name_of(slot + 8, ObjectKind::mutex, "example.com/node.(*Hub).Add", "..."), "");
}

TEST_F(ObjectNames, TheHeapNotesTheTypesOfLargeObjects) {
  const Address large =
      types_.structure("node.Large", "example.com/node", 1000, {{"mu", mutex_, 800}});
  const Address slot = heap_.add_span(1024, FakeHeap::Content::pointers);
  heap_.memory.put(slot, large);

  EXPECT_EQ(name_of(slot + 8 + 800, ObjectKind::mutex, "main.use", "0x1"), "Large.mu");
}

TEST_F(ObjectNames, ALockOutsideOfTheReceiverIsNotCalledAfterItsType) {
  const Address accounts = heap_.add_span(64, FakeHeap::Content::pointers);
  const auto owner_of = [&](Address lock, std::optional<std::uint64_t> owner) {
    Snapshot snapshot;
    WaitObject& object = snapshot.objects.emplace_back();
    object.kind = ObjectKind::mutex;
    object.identity = Identity::exact;
    object.address = lock;
    object.owner = owner;
    object.owner_type = snapshot.strings.add("main.bank");
    snapshot.goroutines.emplace_back();
    snapshot.waits.push_back({.goroutine = 0, .object = ObjectId(0), .kind = ObjectKind::mutex});
    name_all(snapshot);
    return std::string(snapshot.strings[snapshot.objects.front().owner_type]);
  };
  EXPECT_EQ(owner_of(accounts + 72, accounts + 64), "main.bank");
  EXPECT_EQ(owner_of(accounts + 136, accounts + 64), "");
  EXPECT_EQ(owner_of(accounts + 136, std::nullopt), "");
}

}  // namespace
}  // namespace goknot::target
