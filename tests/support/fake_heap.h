// SPDX-License-Identifier: Apache-2.0
// A heap that does not exist.
#pragma once

#include "goknot/target/layouts/layout.h"
#include "goknot/target/module.h"
#include "tests/support/fake_memory.h"

#include <cstdint>

namespace goknot::testing_support {

// Spans of one page, registered in runtime.mheap_.allspans as the runtime does.
//
//   FakeHeap heap;
//   const Address list = heap.add_span(64, FakeHeap::Content::pointers);
//   heap.memory.put(list, list + 64);      // the first object points to the second
class FakeHeap {
 public:
  using Address = target::Address;
  enum class Content { pointers, plain };

  static constexpr Address kPage = 8192;

  FakeHeap() : FakeHeap(own_, *target::layout_of({26, 0}, target::Architecture::amd64), 0x500100) {
    module.bss = {0x500000, 0x501000};
  }
  // In another memory, with mheap_.allspans at a place of its own.
  FakeHeap(FakeMemory& there, const target::Layout& release, Address list_variable)
      : layout(release), memory(there), variable_(list_variable) {
    if (memory.region_of(variable_) == nullptr) {
      memory.map(variable_ / kPage * kPage, variable_ / kPage * kPage + kPage);
    }
    memory.map(kList, kList + 0x1000);
    memory.map(kStructures, kStructures + 0x10000).map(kArena, kArena + 64 * kPage);
    memory.put(variable_, kList);
    memory.put(variable_ + 0x10, std::uint64_t{512});
    for (int i = 0; i < 4; ++i) add_structure(0, 0, Content::plain, 0);  // given back
  }

  // A span of objects of this size; its first address.
  Address add_span(std::uint64_t object_size, Content content) {
    const Address begin = kArena + pages_++ * kPage;
    add_structure(begin, object_size, content, 1);
    return begin;
  }
  // A span in another state than that of the heap (runtime/mheap.go: mSpanState).
  void add_other(std::uint8_t state) {
    add_structure(kArena + pages_++ * kPage, 64, Content::pointers, state);
  }
  // Hangs a chain of special records onto the span that was added last.
  void set_specials(Address first) { memory.put(last_ + at(layout.mspan.specials), first); }

 private:
  FakeMemory own_;

 public:
  target::Layout layout;
  target::Module module;
  FakeMemory& memory;

 private:
  static constexpr Address kList = 0x7e0000000000;
  static constexpr Address kStructures = 0x7e0000100000;
  static constexpr Address kArena = 0x6e0000000000;

  static Address at(std::int32_t offset) { return static_cast<Address>(offset); }

  void add_structure(Address begin, std::uint64_t object_size, Content content,
                     std::uint8_t state) {
    last_ = kStructures + structures_ * 160;
    memory.put(kList + 8 * structures_++, last_);
    memory.put(variable_ + 8, std::uint64_t{structures_});
    memory.put(last_ + at(layout.mspan.start_addr), begin);
    memory.put(last_ + at(layout.mspan.npages), std::uint64_t{1});
    memory.put(last_ + at(layout.mspan.elemsize), object_size);
    const Address limit = object_size == 0 ? begin : begin + kPage / object_size * object_size;
    memory.put(last_ + at(layout.mspan.limit), limit);
    memory.put(last_ + at(layout.mspan.state), state);
    memory.put(last_ + at(layout.mspan.spanclass),
               static_cast<std::uint8_t>(content == Content::plain ? 11 : 10));
  }

  Address variable_;
  Address last_ = 0;
  Address pages_ = 0;
  std::uint64_t structures_ = 0;
};

}  // namespace goknot::testing_support
