// SPDX-License-Identifier: Apache-2.0
#include "goknot/target/goroutine_list.h"

#include "goknot/target/goroutine_record.h"
#include "goknot/target/references.h"

#include <algorithm>
#include <array>

namespace goknot::target {

namespace {

constexpr std::uint64_t kMostGoroutines = std::uint64_t{1} << 26U;
constexpr Address kMostAddress = Address{1} << 56U;  // of programs, on all machines
constexpr std::size_t kSample = 64;
constexpr int kTries = 100;
constexpr std::size_t kChunk = std::size_t{64} << 10U;

// A slice as it lies in memory.
struct SliceHeader {
  Address data = 0;
  std::uint64_t size = 0;
  std::uint64_t capacity = 0;

  friend bool operator==(const SliceHeader&, const SliceHeader&) = default;
};

bool is_plausible(const SliceHeader& slice) {
  return slice.data % 8 == 0 && slice.data != 0 && slice.size > 0 && slice.size <= slice.capacity &&
         slice.capacity <= kMostGoroutines;
}

// Whether a g stands there. A g that was ever parked names itself in g.sched.g.
bool is_goroutine(const Memory& memory, const Layout& layout, Address address) {
  std::vector<std::byte> bytes(record_size(layout));
  if (address % 8 != 0 || !memory.read(address, bytes)) return false;
  const GoroutineRecord record = read_record(layout, address, bytes);
  if (!is_plausible(record)) return false;
  if (record.status.state != State::waiting && record.status.state != State::runnable) return true;
  return load<Address>(bytes, static_cast<std::size_t>(layout.g.sched_g)) == address;
}

// Whether the slice at `list` is one of goroutines, by up to kSample of them. mheap_.allspans looks
// alike at a glance: spans have a range in the same place.
bool is_goroutine_list(const Memory& memory, const Layout& layout, const SliceHeader& slice) {
  if (!is_plausible(slice)) return false;
  const std::uint64_t count = std::min<std::uint64_t>(slice.size, kSample);
  std::size_t alive = 0;
  for (std::uint64_t i = 0; i < count; ++i) {
    const auto address = memory.read<Address>(slice.data + 8 * (i * slice.size / count));
    if (!address || !is_goroutine(memory, layout, *address)) return false;
    std::vector<std::byte> bytes(record_size(layout));
    if (!memory.read(*address, bytes)) return false;
    alive += read_record(layout, *address, bytes).is_alive() ? 1U : 0U;
  }
  return alive > 0;
}

// Code survives stripping, so functions are known by name and what they refer to can be read from
// their instructions (references.h); all that is referred to is tried.
std::optional<Address> by_code(const Memory& memory, const Layout& layout,
                               const FunctionTable& table) {
  for (const std::string_view user : {"runtime.allgadd", "runtime.forEachG"}) {
    for (const Address address : references(memory, layout, table, user)) {
      const auto slice = memory.read<SliceHeader>(address);
      if (slice && is_goroutine_list(memory, layout, *slice)) return address;
    }
  }
  return std::nullopt;
}

std::optional<Address> by_looks(const Memory& memory, const Layout& layout, const Range& range) {
  std::vector<std::byte> chunk(kChunk + sizeof(SliceHeader));
  for (Address at = range.begin; at < range.end; at += kChunk) {
    const std::size_t size = std::min<std::uint64_t>(chunk.size(), range.end - at);
    const std::size_t got = memory.read_some(at, std::span(chunk).first(size));
    for (std::size_t i = 0; i + sizeof(SliceHeader) <= got && i < kChunk; i += 8) {
      const auto slice = load<SliceHeader>(chunk, i);
      if (is_goroutine_list(memory, layout, slice)) return at + i;
    }
  }
  return std::nullopt;
}

}  // namespace

std::optional<Address> find_goroutine_list(const Memory& memory, const Layout& layout,
                                           const FunctionTable& table) {
  if (const auto found = by_code(memory, layout, table)) return found;
  const Module& module = table.module();
  for (const Range& range : {module.bss, module.data, module.noptrbss}) {
    if (const auto found = by_looks(memory, layout, range)) return found;
  }
  return std::nullopt;
}

Result<std::vector<Address>> read_goroutine_list(const Memory& memory, Address list) {
  std::vector<Address> goroutines;
  for (int i = 0; i < kTries; ++i) {
    const auto before = memory.read<SliceHeader>(list);
    if (!before) break;
    if (!is_plausible(*before)) continue;
    if (!memory.read<Address>(before->data + 8 * (before->size - 1))) continue;
    goroutines.resize(before->size);
    const bool read = memory.read(before->data, std::as_writable_bytes(std::span(goroutines)));
    // append writes three words: what was read counts if they stood the same before and after. An
    // array that was left behind keeps its contents until it is collected.
    if (!read || memory.read<SliceHeader>(list) != before) continue;
    std::erase_if(goroutines, [](Address g) { return g == 0 || g >= kMostAddress; });
    return goroutines;
  }
  return fail(Kind::damaged, "the list of goroutines cannot be read");
}

}  // namespace goknot::target
