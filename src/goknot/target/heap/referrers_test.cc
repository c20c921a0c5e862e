// SPDX-License-Identifier: Apache-2.0
#include "goknot/target/heap/referrers.h"

#include "tests/support/fake_crowd.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <optional>
#include <vector>

namespace goknot::target {
namespace {

using testing::ElementsAre;
using testing::Field;
using testing::IsEmpty;
using testing_support::FakeHeap;
using testing_support::RecordedProgram;

constexpr std::uint64_t kNoLimit = ~std::uint64_t{0};

// The goroutines of a recording, of which one refers to an object of a heap that a test fills, and
// another waits for a channel there.
class Referrers : public testing::Test {
 protected:
  Referrers() {
    reading_ = read();
    refer_to(objects);
    reading_ = read();
    snapshot_ = std::move(reading_->series.snapshots.front());
    snapshot_.waits.clear();
    snapshot_.references.clear();
    for (Goroutine& goroutine : snapshot_.goroutines) goroutine.reach = Reach::never;
  }

  Reading read() {
    return *read_snapshot(*recorded.memory, recorded.program, {.noted = Noted::pointers});
  }
  // Puts the object's address into all slots that hold one pointer of a goroutine's live ones.
  void refer_to(Address object) {
    const Snapshot& snapshot = reading_->series.snapshots.front();
    for (row_ = 0; row_ < snapshot.goroutines.size(); ++row_) {
      const auto pointers = reading_->pointers.of(row_);
      if (!pointers || snapshot.goroutines[row_].system) continue;
      for (const Address pointer : *pointers) {
        if (pointer >= 0xc000000000 && replace_on_stack(pointer, object)) return;
      }
    }
  }
  bool replace_on_stack(Address word, Address by) {
    const Address g = reading_->marks[row_].goroutine;
    std::vector<std::byte> bytes(record_size(recorded.program.layout));
    if (!recorded.memory->read(g, bytes)) return false;
    const GoroutineRecord record = read_record(recorded.program.layout, g, bytes);
    bool found = false;
    for (Address at = record.start().sp; at + 8 <= record.key.stack.end; at += 8) {
      if (recorded.memory->read<Address>(at) != word) continue;
      recorded.memory->put(at, by);
      found = true;
    }
    return found;
  }
  // Lets another goroutine wait for a channel at that address.
  ObjectId wait_for(Address channel) {
    WaitObject& object = snapshot_.objects.emplace_back();
    object.kind = ObjectKind::channel;
    object.identity = Identity::exact;
    object.address = channel;
    const ObjectId id(snapshot_.objects.size() - 1);
    Wait wait;
    wait.goroutine = row_ == 0 ? 1 : 0;
    wait.object = id;
    snapshot_.waits.push_back(wait);
    return id;
  }
  std::vector<Reference> find(std::uint64_t most_bytes = kNoLimit) {
    find_references(*recorded.memory, recorded.program, reading_->marks, most_bytes, snapshot_);
    std::erase_if(snapshot_.references, [this](const Reference& r) { return r.goroutine != row_; });
    return snapshot_.references;
  }

  // Three words of variables that hold nothing, for the list of spans.
  static Address spare_variable(const RecordedProgram& recorded) {
    const Range& bss = recorded.table().module().bss;
    for (Address here = bss.begin; here + 64 <= bss.end; here += 64) {
      const auto words = recorded.memory->read<std::array<std::uint64_t, 8>>(here);
      if (words && *words == std::array<std::uint64_t, 8>{}) return here;
    }
    return bss.begin;
  }

  RecordedProgram recorded{"go1.27"};
  FakeHeap heap{*recorded.memory, recorded.program.layout, spare_variable(recorded)};
  Address objects = heap.add_span(64, FakeHeap::Content::pointers);
  Address channels = heap.add_span(112, FakeHeap::Content::pointers);
  std::optional<Reading> reading_;
  Snapshot snapshot_;
  std::uint32_t row_ = 0;
};

TEST_F(Referrers, WhoHasAChannelOnItsStackRefersToIt) {
  const ObjectId channel = wait_for(objects);

  EXPECT_THAT(find(), ElementsAre(Field(&Reference::object, channel)));
}

//     stack -> objects -> objects + 64 -> channels
TEST_F(Referrers, SoDoesWhoHasItThroughTheHeap) {
  recorded.memory->put(objects + 8, objects + 64).put(objects + 64 + 16, channels);
  const ObjectId channel = wait_for(channels);

  EXPECT_THAT(find(), ElementsAre(Field(&Reference::object, channel)));
  snapshot_.references.clear();
  EXPECT_THAT(find(1), ElementsAre(Field(&Reference::object, channel)))
      << "object by object where little may be copied at once";
}

TEST_F(Referrers, NeighboursInTheHeapAreNotReached) {
  wait_for(objects + 64);

  EXPECT_THAT(find(), IsEmpty());
}

TEST_F(Referrers, WhatIsFarAwayIsNotLookedFor) {
  for (Address i = 0; i < 20; ++i) {
    recorded.memory->put(objects + i * 64, objects + (i + 1) * 64);
  }
  wait_for(objects + 20 * 64);

  EXPECT_THAT(find(), IsEmpty());
}

TEST_F(Referrers, NobodyIsFollowedWhoCanBeWoken) {
  wait_for(objects);
  for (Goroutine& goroutine : snapshot_.goroutines) goroutine.reach = Reach::reached;

  EXPECT_THAT(find(), IsEmpty());
}

}  // namespace
}  // namespace goknot::target
