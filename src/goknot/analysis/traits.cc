// SPDX-License-Identifier: Apache-2.0
#include "goknot/analysis/traits.h"

#include "goknot/model/function_name.h"

#include <algorithm>

namespace goknot::analysis {

namespace {

constexpr std::uint32_t kRunnerFrames =
    1;  // helpers that only call the function they were given: gowrap1, Go.func1

// "panic", "runtime.gopanic", assembly stubs: functions without a package are the runtime's.
bool is_user_function(std::string_view function) {
  return !parse_function_name(function).package.empty() && !is_standard_function(function);
}

std::uint32_t find_user_frame(std::span<const std::string_view> functions) {
  const auto found = std::ranges::find_if(functions, is_user_function);
  return static_cast<std::uint32_t>(found - functions.begin());
}

// The function the goroutine was started with: the outermost frame that is not the runtime's start.
std::uint32_t find_entry_frame(std::span<const std::string_view> functions) {
  std::size_t depth = functions.size();
  while (depth > 1 &&
         (functions[depth - 1] == "runtime.goexit" || functions[depth - 1] == "runtime.main"))
    depth--;
  return static_cast<std::uint32_t>(depth == 0 ? 0 : depth - 1);
}

bool is_test_runner(std::string_view function) {
  if (!function.starts_with("testing.")) return false;
  const FunctionName name = parse_function_name(function);
  return name.package == "testing" && (name.name == "tRunner" || name.name == "runN" ||
                                       name.name == "launch" || name.name == "runExample");
}

// Runs a test's body: the testing package started it, and something outside that package is in
// front.
bool is_test(std::span<const std::string_view> functions, std::uint32_t user_frame) {
  const auto runner = std::ranges::find_if(functions, is_test_runner);
  return runner != functions.end() && user_frame < runner - functions.begin();
}

// The testing package waits itself, not what it called.
bool is_in_testing(std::string_view function) {
  const std::string_view package = parse_function_name(function).package;
  return package == "testing" || package.starts_with("testing/");
}

Standing standing_of_kind(ObjectKind kind, Operation operation) {
  switch (kind) {
    case ObjectKind::channel:
    case ObjectKind::semaphore:
      return Standing::channel;
    case ObjectKind::mutex:
    case ObjectKind::rwmutex:
    case ObjectKind::lock:
    case ObjectKind::once:
      return Standing::lock;
    case ObjectKind::wait_group:
    case ObjectKind::cond:
      return Standing::join;
    case ObjectKind::nil_channel:
    case ObjectKind::empty_select:
      return Standing::forever;
    case ObjectKind::timer:
      return Standing::moving;
    case ObjectKind::unknown:
      return operation == Operation::unknown ? Standing::unknown : Standing::channel;
    default:
      return Standing::outside;
  }
}

Standing standing_by_state(const Group& group, const Traits& traits) {
  if (group.system) return Standing::system;
  // It tries again and again; what it does between two tries means nothing.
  if (traits.kind == ObjectKind::file_lock) return Standing::lock;
  switch (group.state) {
    case State::running:
    case State::runnable:
    case State::preempted:
    case State::copystack:
    case State::idle:
    case State::dead:
      return Standing::moving;
    case State::syscall:
      return Standing::outside;
    case State::waiting:
    case State::unknown:
      break;
  }
  const WaitKind kind = wait_kind(group.reason);
  if (kind == WaitKind::runtime) return Standing::system;
  if (kind == WaitKind::moving) return Standing::moving;
  return standing_of_kind(traits.kind, traits.operation);
}

// What a known shape says overrules what the wait looks like, as long as the goroutine is where the
// shape expects it. Nobody idles in a queue for a lock: that is a matter of who holds it.
Standing standing_by_shape(const LibraryShape& shape, Standing otherwise) {
  if (otherwise == Standing::moving || otherwise == Standing::system ||
      otherwise == Standing::framework || otherwise == Standing::lock) {
    return otherwise;
  }
  switch (shape.kind) {
    case ShapeClass::runtime:
      return Standing::system;
    case ShapeClass::idle:
    case ShapeClass::leak_if_growing:
      return Standing::idle;
    default:
      return otherwise;
  }
}

}  // namespace

// From the surest to the vaguest: the state and reason that the runtime prints, then the testing
// package by where the wait is, then what a table says of goroutines that look like this.
Traits find_traits(const Snapshot& snapshot, const Group& group, const Wait* wait,
                   const Shapes& shapes, Shapes::Memo& memo) {
  Traits traits;
  std::vector<std::string_view> functions;
  for (const FrameId frame : snapshot.stacks.frames(group.stack))
    functions.push_back(snapshot.function(frame));
  if (wait != nullptr) {
    traits.operation = wait->operation;
    traits.wait_frame = wait->frame;
    traits.kind = wait->object ? snapshot.objects[wait->object.index()].kind : wait->kind;
  }
  // Memory tells the operation of each case.
  if (group.reason == WaitReason::select) traits.operation = Operation::select;
  traits.user_frame = find_user_frame(functions);
  traits.entry_frame = find_entry_frame(functions);
  const bool starts_in_main = !functions.empty() && functions[traits.entry_frame] == "main.main";
  traits.main = snapshot.goroutines[group.members.front()].id == 1 || starts_in_main;
  traits.test = is_test(functions, traits.user_frame);
  traits.entry_waits = traits.wait_frame + kRunnerFrames >= traits.entry_frame;
  traits.shape = shapes.match(functions, snapshot.strings[group.status],
                              snapshot.function(group.creator), memo);
  traits.standing = standing_by_state(group, traits);
  const bool in_testing =
      traits.wait_frame < functions.size() && is_in_testing(functions[traits.wait_frame]);
  if (in_testing && group.state == State::waiting && !group.system)
    traits.standing = Standing::framework;
  // Closures and wrappers of main.main are other goroutines than main.
  if (traits.shape != nullptr && traits.shape->pattern.ends_with("main.main") && !traits.main)
    traits.shape = nullptr;
  if (traits.shape != nullptr) {
    traits.standing = standing_by_shape(*traits.shape, traits.standing);
  }
  return traits;
}

}  // namespace goknot::analysis
