// SPDX-License-Identifier: Apache-2.0
// A goroutine that is parked in a program that does not exist.
#pragma once

#include "goknot/target/surroundings.h"
#include "goknot/target/waits.h"
#include "goknot/target/waits/detail.h"
#include "tests/support/fake_memory.h"

#include <cstring>
#include <deque>
#include <initializer_list>
#include <string_view>
#include <vector>

namespace goknot::testing_support {

// One parked goroutine in a memory that a test fills, and what is read of it.
//
//   ParkedGoroutine parked({26, 0});  // func f() { channel <- 1 }
//   parked.waits(WaitReason::chan_send, kSudog).sudog(kSudog, kChannel, 0);
class ParkedGoroutine {
 public:
  using Address = target::Address;
  static constexpr Address kHeap = 0xc000000000;
  static constexpr Address kGoroutine = kHeap + 0x100;
  static constexpr Address kSudog = kHeap + 0x1000;
  static constexpr Address kChannel = kHeap + 0x2000;
  static constexpr Address kOther = kHeap + 0x3000;
  static constexpr Address kObject = kHeap + 0x4000;
  static constexpr Address kStack = kHeap + 0x8000;

  explicit ParkedGoroutine(target::GoVersion version)
      : layout(target::layout_of(version, target::Architecture::amd64).value()),
        code_(memory, layout, {}, snapshot) {
    memory.map(kHeap, kHeap + 0x10000);
    specimen.look = target::Look::steady;
    specimen.record.address = kGoroutine;
    specimen.record.status.state = State::waiting;
    stack_.resize(0x100);
    specimen.stack = {kStack, stack_};
  }

  ParkedGoroutine& waits(WaitReason reason, Address sudog = 0) {
    specimen.record.parked.reason = reason;
    specimen.record.key.waiting = sudog;
    return *this;
  }
  ParkedGoroutine& sudog(Address at, Address channel, Address next, Address elem = 0) {
    put(at, layout.sudog.g, kGoroutine);
    put(at, layout.sudog.c_true, channel);
    put(at, layout.sudog.waitlink, next);
    put(at, layout.sudog.elem_true, elem);
    return *this;
  }
  ParkedGoroutine& put(Address at, std::int32_t offset, Address value) {
    memory.put(at + static_cast<Address>(offset), value);
    return *this;
  }
  // The functions on the stack, the innermost first, each with this word as its first argument.
  ParkedGoroutine& calls(std::initializer_list<std::string_view> functions, Address first,
                         Address second) {
    for (const std::string_view function : functions) {
      target::Site& site = sites_.emplace_back();
      site.calls.push_back({.frame = {}, .role = target::wait_role(function)});
      activations_.push_back({.site = &site, .arguments = kStack + 8});
    }
    std::memcpy(stack_.data() + 8, &first, sizeof(first));
    std::memcpy(stack_.data() + 16, &second, sizeof(second));
    specimen.activations = activations_;
    return *this;
  }
  // This word stands below the first arguments, which perhaps were not written to their places.
  ParkedGoroutine& keeps_elsewhere(Address word, bool inexact) {
    for (target::Site& site : sites_) site.arguments.words = {{.before = {}, .inexact = inexact}};
    std::memcpy(stack_.data(), &word, sizeof(word));
    return *this;
  }
  // The waits it has, and the objects.
  const std::vector<Wait>& read() {
    surroundings.read(code_, std::span(&specimen, 1));
    target::TypeNames types(memory, layout, {});
    target::ObjectTable objects(snapshot);
    target::WaitRows rows(layout, types, objects, snapshot);
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
    return target::goroutine_detail(layout, specimen, surroundings, now);
  }

  FakeMemory memory;
  target::Layout layout;
  Snapshot snapshot;
  target::Specimen specimen;
  target::Surroundings surroundings;
  std::uint64_t cut = 0;

 private:
  target::Code code_;
  std::deque<target::Site> sites_;
  std::vector<target::Activation> activations_;
  std::vector<std::byte> stack_;
};

}  // namespace goknot::testing_support
