// SPDX-License-Identifier: Apache-2.0
#include "goknot/target/object_users.h"

#include "goknot/model/arguments.h"
#include "goknot/model/function_name.h"

#include <absl/container/flat_hash_map.h>

#include <algorithm>
#include <utility>

namespace goknot::target {

namespace {

constexpr std::size_t kMostRows = 3;     // of one object
constexpr std::size_t kMostFrames = 64;  // of one stack

bool is_nameable(const Snapshot& snapshot, const WaitObject& object) {
  switch (object.kind) {
    case ObjectKind::channel:
    case ObjectKind::mutex:
    case ObjectKind::rwmutex:
    case ObjectKind::wait_group:
    case ObjectKind::cond:
    case ObjectKind::once:
      return object.address && object.identity == Identity::exact &&
             snapshot.strings[object.name].empty();
    default:
      return false;
  }
}

// The receiver that a function name tells of; its address is the first argument.
std::optional<Receiver> receiver_of(std::string_view function, std::string_view arguments) {
  const std::size_t pointer = function.find("(*");
  if (pointer == function.npos) return std::nullopt;
  const FunctionName name = parse_function_name(function);
  if (name.type.empty() || name.package == "sync" || name.package == "internal/sync" ||
      is_runtime_package(name.package)) {
    return std::nullopt;
  }
  Receiver receiver{.package = name.package, .type = name.type, .address = std::nullopt};
  const Argument first = first_argument(arguments);
  if (name.suffix.empty() && first.known) receiver.address = first.value;
  return receiver;
}

}  // namespace

// Holders come first: they stand in the method that locks.
std::vector<UsedObject> nameless_objects(const Snapshot& snapshot, std::size_t most) {
  absl::flat_hash_map<ObjectId, UsedObject> found;
  const auto note = [&](ObjectId id, std::uint32_t row) {
    if (!id || !is_nameable(snapshot, snapshot.objects[id.index()])) return;
    UsedObject& used = found[id];
    used.object = id;
    ++used.users;
    if (used.rows.size() < kMostRows) used.rows.push_back(row);
  };
  for (const Hold& hold : snapshot.holds) note(hold.object, hold.goroutine);
  for (const Wait& wait : snapshot.waits) note(wait.object, wait.goroutine);
  std::vector<UsedObject> list;
  for (auto& [id, each] : found) list.push_back(std::move(each));
  std::ranges::sort(list, [](const UsedObject& a, const UsedObject& b) {
    return a.users != b.users ? a.users > b.users : a.object.index() < b.object.index();
  });
  if (list.size() > most) list.resize(most);
  return list;
}

std::vector<Receiver> receivers_of(const Snapshot& snapshot, std::uint32_t row) {
  std::vector<Receiver> found;
  const Goroutine& goroutine = snapshot.goroutines[row];
  std::size_t depth = 0;
  for (const FrameId frame : snapshot.stacks.frames(goroutine.stack)) {
    if (depth == kMostFrames) break;
    const std::string_view arguments = snapshot.argument_text(goroutine, depth++);
    if (auto receiver = receiver_of(snapshot.function(frame), arguments)) {
      found.push_back(*receiver);
    }
  }
  if (auto receiver = receiver_of(snapshot.function(goroutine.creator), "")) {
    found.push_back(*receiver);
  }
  return found;
}

}  // namespace goknot::target
