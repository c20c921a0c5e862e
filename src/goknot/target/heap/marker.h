// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "goknot/target/heap/object_masks.h"
#include "goknot/target/heap/pointer_sink.h"
#include "goknot/target/heap/spans.h"
#include "goknot/target/heap/tracer.h"
#include "goknot/target/memory.h"

#include <cstdint>
#include <optional>
#include <span>
#include <utility>
#include <vector>

namespace goknot::target {

// Bounds of a marker.
struct MarkLimits {
  std::uint64_t bytes = ~std::uint64_t{0};  // of heap that are read, at most
  std::size_t many = 16384;                 // objects that are worth a walk over the whole heap
};

// Marks what can be reached, as a collector would, but conservatively: every word that looks like a
// pointer is one, save in objects that name their type. Copies spans as it comes to them and keeps
// them. Few objects are followed one by one. Where many are to be looked into, all cores walk over
// the heap by address, and look into those they come to: neighbours are read faster.
// It never moves or frees, so it needs one bit for each object and no colours: an object is marked
// when a word is met that points into it, and then pending until its own words were looked at. g
// structures and sudogs are opaque (tracer.h): all goroutines can be reached from runtime.allgs,
// and through g.waiting or hchan.recvq all that they wait for, which would make everything alive.
class Marker final : public PointerSink {
 public:
  // Memory and spans must outlive the marker.
  Marker(const Memory& memory, const Spans& spans, const ObjectMasks& masks, Opaque opaque,
         const MarkLimits& limits = {});

  // What the words of `bytes` point to, and what can be reached from there, will be marked.
  void add_roots(std::span<const std::byte> bytes) { tracers_.front().add(bytes); }
  // The same for those words alone whose bit is set, the first word's lowest in the first byte.
  void add_roots(std::span<const std::byte> bytes, std::span<const std::byte> mask) {
    tracers_.front().add(bytes, mask);
  }
  void add_root(Address address) override { tracers_.front().add(address); }
  // The same for what an object points to, without the object itself.
  void add_children(Address object);
  // Marks all that was added, and all that can be reached from it.
  void drain();
  // Whether the object an address lies in is marked.
  bool is_marked(Address address) const;
  // Notes it when the object an address lies in is marked, which it is not yet. Returns its number;
  // none outside the heap.
  std::optional<std::uint64_t> watch(Address address);
  // The numbers of those watched objects that were marked since the last call.
  std::vector<std::uint64_t> take_seen() { return std::exchange(seen_, {}); }
  // Whether everything could be followed: no limit was hit, nothing was unreadable.
  bool complete() const { return shared_.copies.complete(); }
  bool hit_limit() const { return shared_.copies.hit_limit(); }
  // Bytes of heap that were copied.
  std::uint64_t copied() const { return shared_.copies.size(); }
  // Bytes of the objects that are marked, as the heap has room for them.
  std::uint64_t marked() const { return marked_; }

 private:
  void collect();
  void step();
  void walk();
  void walk_over(std::span<const Span> spans, std::uint32_t first_row, Tracer& tracer);
  void walk_on();

  std::size_t many_;
  HeapMarks shared_;
  std::vector<Tracer> tracers_;  // one for each thread; the first is that of who calls
  std::uint64_t marked_ = 0;
  std::vector<std::uint64_t> seen_;
  std::vector<HeapObject> pending_;  // to be looked into
};

}  // namespace goknot::target
