// SPDX-License-Identifier: Apache-2.0
// Goroutines and a heap that do not exist, in the memory of a program that does.
#pragma once

#include "goknot/target/goroutine_record.h"
#include "goknot/target/snapshot_reader.h"
#include "tests/support/fake_heap.h"
#include "tests/support/recorded_program.h"

#include <array>
#include <cstdint>
#include <vector>

namespace goknot::testing_support {

// A list of goroutines of its own takes the place of the recorded one. Their stacks cannot be
// walked: whoever is alive refers to all the words of its stack.
//
//   FakeCrowd crowd;
//   const Address channel = crowd.objects;
//   crowd.add_blocked(channel);
//   crowd.put_on_stack(crowd.add_running(), channel);
class FakeCrowd {
 public:
  using Address = target::Address;

  FakeCrowd() {
    memory.map(kList, kList + 0x1000).map(kStacks, kStacks + 0x10000);
    program.goroutines = kList;
    memory.put(kList, kList + 0x100).put(kList + 0x10, std::uint64_t{64});
  }

  // A goroutine that waits for an object at an address; returns its row.
  std::uint32_t add_blocked(Address object) {
    const std::uint32_t row = add(kWaiting);
    Snapshot& snapshot = reading.series.snapshots.front();
    snapshot.goroutines[row].state = State::waiting;
    snapshot.goroutines[row].reason = WaitReason::chan_receive;
    WaitObject& channel = snapshot.objects.emplace_back();
    channel.kind = ObjectKind::channel;
    channel.identity = Identity::exact;
    channel.address = object;
    Wait wait;
    wait.goroutine = row;
    wait.object = ObjectId(snapshot.objects.size() - 1);
    snapshot.waits.push_back(wait);
    return row;
  }
  // A goroutine that runs; returns its row.
  std::uint32_t add_running() {
    const std::uint32_t row = add(kRunning);
    reading.series.snapshots.front().goroutines[row].state = State::running;
    return row;
  }
  // A goroutine that runs and was born after the snapshot; returns its address.
  Address add_stranger() { return add_record(kRunning); }
  // A word on the stack of the goroutine of a row, or of a g.
  void put_on_stack(std::uint32_t row, Address word) { put_on_stack(goroutine(row), word); }
  void put_on_stack(Address g, Address word) { memory.put(stack_of(g) + kStack - 64, word); }
  // The address of a word on the stack of the goroutine of a row.
  Address stack_slot(std::uint32_t row) const { return stack_of(goroutine(row)) + kStack - 32; }
  // Lets the goroutine of a row run and come to lie in the same place.
  void move(std::uint32_t row) {
    memory.byte(goroutine(row) + at(layout().g.tracking_seq)) ^= std::byte{1};
  }
  Address goroutine(std::uint32_t row) const { return reading.marks[row].goroutine; }

  RecordedProgram recorded{"go1.27"};
  FakeMemory& memory = *recorded.memory;
  target::Program& program = recorded.program;
  FakeHeap heap{memory, program.layout, spare_variable()};
  Address records = heap.add_span(480, FakeHeap::Content::pointers);  // the g structures
  Address objects = heap.add_span(64, FakeHeap::Content::pointers);
  target::Reading reading = empty_reading();

 private:
  static constexpr std::uint32_t kRunning = 2, kWaiting = 4;  // g.atomicstatus
  static constexpr Address kList = 0x7d0000000000;
  static constexpr Address kStacks = 0x7d0000100000;
  static constexpr Address kStack = 0x400;

  static target::Reading empty_reading() {
    target::Reading reading;
    reading.series.snapshots.emplace_back();
    return reading;
  }
  static Address at(std::int32_t offset) { return static_cast<Address>(offset); }
  const target::Layout& layout() const { return program.layout; }
  Address stack_of(Address g) const { return kStacks + (g - records) / 480 * kStack; }

  // Three words of its variables that hold nothing.
  Address spare_variable() const {
    const target::Range& bss = program.tables.front().module().bss;
    for (Address here = bss.begin; here + 64 <= bss.end; here += 64) {
      const auto words = memory.read<std::array<std::uint64_t, 8>>(here);
      if (words && *words == std::array<std::uint64_t, 8>{}) return here;
    }
    return bss.begin;
  }

  Address add_record(std::uint32_t status) {
    const Address g = records + count_ * 480;
    const auto& field = layout().g;
    memory.put(kList + 0x100 + 8 * count_, g);
    memory.put(kList + 8, ++count_);
    memory.put(g + at(field.atomicstatus), status).put(g + at(field.goid), count_);
    memory.put(g + at(field.stack_lo), stack_of(g))
        .put(g + at(field.stack_hi), stack_of(g) + kStack);
    memory.put(g + at(field.sched_sp), stack_of(g) + kStack - 128);
    return g;
  }
  std::uint32_t add(std::uint32_t status) {
    const Address g = add_record(status);
    std::vector<std::byte> bytes(target::record_size(layout()));
    memory.read(g, bytes);
    reading.marks.push_back({g, key_of(target::read_record(layout(), g, bytes))});
    Goroutine row;
    row.id = static_cast<std::int64_t>(count_);
    reading.series.snapshots.front().goroutines.push_back(row);
    return static_cast<std::uint32_t>(reading.marks.size() - 1);
  }

  std::uint64_t count_ = 0;
};

}  // namespace goknot::testing_support
