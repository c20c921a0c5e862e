// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "goknot/target/heap/spans.h"
#include "goknot/target/memory.h"

#include <absl/container/flat_hash_set.h>

#include <cstdint>
#include <span>
#include <vector>

namespace goknot::target {

// A word of the heap that holds an address.
struct HeapWord {
  Address value = 0;
  Address object = 0;             // where the object begins that it is in
  std::uint64_t object_size = 0;  // bytes
  std::uint64_t offset = 0;       // of the word in that object
  bool has_header = false;        // see Span

  friend bool operator==(const HeapWord&, const HeapWord&) = default;
};

// The words that hold one of `values`, in objects of spans for which `is_wanted` says so; no more
// than `most_bytes` are looked at, and what cannot be read is left out.
template <typename Wanted>
std::vector<HeapWord> find_heap_words(const Memory& memory, const Spans& spans,
                                      const absl::flat_hash_set<Address>& values, Wanted is_wanted,
                                      std::uint64_t most_bytes) {
  std::vector<HeapWord> found;
  std::vector<std::byte> bytes;
  for (const Span& span : spans.spans()) {
    const std::uint64_t size = span.limit - span.begin;
    if (!span.has_pointers || !is_wanted(span)) continue;
    if (size > most_bytes) break;
    most_bytes -= size;
    bytes.resize(size);
    bytes.resize(memory.read_some(span.begin, bytes));
    for (std::size_t at = 0; at + sizeof(Address) <= bytes.size(); at += sizeof(Address)) {
      const auto value = load<Address>(bytes, at);
      if (!values.contains(value)) continue;
      const std::uint64_t slot = at / span.object_size * span.object_size;
      found.push_back({value, span.begin + slot, span.object_size, at - slot, span.has_headers});
    }
  }
  return found;
}

}  // namespace goknot::target
