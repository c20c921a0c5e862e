// SPDX-License-Identifier: Apache-2.0
// From an address to the object around it takes three steps, each one access: the arena of 64 MiB
// (Go: runtime/malloc.go heapArenaBytes on linux/amd64), the page of 8 KiB in it, and a division by
// the size of the objects, done as a multiplication:
//
//     arenas_[(address - least) / 64 MiB] -> pages_[... / 8 KiB] -> shapes_[shape].slot_of(offset)
//
// A pass over a heap of 1 GiB asks this for some hundred million words.
#pragma once

#include "goknot/target/layouts/layout.h"
#include "goknot/target/memory.h"
#include "goknot/target/module.h"

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace goknot::target {

// Bytes of a page of the collected heap. Go: runtime/malloc.go pageSize, in all releases.
inline constexpr Address kHeapPage = 8192;

// A run of pages of the collected heap, cut into objects of one size. Go: runtime.mspan in state
// mSpanInUse.
struct Span {
  Address begin = 0;
  Address limit = 0;              // behind its last object
  std::uint64_t object_size = 0;  // bytes
  Address specials = 0;           // first of its special records (finalizers and the like), 0: none
  std::uint64_t first_object = 0;  // its first object's number, a multiple of 64
  bool has_pointers = false;
  bool has_headers = false;  // each object begins with the address of its type. Go:
                             // runtime/mbitmap.go heapBitsInSpan, since 1.22: those above 512 bytes
                             // that are not alone in their span

  std::uint64_t objects() const { return (limit - begin) / object_size; }
};

// Whether objects of more than 512 bytes have such headers in a release.
bool has_object_headers(const Layout& layout);

// Small objects without pointers, such as a lone sync.Mutex, share a block of the heap: a pointer
// to one says nothing of those before it. Such blocks are cut into words; as one may also be a
// single object, a pointer to its first word leads to the second, too, but never back. Go:
// runtime/malloc.go maxTinySize.
inline bool is_shared(const Span& span) { return !span.has_pointers && span.object_size == 8; }

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
  // What is known of one page: what every pointer into it is asked for, so it is small.
  struct Page {
    std::uint32_t shape = 0;       // of its span, 0: there is none
    std::uint32_t row = 0;         // of its span
    std::uint32_t number = 0;      // of it in its span
    std::uint32_t first_word = 0;  // first_object of its span, divided by 64
  };

  // Reads runtime.mheap_.allspans, a variable of the module. None if it cannot be found or read.
  static std::optional<Spans> read(const Memory& memory, const Layout& layout,
                                   const Module& module);

  // The object an address lies in, be it in its middle; none outside the heap.
  std::optional<HeapObject> find(Address address) const {
    return may_hold(address) ? object_at(address, page_at(address)) : std::nullopt;
  }
  // The same step by step, for who has many addresses and fetches ahead what a step reads. False
  // for most of what is no pointer:
  bool may_hold(Address address) const { return address - least_ < most_ - least_; }
  // the page around such an address,
  const Page& page_at(Address address) const {
    return pages_[arenas_[address / kArena - least_ / kArena] + address % kArena / kHeapPage];
  }
  // and the object there.
  std::optional<HeapObject> object_at(Address address, const Page& page) const {
    const Shape& shape = shapes_[page.shape];
    const std::uint64_t offset = page.number * kHeapPage + address % kHeapPage;
    if (offset >= shape.size) return std::nullopt;
    const std::uint64_t slot = shape.slot_of(offset);
    if (slot >= shape.objects) return std::nullopt;
    return HeapObject{page.row, static_cast<std::uint32_t>(slot)};
  }

  Address begin_of(HeapObject object) const {
    const Span& span = spans_[object.span];
    return span.begin + std::uint64_t{object.slot} * span.object_size;
  }
  // The object's number, by which it is known in the whole heap.
  std::uint64_t number_of(HeapObject object) const {
    return spans_[object.span].first_object + object.slot;
  }
  // The same, of an object that page_at() led to.
  static std::uint64_t number_of(const Page& page, HeapObject object) {
    return std::uint64_t{page.first_word} * 64 + object.slot;
  }
  const std::vector<Span>& spans() const { return spans_; }
  // All numbers of objects are below.
  std::uint64_t objects() const { return objects_; }
  // The bytes of spans that hold pointers.
  std::uint64_t scannable_bytes() const { return scannable_bytes_; }

 private:
  static constexpr Address kArena = Address{64} << 20U;

  // How spans are cut into objects; few are needed, as most have the size of a class. The first is
  // that of no span.
  struct Shape {
    std::uint64_t size = 0;  // bytes, of all objects together
    std::uint64_t objects = 0;
    std::uint64_t reciprocal = 0;  // of an object's size, in parts of 2^64; 0: there is one object

    // In which object so many bytes behind the begin are.
    // ceil(2^64 / size) times the offset, without the lower 64 bits: exact for all offsets in a
    // span that is_plausible() lets pass, as both are below 2^32.
    std::uint64_t slot_of(std::uint64_t offset) const {
      __extension__ using Product = unsigned __int128;
      return static_cast<std::uint64_t>(Product{offset} * reciprocal >> 64U);
    }
  };

  void add(const Layout& layout, std::span<const std::byte> mspan);
  void index();
  void index(std::uint32_t row, std::uint32_t shape);

  std::vector<Span> spans_;  // by address
  std::vector<Shape> shapes_;
  std::vector<std::size_t> arenas_;  // where the pages of each begin in pages_, from the least on
  std::vector<Page> pages_;
  Address least_ = ~Address{0};
  Address most_ = 0;
  std::uint64_t objects_ = 0;
  std::uint64_t scannable_bytes_ = 0;
};

}  // namespace goknot::target
