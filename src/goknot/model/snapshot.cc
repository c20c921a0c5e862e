// SPDX-License-Identifier: Apache-2.0
#include "goknot/model/snapshot.h"

#include <absl/hash/hash.h>

#include <algorithm>

namespace goknot {

namespace {

std::uint64_t hash_of(std::span<const FrameId> frames) {
  const auto bytes = std::as_bytes(frames);
  return absl::HashOf(std::string_view(reinterpret_cast<const char*>(bytes.data()), bytes.size()));
}

}  // namespace

FrameId Stacks::add(const Frame& frame) {
  const auto [entry, added] = frame_numbers_.try_emplace(frame, FrameId(frames_.size()));
  if (added) frames_.push_back(frame);
  return entry->second;
}

StackId Stacks::add(std::span<const FrameId> frames, std::uint32_t elided_at,
                    std::uint32_t elided) {
  std::vector<StackId>& same_hash = stack_numbers_[hash_of(frames)];
  for (const StackId id : same_hash) {
    const Stack& known = stacks_[id.index()];
    if (known.elided_at == elided_at && known.elided == elided &&
        std::ranges::equal(this->frames(id), frames)) {
      return id;
    }
  }
  const StackId id(stacks_.size());
  stacks_.push_back({.first = static_cast<std::uint32_t>(pool_.size()),
                     .size = static_cast<std::uint32_t>(frames.size()),
                     .elided_at = elided_at,
                     .elided = elided});
  pool_.insert(pool_.end(), frames.begin(), frames.end());
  same_hash.push_back(id);
  return id;
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
