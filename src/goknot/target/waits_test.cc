// SPDX-License-Identifier: Apache-2.0
#include "goknot/target/waits.h"

#include "goknot/target/surroundings.h"
#include "goknot/target/waits/channel.h"
#include "goknot/target/waits/detail.h"
#include "tests/support/fake_memory.h"

#include <gtest/gtest.h>

#include <deque>
#include <initializer_list>
#include <string_view>
#include <vector>

namespace goknot::target {
namespace {

constexpr Address kHeap = 0xc000000000;
constexpr Address kGoroutine = kHeap + 0x100;
constexpr Address kSudog = kHeap + 0x1000;
constexpr Address kChannel = kHeap + 0x2000;
constexpr Address kOther = kHeap + 0x3000;
constexpr Address kObject = kHeap + 0x4000;
constexpr Address kStack = kHeap + 0x8000;

// One parked goroutine in a memory that a test fills.
class Parked {
 public:
  explicit Parked(GoVersion version)
      : layout(layout_of(version, Architecture::amd64).value()),
        code_(memory, layout, {}, snapshot) {
    memory.map(kHeap, kHeap + 0x10000);
    specimen.look = Look::steady;
    specimen.record.address = kGoroutine;
    specimen.record.status.state = State::waiting;
    stack_.resize(0x100);
    specimen.stack = {kStack, stack_};
  }

  Parked& waits(WaitReason reason, Address sudog = 0) {
    specimen.record.parked.reason = reason;
    specimen.record.key.waiting = sudog;
    return *this;
  }
  Parked& sudog(Address at, Address channel, Address next, Address elem = 0) {
    put(at, layout.sudog.g, kGoroutine);
    put(at, layout.sudog.c_true, channel);
    put(at, layout.sudog.waitlink, next);
    put(at, layout.sudog.elem_true, elem);
    return *this;
  }
  Parked& put(Address at, std::int32_t offset, Address value) {
    memory.put(at + static_cast<Address>(offset), value);
    return *this;
  }
  // The functions on the stack, the innermost first, each with this word as its first argument.
  Parked& calls(std::initializer_list<std::string_view> functions, Address first, Address second) {
    for (const std::string_view function : functions) {
      Site& site = sites_.emplace_back();
      site.calls.push_back({.frame = {}, .role = wait_role(function)});
      activations_.push_back({.site = &site, .arguments = kStack + 8});
    }
    std::memcpy(stack_.data() + 8, &first, sizeof(first));
    std::memcpy(stack_.data() + 16, &second, sizeof(second));
    specimen.activations = activations_;
    return *this;
  }
  // This word stands below the first arguments, which perhaps were not written to their places.
  Parked& keeps_elsewhere(Address word, bool inexact) {
    for (Site& site : sites_) site.arguments.words = {{.before = {}, .inexact = inexact}};
    std::memcpy(stack_.data(), &word, sizeof(word));
    return *this;
  }
  // The waits it has, and the objects.
  const std::vector<Wait>& read() {
    surroundings.read(code_, std::span(&specimen, 1));
    TypeNames types(memory, layout, {});
    ObjectTable objects(snapshot);
    WaitRows rows(layout, types, objects, snapshot);
    rows.add(specimen, surroundings, 3, 1);
    cut = rows.cut();
    return snapshot.waits;
  }
  const WaitObject& object(std::size_t wait = 0) const {
    return snapshot.objects[snapshot.waits[wait].object.index()];
  }
  const ObjectState& state(std::size_t wait = 0) const {
    return snapshot.object_states[object(wait).state];
  }
  GoroutineDetail detail(std::int64_t now) {
    surroundings.read(code_, std::span(&specimen, 1));
    return goroutine_detail(layout, specimen, surroundings, now);
  }

  testing_support::FakeMemory memory;
  Layout layout;
  Snapshot snapshot;
  Specimen specimen;
  Surroundings surroundings;
  std::uint64_t cut = 0;

 private:
  Code code_;
  std::deque<Site> sites_;
  std::vector<Activation> activations_;
  std::vector<std::byte> stack_;
};

TEST(MemoryWaits, ASenderWaitsForItsChannel) {
  Parked parked({26, 0});
  parked.waits(WaitReason::chan_send, kSudog).sudog(kSudog, kChannel, 0);
  parked.put(kChannel, parked.layout.hchan.qcount, 2)
      .put(kChannel, parked.layout.hchan.dataqsiz, 3);

  ASSERT_EQ(parked.read().size(), 1U);
  const Wait& wait = parked.snapshot.waits.front();
  EXPECT_EQ(wait.operation, Operation::send);
  EXPECT_EQ(wait.identity, Identity::exact);
  EXPECT_EQ(wait.goroutine, 3U);
  EXPECT_EQ(wait.frame, 1U);
  EXPECT_EQ(parked.object().address, kChannel);
  EXPECT_EQ(parked.object().kind, ObjectKind::channel);
  EXPECT_EQ(parked.state().length, 2);
  EXPECT_EQ(parked.state().capacity, 3);
  EXPECT_EQ(parked.state().closed, false);
}

TEST(MemoryWaits, ASelectTellsTheDirectionOfEachCase) {
  Parked parked({21, 0});
  parked.waits(WaitReason::select, kSudog)
      .sudog(kSudog, kChannel, kSudog + 0x80)
      .sudog(kSudog + 0x80, kOther, 0)
      .put(kChannel, parked.layout.hchan.recvq_first, kSudog)
      .put(kOther, parked.layout.hchan.sendq_first, kHeap + 0x40);

  ASSERT_EQ(parked.read().size(), 2U);
  EXPECT_EQ(parked.snapshot.waits[0].operation, Operation::receive);
  EXPECT_EQ(parked.object(0).address, kChannel);
  EXPECT_EQ(parked.snapshot.waits[1].operation, Operation::send);
  EXPECT_EQ(parked.object(1).address, kOther);
}

TEST(MemoryWaits, ASelectInNoQueueHasNilChannelsOnly) {
  Parked parked({26, 0});
  parked.waits(WaitReason::select);

  ASSERT_EQ(parked.read().size(), 1U);
  EXPECT_EQ(parked.snapshot.waits.front().kind, ObjectKind::nil_channel);
  EXPECT_EQ(parked.snapshot.waits.front().operation, Operation::select);
  EXPECT_FALSE(parked.snapshot.waits.front().object);
}

TEST(MemoryWaits, BothDirectionsOfOneChannelAreToldApart) {
  Parked parked({21, 0});
  parked.waits(WaitReason::select, kSudog)
      .sudog(kSudog, kChannel, kSudog + 0x80)
      .sudog(kSudog + 0x80, kChannel, 0)
      .put(kChannel, parked.layout.hchan.recvq_first, kSudog + 0x80)
      .put(kChannel, parked.layout.hchan.sendq_first, kSudog);

  ASSERT_EQ(parked.read().size(), 2U);
  EXPECT_EQ(parked.snapshot.waits[0].operation, Operation::send);
  EXPECT_EQ(parked.snapshot.waits[1].operation, Operation::receive);
  EXPECT_EQ(parked.snapshot.waits[0].object, parked.snapshot.waits[1].object);
}

TEST(MemoryWaits, ARingOfCasesEndsAndIsSaidToBeCut) {
  Parked parked({26, 0});
  parked.waits(WaitReason::select, kSudog).sudog(kSudog, kChannel, kSudog);

  EXPECT_EQ(parked.read().size(), kMostCases);
  EXPECT_EQ(parked.cut, 1U);
}

TEST(MemoryWaits, ARecordOfAnotherGoroutineTellsNothing) {
  Parked parked({26, 0});
  parked.waits(WaitReason::chan_receive, kSudog).sudog(kSudog, kChannel, 0);
  parked.put(kSudog, parked.layout.sudog.g, kOther);

  EXPECT_TRUE(parked.read().empty());
}

TEST(MemoryWaits, WhatCannotBeReadTellsNothing) {
  Parked parked({26, 0});
  parked.waits(WaitReason::chan_receive, kSudog).sudog(kSudog, 0x10, 0);
  EXPECT_TRUE(parked.read().empty());
}

TEST(MemoryWaits, TheSudogTellsTheSemaphoreOfAMutex) {
  Parked parked({26, 0});
  parked.waits(WaitReason::mutex_lock, kSudog).sudog(kSudog, 0, 0, kObject + 4);
  parked.calls(
      {"runtime.gopark", "runtime.semacquire1", "internal/sync.(*Mutex).lockSlow", "main.f"}, 0, 0);
  parked.memory.put(kObject, std::uint32_t{2U << 3U | 1U});

  ASSERT_EQ(parked.read().size(), 1U);
  EXPECT_EQ(parked.object().kind, ObjectKind::mutex);
  EXPECT_EQ(parked.object().address, kObject);
  EXPECT_EQ(parked.state().locked, true);
  EXPECT_EQ(parked.state().starving, false);
  EXPECT_EQ(parked.state().waiters, 2);
}

TEST(MemoryWaits, BeforeGo126TheStackTellsIt) {
  Parked parked({25, 0});
  parked.waits(WaitReason::mutex_lock);
  parked.calls({"runtime.semacquire1", "internal/sync.(*Mutex).lockSlow", "main.f"}, kObject + 4,
               0);
  parked.memory.put(kObject, std::uint32_t{1U << 3U | 4U | 1U});

  ASSERT_EQ(parked.read().size(), 1U);
  EXPECT_EQ(parked.object().address, kObject);
  EXPECT_EQ(parked.state().starving, true);
}

TEST(MemoryWaits, AWordThatAdmitsNoWaiterIsNoMutex) {
  Parked parked({25, 0});
  parked.waits(WaitReason::mutex_lock);
  parked.calls({"runtime.semacquire1", "internal/sync.(*Mutex).lockSlow", "main.f"}, kObject + 4,
               0);

  EXPECT_TRUE(parked.read().empty());
}

TEST(MemoryWaits, AWriterWaitsForReadersOrBehindAWriter) {
  for (const bool behind : {false, true}) {
    Parked parked({25, 0});
    parked.waits(WaitReason::rwmutex_lock);
    if (behind) {
      parked.calls({"runtime.semacquire1", "internal/sync.(*Mutex).lockSlow",
                    "sync.(*RWMutex).Lock", "main.f"},
                   kObject + 4, 0);
    } else {
      parked.calls({"runtime.semacquire1", "sync.(*RWMutex).Lock", "main.f"}, kObject + 8, 0);
    }
    // Two readers have it, one came behind the writer; a second writer waits for the first.
    parked.memory.put(kObject, std::uint32_t{1U << 3U | 1U});
    parked.memory.put(kObject + 16, std::int32_t{3 - (1 << 30)});
    parked.memory.put(kObject + 20, std::int32_t{2});

    ASSERT_EQ(parked.read().size(), 1U);
    EXPECT_EQ(parked.snapshot.waits.front().writer_queued, !behind);
    EXPECT_EQ(parked.snapshot.waits.front().operation, Operation::lock);
    EXPECT_EQ(parked.object().kind, ObjectKind::rwmutex);
    EXPECT_EQ(parked.object().address, kObject);
    EXPECT_EQ(parked.state().readers, 2);
    EXPECT_EQ(parked.state().writer_pending, true);
    EXPECT_EQ(parked.state().locked, false);
    EXPECT_EQ(parked.state().waiters, 3);
  }
}

TEST(MemoryWaits, AReaderWaitsForTheWriterThatHasIt) {
  Parked parked({19, 0});
  parked.waits(WaitReason::semacquire);
  parked.calls({"runtime.semacquire1", "sync.(*RWMutex).RLock", "main.f"}, kObject + 12, 0);
  parked.memory.put(kObject, std::uint32_t{1});
  parked.memory.put(kObject + 16, std::int32_t{1 - (1 << 30)});

  ASSERT_EQ(parked.read().size(), 1U);
  EXPECT_EQ(parked.snapshot.waits.front().operation, Operation::rlock);
  EXPECT_EQ(parked.object().address, kObject);
  EXPECT_EQ(parked.state().locked, true);
  EXPECT_EQ(parked.state().readers, 0);
  EXPECT_EQ(parked.state().waiters, 1);
}

TEST(MemoryWaits, AWaitGroupOfAnyReleaseIsDecoded) {
  struct Case {
    std::uint16_t minor;
    Address group, words, semaphore;  // offsets from kObject
  };
  for (const Case& c :
       {Case{17, 0, 0, 8}, Case{17, 4, 8, 4}, Case{18, 0, 0, 8}, Case{26, 0, 0, 8}}) {
    Parked parked({c.minor, 0});
    parked.waits(WaitReason::semacquire, c.minor == 26 ? kSudog : 0);
    parked.sudog(kSudog, 0, 0, kObject + c.semaphore);
    parked.calls({"runtime.semacquire1", "sync.(*WaitGroup).Wait", "main.f"}, kObject + c.semaphore,
                 0);
    parked.memory.put(kObject + c.words, std::uint64_t{3} << 32U | 1U);

    ASSERT_EQ(parked.read().size(), 1U) << c.minor;
    EXPECT_EQ(parked.object().address, kObject + c.group) << c.minor;
    EXPECT_EQ(parked.state().counter, 3) << c.minor;
    EXPECT_EQ(parked.state().waiters, 1) << c.minor;
  }
}

TEST(MemoryWaits, ACondTellsItsLock) {
  Parked parked({24, 0});
  parked.waits(WaitReason::cond_wait);
  parked.calls({"sync.runtime_notifyListWait", "sync.(*Cond).Wait", "main.f"}, kObject + 16, 0);
  parked.memory.put(kObject + 8, kOther);
  parked.memory.put(kObject + 16, std::uint32_t{7});
  parked.memory.put(kObject + 20, std::uint32_t{5});

  ASSERT_EQ(parked.read().size(), 1U);
  EXPECT_EQ(parked.object().kind, ObjectKind::cond);
  EXPECT_EQ(parked.object().address, kObject);
  EXPECT_EQ(parked.object().cond_lock, kOther);
  EXPECT_EQ(parked.state().waiters, 2);
}

TEST(MemoryWaits, AnOnceIsNotItsMutex) {
  Parked parked({25, 0});
  parked.waits(WaitReason::mutex_lock);
  parked.calls(
      {"runtime.semacquire1", "internal/sync.(*Mutex).lockSlow", "sync.(*Once).doSlow", "main.f"},
      kObject + 8, 0);
  parked.memory.put(kObject + 4, std::uint32_t{1U << 3U | 1U});

  ASSERT_EQ(parked.read().size(), 1U);
  EXPECT_EQ(parked.object().kind, ObjectKind::once);
  EXPECT_EQ(parked.object().address, kObject);
  EXPECT_EQ(parked.state().waiters, 1);
}

TEST(MemoryWaits, ASemaphoreInsideTheRuntimeIsNobodysObject) {
  Parked parked({25, 0});
  parked.waits(WaitReason::semacquire);
  parked.calls({"runtime.semacquire1", "runtime.semacquire", "runtime.GC", "main.f"}, kObject, 0);
  EXPECT_TRUE(parked.read().empty());
}

TEST(MemoryWaits, ASleepTellsHowLongItGoesOn) {
  Parked new_timer({26, 0});
  new_timer.waits(WaitReason::sleep);
  new_timer.specimen.record.sleep_until = 5'000;
  EXPECT_EQ(new_timer.detail(2'000).time_left, 3'000);

  Parked old({19, 0});
  old.waits(WaitReason::sleep);
  old.specimen.record.timer = kObject;
  old.put(kObject, old.layout.timer.when, 9'000);
  EXPECT_EQ(old.detail(2'000).time_left, 7'000);
}

TEST(MemoryWaits, ThePollerTellsDescriptorAndDeadline) {
  Parked parked({26, 0});
  parked.waits(WaitReason::io_wait);
  parked.calls({"runtime.gopark", "internal/poll.runtime_pollWait", "net.(*netFD).Read"}, kObject,
               'r');
  parked.put(kObject, parked.layout.poll_desc.fd, 7)
      .put(kObject, parked.layout.poll_desc.rg, kGoroutine)
      .put(kObject, parked.layout.poll_desc.rd, 5'000);
  const GoroutineDetail detail = parked.detail(8'000);
  EXPECT_EQ(detail.fd, 7);
  EXPECT_EQ(detail.time_left, -3'000);

  parked.put(kObject, parked.layout.poll_desc.rg, kOther);
  EXPECT_EQ(parked.detail(8'000).fd, -1);
}

TEST(MemoryWaits, ASemaphoreIsToldByTheSudogWhereNoArgumentTells) {
  for (const bool inexact : {true, false}) {  // go1.17 does not say which are
    Parked parked({inexact ? 21 : 17, 0});
    parked.waits(WaitReason::semacquire).sudog(kSudog, 0, 0, kObject + 4);
    parked.calls({"runtime.semacquire1", "sync.(*Mutex).lockSlow", "main.main"}, kOther + 4, 0);
    parked.keeps_elsewhere(kSudog, inexact);
    parked.memory.put(kObject, std::uint32_t{1U << 3U | 1U});

    ASSERT_EQ(parked.read().size(), 1U);
    EXPECT_EQ(parked.object().address, kObject);
    EXPECT_EQ(parked.object().kind, ObjectKind::mutex);
  }
}

TEST(MemoryWaits, WhatIsPolledIsFoundInTheFrameWhereNoArgumentTells) {
  for (const bool inexact : {true, false}) {  // go1.17 does not say which are
    Parked parked({inexact ? 21 : 17, 0});
    parked.waits(WaitReason::io_wait);
    parked.calls({"runtime.gopark", "internal/poll.runtime_pollWait", "net.(*netFD).Read"}, kOther,
                 'r');
    parked.keeps_elsewhere(kObject, inexact);
    parked.put(kObject, parked.layout.poll_desc.fd, 7)
        .put(kObject, parked.layout.poll_desc.rg, kGoroutine);
    EXPECT_EQ(parked.detail(8'000).fd, 7);

    parked.put(kObject, parked.layout.poll_desc.rg, kOther);
    EXPECT_EQ(parked.detail(8'000).fd, -1);
  }
}

TEST(MemoryWaits, MinutesCountFromTheCollectionThatSawIt) {
  GoroutineRecord record;
  record.status.state = State::waiting;
  record.wait_since = 60'000'000'000;
  EXPECT_EQ(wait_minutes(record, std::int64_t{200'000'000'000}), 2);
  EXPECT_EQ(wait_minutes(record, std::int64_t{119'000'000'000}), -1);
  EXPECT_EQ(wait_minutes(record, std::nullopt), -1);
  record.status.state = State::runnable;
  EXPECT_EQ(wait_minutes(record, std::int64_t{200'000'000'000}), -1);
}

}  // namespace
}  // namespace goknot::target
