// SPDX-License-Identifier: Apache-2.0
// A recorded program one function of which, main.down, has machine code (amd64) that a test writes.
#pragma once

#include "goknot/target/code.h"
#include "goknot/target/lock_calls.h"
#include "tests/support/recorded_program.h"

#include <initializer_list>
#include <string_view>

namespace goknot::testing_support {

//   WrittenCode code;                                        // var mu sync.Mutex
//   code.take(kVariable).call("sync.(*Mutex).Lock").leave()  // func down() { mu.Lock() }
class WrittenCode {
 public:
  using Address = target::Address;
  static constexpr Address kVariable = 0x12340;  // an address as code speaks of it

  // Other functions of the program may be given names that are not in it.
  explicit WrittenCode(const Renames& renames = {}) : recorded_("go1.19", renames) {
    for (Address at = begin(); at < end(); ++at) memory().byte(at) = std::byte{0xcc};  // padding
  }

  // The first argument is an address.
  WrittenCode& take(Address address) { return put({0x48, 0x8d, 0x05}).distance(address); }
  // The first argument is a word of the frame of which nothing is known.
  WrittenCode& take_anything() { return put({0x48, 0x8b, 0x44, 0x24, 0x08}); }
  // The first argument is a word of the funcval that is being called.
  WrittenCode& take_captured(std::uint8_t offset) { return put({0x48, 0x8b, 0x42, offset}); }
  // The first argument is that far behind what it was.
  WrittenCode& plus(std::uint8_t bytes) { return put({0x48, 0x83, 0xc0, bytes}); }
  WrittenCode& call(std::string_view name) {
    return put({0xe8}).distance(recorded_.function(name).entry);
  }
  // Goes over the next so many bytes, or not.
  WrittenCode& branch_over(std::uint8_t bytes) { return put({0x75, bytes}); }
  // Goes over the next so many bytes if a byte of what the first argument points to is 0.
  WrittenCode& skip_if_zero(std::uint8_t offset, std::uint8_t bytes) {
    return put({0x80, 0x78, offset, 0x00, 0x74, bytes});
  }
  // Goes back to an address that is not far.
  WrittenCode& jump_back_to(Address address) {
    return put({0xeb, static_cast<std::uint8_t>(address - (next_ + 2))});
  }
  // A call of the function that a register says.
  WrittenCode& call_indirectly() { return put({0xff, 0xd1}); }
  WrittenCode& leave() { return put({0xc3}); }
  // Where the next instruction will be: behind a call, what it returns to.
  Address here() const { return next_; }

  FakeMemory& memory() { return *recorded_.memory; }
  target::Code& code() { return code_; }
  // A function of the program.
  target::Function function(std::string_view name) const { return recorded_.function(name); }
  target::Function function() const { return recorded_.function("main.down"); }
  Address begin() const { return function().entry; }
  Address end() const { return recorded_.table().end_of(function()); }
  Snapshot& snapshot() { return snapshot_; }
  // A locked mutex at kVariable that the first goroutine of the snapshot waits to lock.
  void add_queue() {
    ObjectState& state = snapshot_.object_states.emplace_back();
    state.locked = true;
    WaitObject& mutex = snapshot_.objects.emplace_back();
    mutex.kind = ObjectKind::mutex;
    mutex.identity = Identity::exact;
    mutex.address = kVariable;
    mutex.state = 0;
    snapshot_.waits.push_back(
        {.goroutine = 0, .object = ObjectId(0), .operation = Operation::lock});
  }
  // Who stands in the call before an address.
  const target::Site& site(Address returns_to) {
    return code_.at(returns_to, target::Lookup::after_call);
  }

 private:
  WrittenCode& put(std::initializer_list<std::uint8_t> bytes) {
    for (const std::uint8_t byte : bytes) memory().byte(next_++) = std::byte{byte};
    return *this;
  }
  WrittenCode& distance(Address target) {
    memory().put(next_, static_cast<std::int32_t>(target - (next_ + 4)));
    next_ += 4;
    return *this;
  }

  RecordedProgram recorded_;  // of a release that has both functions of a Mutex
  Snapshot snapshot_;
  target::Code code_{memory(), recorded_.program.layout, recorded_.program.tables, snapshot_};
  Address next_ = begin();
};

}  // namespace goknot::testing_support
