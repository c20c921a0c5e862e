// SPDX-License-Identifier: Apache-2.0
#include "goknot/model/snapshot.h"

#include "goknot/base/hash.h"

#include <algorithm>
#include <utility>

namespace goknot {

namespace {

std::uint32_t hash_of(std::span<const FrameId> frames) {
  const auto bytes = std::as_bytes(frames);
  const std::string_view text(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  return static_cast<std::uint32_t>(hash_bytes(text));
}

}  // namespace

FrameId Stacks::add(const Frame& frame) {
  const auto [entry, added] = frame_numbers_.try_emplace(frame, FrameId(frames_.size()));
  if (added) frames_.push_back(frame);
  return entry->second;
}

// Open addressing with the hash beside the number: most probes end without a look at the frames.
StackId Stacks::add(std::span<const FrameId> frames, std::uint32_t elided_at,
                    std::uint32_t elided) {
  if (stacks_.size() * 2 >= slots_.size()) grow();
  const std::uint32_t hash = hash_of(frames);
  const std::size_t mask = slots_.size() - 1;
  std::size_t slot = hash & mask;
  for (; slots_[slot].stack; slot = (slot + 1) & mask) {
    if (slots_[slot].hash != hash) continue;
    if (equals(slots_[slot].stack, frames, elided_at, elided)) return slots_[slot].stack;
  }
  const StackId id(stacks_.size());
  slots_[slot] = {.hash = hash, .stack = id};
  stacks_.push_back({.first = static_cast<std::uint32_t>(pool_.size()),
                     .size = static_cast<std::uint32_t>(frames.size()),
                     .elided_at = elided_at,
                     .elided = elided});
  pool_.insert(pool_.end(), frames.begin(), frames.end());
  return id;
}

bool Stacks::equals(StackId id, std::span<const FrameId> frames, std::uint32_t elided_at,
                    std::uint32_t elided) const {
  const Stack& stack = stacks_[id.index()];
  return stack.elided_at == elided_at && stack.elided == elided &&
         std::ranges::equal(this->frames(id), frames);
}

void Stacks::grow() {
  const std::vector<Slot> old = std::exchange(slots_, std::vector<Slot>());
  slots_.resize(std::max<std::size_t>(old.size() * 2, 64));
  const std::size_t mask = slots_.size() - 1;
  for (const Slot& full : old) {
    if (!full.stack) continue;
    std::size_t slot = full.hash & mask;
    while (slots_[slot].stack) slot = (slot + 1) & mask;
    slots_[slot] = full;
  }
}

std::span<const FrameId> Stacks::frames(StackId id) const {
  if (!id) return {};
  const Stack& stack = stacks_[id.index()];
  return std::span(pool_).subspan(stack.first, stack.size);
}

std::string_view Snapshot::argument_text(const Goroutine& goroutine, std::size_t depth) const {
  if (!goroutine.has_arguments || depth >= stacks.frames(goroutine.stack).size()) return {};
  const std::size_t row = goroutine.first_argument + depth;
  if (row >= arguments.size()) return {};
  const TextSpan span = arguments[row];
  return span.offset > text.size() ? std::string_view() : text.substr(span.offset, span.length);
}

std::uint64_t Snapshot::goroutine_count() const {
  std::uint64_t sum = 0;
  for (const Goroutine& g : goroutines) sum += g.count;
  return sum;
}

bool is_lock(ObjectKind kind) {
  return kind == ObjectKind::mutex || kind == ObjectKind::rwmutex || kind == ObjectKind::lock ||
         kind == ObjectKind::once;
}

std::string_view object_kind_name(ObjectKind kind) {
  constexpr std::string_view kNames[] = {"unknown",   "channel",    "mutex",       "rwmutex",
                                         "lock",      "wait_group", "cond",        "once",
                                         "semaphore", "timer",      "socket",      "file",
                                         "file_lock", "process",    "nil_channel", "empty_select"};
  return kNames[static_cast<std::size_t>(kind)];
}

std::string_view operation_name(Operation operation) {
  constexpr std::string_view kNames[] = {"unknown", "send",    "receive", "select", "lock",
                                         "rlock",   "wait",    "sleep",   "read",   "write",
                                         "accept",  "connect", "call"};
  return kNames[static_cast<std::size_t>(operation)];
}

}  // namespace goknot
