// SPDX-License-Identifier: Apache-2.0
#include "goknot/source/outside_waits.h"

#include "goknot/target/linux/outside.h"

#include <absl/container/flat_hash_map.h>

#include <algorithm>
#include <optional>
#include <string_view>
#include <utility>

namespace goknot::source {

namespace {

// Goroutines in system calls that are looked up: each costs several files below /proc.
constexpr std::size_t kMost = 200;

// C code that asks for a name. Go: net/cgo_unix.go.
bool resolves(const Snapshot& snapshot, const Goroutine& goroutine) {
  if (!goroutine.stack) return false;
  return std::ranges::any_of(snapshot.stacks.frames(goroutine.stack), [&](FrameId frame) {
    const std::string_view function = snapshot.function(frame);
    return function.starts_with("net.") && (function.find("getaddrinfo") != function.npos ||
                                            function.find("getnameinfo") != function.npos);
  });
}

// Whether a goroutine is seen that reads from one of these descriptors: it waits for the poller, or
// it copies the output of a child, whatever it does with it at the moment.
// A child that writes to a full pipe which nobody reads waits forever; one whose output is read
// does not.
bool is_read(const Snapshot& snapshot, std::span<const int> fds) {
  const bool copied = std::ranges::any_of(snapshot.goroutines, [&](const Goroutine& goroutine) {
    return snapshot.function(goroutine.creator) == "os/exec.(*Cmd).Start";
  });
  return copied || std::ranges::any_of(snapshot.details, [fds](const GoroutineDetail& detail) {
           return detail.fd >= 0 && std::ranges::find(fds, detail.fd) != fds.end();
         });
}

std::optional<target::Thread> thread_of(pid_t pid, std::int32_t inner) {
  if (auto thread = target::find_thread(pid, inner); thread && thread->inner_tid == inner) {
    return thread;
  }
  // A pid namespace of its own.
  for (target::Thread& thread : target::list_threads(pid)) {
    if (thread.inner_tid == inner) return std::move(thread);
  }
  return std::nullopt;
}

void add(const target::Outside& outside, std::uint32_t row, Snapshot& snapshot) {
  OutsideWait& wait = snapshot.outside_waits.emplace_back();
  wait.goroutine = row;
  wait.kind = outside.kind;
  wait.outlook = outside.outlook;
  wait.what = snapshot.strings.add(outside.what);
  wait.why = snapshot.strings.add(outside.why);
  wait.peer.pid = outside.pid;
  wait.peer.name = snapshot.strings.add(outside.name);
}

}  // namespace

void add_outside_waits(pid_t pid, target::Architecture architecture, Snapshot& snapshot) {
  std::size_t looked = 0;
  for (std::uint32_t row = 0; row < snapshot.goroutines.size() && looked < kMost; ++row) {
    const GoroutineDetail* detail = snapshot.detail(row);
    const Goroutine& goroutine = snapshot.goroutines[row];
    const bool called = goroutine.state == State::syscall && !goroutine.system;
    if (!called || detail == nullptr || detail->thread <= 0) continue;
    ++looked;
    const auto thread = thread_of(pid, detail->thread);
    auto outside = thread ? target::look_outside(pid, *thread, architecture) : std::nullopt;
    if (!outside && resolves(snapshot, goroutine)) {
      outside = {.kind = OutsideKind::resolver, .what = "a name from the system's resolver"};
    }
    if (!outside) continue;
    if (!outside->pipe_ends.empty() && is_read(snapshot, outside->pipe_ends)) {
      outside->outlook = Outlook::open;
      outside->why.clear();
    }
    add(*outside, row, snapshot);
  }
}

}  // namespace goknot::source
