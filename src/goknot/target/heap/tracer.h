// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "goknot/target/heap/object_bits.h"
#include "goknot/target/heap/object_masks.h"
#include "goknot/target/heap/span_copies.h"
#include "goknot/target/heap/spans.h"
#include "goknot/target/memory.h"

#include <absl/container/flat_hash_set.h>

#include <array>
#include <cstdint>
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
  // The records of processors where no mask tells their pointers (before go1.22): the base of a
  // page cache is the address of a heap object, and a write barrier's buffer is full of old ones.
  // What they keep alive is their timers alone.
  absl::flat_hash_set<Address> processors = {};
  std::uint64_t processor_size = 0;
  std::optional<std::size_t> timers = {};  // where such a record has a pointer to them
};

// What those who mark a heap together share.
struct HeapMarks {
  const Spans& spans;
  Opaque opaque;
  SpanCopies copies;
  ObjectBits marked{spans.objects()};
  ObjectBits watched{spans.objects()};
  ObjectBits pending{spans.objects()};  // marked, and not looked into yet; not all of them
};

// What somebody who marks has found.
struct Trace {
  std::vector<HeapObject> pending;  // marked, and not looked into yet; not those in HeapMarks
  std::vector<std::uint64_t> seen;  // numbers of watched objects that were marked
  std::uint64_t bytes = 0;          // of objects that were marked
};

// Marks what words point to, on one of several threads. Where pointers lead is far apart: the words
// of many are gathered, and what each step reads is fetched ahead for all of them.
class Tracer {
 public:
  // Where it is noted that an object is to be looked into.
  enum class Notes : std::uint8_t { list, bits };

  // What is shared is not copied.
  Tracer(HeapMarks& shared, const ObjectMasks& masks) : shared_(shared), masks_(masks) {}

  // A word that may be a pointer.
  void add(Address word) {
    if (!shared_.spans.may_hold(word)) return;
    words_[count_++] = word;
    if (count_ == kMany) flush();
  }
  // All words, or those alone whose bit is set, the first word's lowest in the first byte.
  void add(std::span<const std::byte> bytes);
  void add(std::span<const std::byte> bytes, std::span<const std::byte> mask);
  // Looks into an object, if its span was copied.
  void scan(HeapObject object);
  // Marks what the words that were gathered point to.
  void flush();

  void note_in(Notes notes) { notes_ = notes; }
  Trace& found() { return found_; }

 private:
  static constexpr std::size_t kMany = 64;

  void scan_typed(std::span<const std::byte> bytes);
  void mark(HeapObject object, std::uint64_t number);

  HeapMarks& shared_;
  ObjectMasks masks_;  // its own: it learns
  Notes notes_ = Notes::list;
  std::array<Address, kMany> words_{};
  std::size_t count_ = 0;
  Trace found_;
};

}  // namespace goknot::target
