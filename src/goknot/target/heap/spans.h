// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "goknot/target/layouts/layout.h"
#include "goknot/target/memory.h"
#include "goknot/target/module.h"

#include <absl/container/flat_hash_map.h>

#include <cstdint>
#include <optional>
#include <vector>

namespace goknot::target {

// A run of pages of the collected heap, cut into objects of one size. Go: runtime.mspan in state
// mSpanInUse.
struct Span {
  Address begin = 0;
  Address limit = 0;              // behind its last object
  std::uint64_t object_size = 0;  // bytes
  Address specials = 0;           // first of its special records (finalizers and the like), 0: none
  std::uint64_t first_object = 0;  // its first object's number among all objects of the heap
  bool has_pointers = false;
  bool has_headers = false;  // each object begins with the address of its type. Go:
                             // runtime/mbitmap.go heapBitsInSpan, since 1.22: those above 512 bytes
                             // that are not alone in their span

  std::uint64_t objects() const { return (limit - begin) / object_size; }
};

// One object of the heap.
struct HeapObject {
  std::uint32_t span = 0;  // row of Spans::spans()
  std::uint32_t slot = 0;  // place within it

  friend bool operator==(const HeapObject&, const HeapObject&) = default;
};

// The collected heap as it was at one look: which pages hold objects of what size. Free slots count
// as objects.
class Spans {
 public:
  // Reads runtime.mheap_.allspans, a variable of the module. None if it cannot be found or read.
  static std::optional<Spans> read(const Memory& memory, const Layout& layout,
                                   const Module& module);

  // The object an address lies in, be it in its middle; none outside the heap.
  std::optional<HeapObject> find(Address address) const;
  Address begin_of(HeapObject object) const {
    const Span& span = spans_[object.span];
    return span.begin + std::uint64_t{object.slot} * span.object_size;
  }
  const std::vector<Span>& spans() const { return spans_; }
  // How many objects there are room for, in all spans.
  std::uint64_t objects() const { return objects_; }
  // The bytes of spans that hold pointers.
  std::uint64_t scannable_bytes() const { return scannable_bytes_; }

 private:
  void add(const Layout& layout, std::span<const std::byte> mspan);

  // The spans of one arena of 64 MB, by page; kNone where there is none.
  using Arena = std::vector<std::uint32_t>;

  std::vector<Span> spans_;
  absl::flat_hash_map<Address, Arena> arenas_;
  Address least_ = ~Address{0};
  Address most_ = 0;
  std::uint64_t objects_ = 0;
  std::uint64_t scannable_bytes_ = 0;
};

}  // namespace goknot::target
