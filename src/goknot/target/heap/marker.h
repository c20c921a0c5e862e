// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "goknot/target/heap/object_masks.h"
#include "goknot/target/heap/pointer_sink.h"
#include "goknot/target/heap/spans.h"
#include "goknot/target/memory.h"

#include <absl/container/flat_hash_set.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <utility>
#include <vector>

namespace goknot::target {

// Objects that can be marked but are not looked into: every lock and channel could be reached
// through the goroutines that wait for it.
struct Opaque {
  absl::flat_hash_set<Address> goroutines;  // the g structures
  std::uint64_t goroutine_size = 0;         // of a g; its slot may be a little larger
  std::uint64_t waiter_size = 0;  // of a sudog, whose first word is a g; its slot may be 8 larger
};

// Marks what can be reached, as a collector would, but conservatively: every word that looks like a
// pointer is one, save in objects that name their type. Copies spans as it comes to them and keeps
// them.
class Marker final : public PointerSink {
 public:
  // Nothing is copied; all three must outlive the marker. At most `limit` bytes of heap are read.
  Marker(const Memory& memory, const Spans& spans, ObjectMasks& masks, Opaque opaque,
         std::uint64_t limit);

  // Marks what the words of `bytes` point to, and what can be reached from there.
  void add_roots(std::span<const std::byte> bytes);
  // The same for those words alone whose bit is set, the first word's lowest in the first byte.
  void add_roots(std::span<const std::byte> bytes, std::span<const std::byte> mask);
  void add_root(Address address) override;
  // Marks what an object points to, without the object itself.
  void add_children(Address object);
  // Follows all pointers that are known.
  void drain();
  // Whether the object an address lies in is marked.
  bool is_marked(Address address) const;
  // Notes it when the object an address lies in is marked, which it is not yet. Returns its number;
  // none outside the heap.
  std::optional<std::uint64_t> watch(Address address);
  // The numbers of those watched objects that were marked since the last call.
  std::vector<std::uint64_t> take_seen() { return std::exchange(seen_, {}); }
  // Whether everything could be followed: no limit was hit, nothing was unreadable.
  bool complete() const { return complete_ && !hit_limit_; }
  bool hit_limit() const { return hit_limit_; }
  // Bytes of heap that were copied.
  std::uint64_t copied() const { return copied_; }
  // Bytes of the objects that are marked, as the heap has room for them.
  std::uint64_t marked() const { return marked_; }

 private:
  void mark(Address address);
  void copy_spans(std::span<const HeapObject> objects);
  void scan(HeapObject object);
  void scan_typed(std::span<const std::byte> bytes);
  std::uint64_t number(HeapObject object) const {
    return spans_.spans()[object.span].first_object + object.slot;
  }

  const Memory& memory_;
  const Spans& spans_;
  ObjectMasks& masks_;
  Opaque opaque_;
  std::uint64_t limit_;
  std::uint64_t copied_ = 0;
  std::uint64_t marked_ = 0;
  bool complete_ = true;
  bool hit_limit_ = false;
  std::vector<std::uint64_t> marks_;                // one bit for each object
  std::vector<std::uint64_t> watched_;              // likewise
  std::vector<std::uint64_t> seen_;                 // watched and marked
  std::vector<std::span<const std::byte>> copies_;  // by span; empty: not copied
  std::vector<std::unique_ptr<std::byte[]>> blocks_;
  std::vector<HeapObject> pending_;
  std::vector<HeapObject> current_;
};

}  // namespace goknot::target
