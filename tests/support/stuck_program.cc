// SPDX-License-Identifier: Apache-2.0
#include "tests/support/stuck_program.h"

#include "goknot/base/assert.h"

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace goknot::testing_support {

namespace {

std::pair<WaitReason, std::string_view> reason_of(Operation operation, ObjectKind kind) {
  if (kind == ObjectKind::mutex) return {WaitReason::mutex_lock, "sync.Mutex.Lock"};
  if (kind == ObjectKind::wait_group) return {WaitReason::wait_group_wait, "sync.WaitGroup.Wait"};
  if (kind == ObjectKind::cond) return {WaitReason::cond_wait, "sync.Cond.Wait"};
  if (operation == Operation::select) return {WaitReason::select, "select"};
  if (operation == Operation::send) return {WaitReason::chan_send, "chan send"};
  return {WaitReason::chan_receive, "chan receive"};
}

}  // namespace

StuckProgram::StuckProgram() : snapshot_(series_.snapshots.emplace_back()) {
  snapshot_.origin.kind = SourceKind::process;
  snapshot_.origin.format = "memory";
  snapshot_.origin.detail = Detail::memory;
}

StackId StuckProgram::stack(std::int64_t id) {
  Frame frame;
  frame.function = snapshot_.strings.add("main.f" + std::to_string(id));
  frame.file = snapshot_.strings.add("/src/main.go");
  frame.line = static_cast<std::uint32_t>(id);
  Frame entry = frame;
  entry.function = snapshot_.strings.add("main.start" + std::to_string(id));
  const std::vector<FrameId> frames{snapshot_.stacks.add(frame), snapshot_.stacks.add(entry)};
  return snapshot_.stacks.add(frames);
}

StuckProgram& StuckProgram::waits(std::int64_t id, Operation operation, ObjectKind kind,
                                  std::uint64_t address, std::int64_t stands_where) {
  const auto [reason, status] = reason_of(operation, kind);
  Goroutine goroutine;
  goroutine.id = id;
  goroutine.parent = 1;
  goroutine.stack = stack(stands_where != 0 ? stands_where : id);
  goroutine.state = State::waiting;
  goroutine.reason = reason;
  goroutine.status = snapshot_.strings.add(status);
  goroutine.reach = reach_;
  snapshot_.waits.push_back({.goroutine = static_cast<std::uint32_t>(snapshot_.goroutines.size()),
                             .object = add_object(kind, address),
                             .kind = kind,
                             .operation = operation,
                             .identity = Identity::exact});
  snapshot_.goroutines.push_back(goroutine);
  return *this;
}

StuckProgram& StuckProgram::holds(std::int64_t id, std::uint64_t address) {
  snapshot_.holds.push_back(
      {.goroutine = row(id), .object = object(address), .evidence = HoldEvidence::pending_unlock});
  return *this;
}

StuckProgram& StuckProgram::refers(std::int64_t id, std::uint64_t address) {
  snapshot_.references.push_back({row(id), object(address)});
  return *this;
}

StuckProgram& StuckProgram::will(std::int64_t id, Operation operation, std::uint64_t address) {
  snapshot_.references.push_back({row(id), object(address), operation});
  return *this;
}

StuckProgram& StuckProgram::owes(std::int64_t id, std::uint64_t address) {
  DeferredCall call{.goroutine = row(id),
                    .function = snapshot_.strings.add("sync.(*WaitGroup).Done")};
  if (address != 0) call.receiver = address;
  snapshot_.deferred.push_back(call);
  return *this;
}

StuckProgram& StuckProgram::counts(std::uint64_t address, std::int64_t counter) {
  snapshot_.objects[object(address).index()].state =
      static_cast<std::uint32_t>(snapshot_.object_states.size());
  snapshot_.object_states.emplace_back().counter = counter;
  return *this;
}

StuckProgram& StuckProgram::from_now_on_alive() {
  reach_ = Reach::reached;
  return *this;
}

Series StuckProgram::take() {
  std::ranges::stable_sort(snapshot_.holds, {}, &Hold::goroutine);
  std::ranges::stable_sort(snapshot_.deferred, {}, &DeferredCall::goroutine);
  std::ranges::stable_sort(snapshot_.references, {}, &Reference::goroutine);
  return std::move(series_);
}

std::uint32_t StuckProgram::row(std::int64_t id) const {
  const auto found = std::ranges::find(snapshot_.goroutines, id, &Goroutine::id);
  GOKNOT_ASSERT(found != snapshot_.goroutines.end());
  return static_cast<std::uint32_t>(found - snapshot_.goroutines.begin());
}

ObjectId StuckProgram::object(std::uint64_t address) const {
  const auto found = std::ranges::find(snapshot_.objects, address, &WaitObject::address);
  GOKNOT_ASSERT(found != snapshot_.objects.end());
  return ObjectId(static_cast<std::size_t>(found - snapshot_.objects.begin()));
}

ObjectId StuckProgram::add_object(ObjectKind kind, std::uint64_t address) {
  const auto found = std::ranges::find(snapshot_.objects, address, &WaitObject::address);
  if (found == snapshot_.objects.end()) {
    WaitObject object;
    object.kind = kind;
    object.identity = Identity::exact;
    object.address = address;
    snapshot_.objects.push_back(object);
    return ObjectId(snapshot_.objects.size() - 1);
  }
  return ObjectId(static_cast<std::size_t>(found - snapshot_.objects.begin()));
}

}  // namespace goknot::testing_support
