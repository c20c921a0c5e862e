// SPDX-License-Identifier: Apache-2.0
#include "goknot/target/heap/spans.h"

#include <algorithm>

namespace goknot::target {

namespace {

constexpr GoVersion kHeaders{22, 0};
constexpr GoVersion kNoFree{14, 0};  // until then mheap_.allspans has free spans, too
constexpr std::uint64_t kLargestWithoutHeader = 512;
constexpr Address kPage = 8192;  // runtime/malloc.go: pageSize
constexpr Address kArena = Address{64} << 20U;
constexpr std::uint32_t kNone = 0xffffffff;
constexpr std::uint64_t kMostSpans = std::uint64_t{1} << 27U;
constexpr std::uint64_t kMostPages = std::uint64_t{1} << 28U;
constexpr std::uint64_t kSample = 32;
constexpr std::size_t kChunk = std::size_t{64} << 10U;
constexpr std::uint8_t kInUse = 1;
constexpr std::uint8_t kManual = 2;
constexpr std::uint8_t kFree = 3;  // go1.13 runtime/mheap.go: mSpanFree
constexpr Address kGap = 512;
constexpr std::size_t kMostPiece = std::size_t{1} << 20U;

struct SliceHeader {
  Address data = 0;
  std::uint64_t size = 0;
  std::uint64_t capacity = 0;
};

std::size_t sized(std::int32_t offset) { return static_cast<std::size_t>(offset); }

// The fields of a copied mspan.
struct Fields {
  const Layout& layout;
  std::span<const std::byte> bytes;

  Address begin() const { return load<Address>(bytes, sized(layout.mspan.start_addr)); }
  std::uint64_t pages() const { return load<std::uint64_t>(bytes, sized(layout.mspan.npages)); }
  std::uint8_t state() const { return load<std::uint8_t>(bytes, sized(layout.mspan.state)); }
  Address limit() const { return load<Address>(bytes, sized(layout.mspan.limit)); }
  std::uint64_t object_size() const {
    return load<std::uint64_t>(bytes, sized(layout.mspan.elemsize));
  }
  std::uint8_t spanclass() const {
    return load<std::uint8_t>(bytes, sized(layout.mspan.spanclass));
  }
  Address specials() const { return load<Address>(bytes, sized(layout.mspan.specials)); }

  bool is_plausible() const {
    const std::uint8_t last = layout.version < kNoFree ? kFree : kManual;
    if (state() > last || begin() % kPage != 0) return false;
    if (state() != kInUse) return true;
    const Address end = begin() + pages() * kPage;
    return begin() != 0 && pages() != 0 && pages() <= kMostPages && begin() < limit() &&
           limit() <= end && object_size() >= 8 && object_size() <= end - begin();
  }
};

// Whether the slice is mheap_.allspans, by up to kSample of its elements.
bool is_span_list(const Memory& memory, const Layout& layout, const SliceHeader& slice) {
  if (slice.data == 0 || slice.data % 8 != 0 || slice.size < 4 || slice.size > slice.capacity ||
      slice.capacity > kMostSpans) {
    return false;
  }
  std::vector<std::byte> bytes(sized(layout.mspan.size));
  const std::uint64_t count = std::min(slice.size, kSample);
  std::uint64_t used = 0;
  for (std::uint64_t i = 0; i < count; ++i) {
    const auto address = memory.read<Address>(slice.data + 8 * (i * slice.size / count));
    if (!address || *address % 8 != 0 || !memory.read(*address, bytes)) return false;
    const Fields span{layout, bytes};
    if (!span.is_plausible()) return false;
    used += span.state() == kInUse ? 1U : 0U;
  }
  return used > 0;
}

std::optional<SliceHeader> find_list(const Memory& memory, const Layout& layout,
                                     const Range& range) {
  std::vector<std::byte> chunk(kChunk + sizeof(SliceHeader));
  for (Address at = range.begin; at < range.end; at += kChunk) {
    const std::size_t size = std::min<std::uint64_t>(chunk.size(), range.end - at);
    const std::size_t got = memory.read_some(at, std::span(chunk).first(size));
    for (std::size_t i = 0; i + sizeof(SliceHeader) <= got && i < kChunk; i += 8) {
      const auto slice = load<SliceHeader>(chunk, i);
      if (is_span_list(memory, layout, slice)) return slice;
    }
  }
  return std::nullopt;
}

std::optional<SliceHeader> find_list(const Memory& memory, const Layout& layout,
                                     const Module& module) {
  for (const Range& range : {module.bss, module.noptrbss, module.data}) {
    if (const auto found = find_list(memory, layout, range)) return found;
  }
  return std::nullopt;
}

}  // namespace

void Spans::add(const Layout& layout, std::span<const std::byte> mspan) {
  const Fields fields{layout, mspan};
  if (!fields.is_plausible() || fields.state() != kInUse) return;
  Span span{.begin = fields.begin(),
            .limit = fields.limit(),
            .object_size = fields.object_size(),
            .specials = fields.specials(),
            .first_object = objects_,
            .has_pointers = (fields.spanclass() & 1U) == 0};
  const bool alone = fields.spanclass() < 2;
  span.has_headers = layout.version >= kHeaders && span.has_pointers && !alone &&
                     span.object_size > kLargestWithoutHeader;
  const auto row = static_cast<std::uint32_t>(spans_.size());
  for (Address page = span.begin; page < span.limit; page += kPage) {
    Arena& arena = arenas_[page / kArena];
    if (arena.empty()) arena.assign(kArena / kPage, kNone);
    arena[page % kArena / kPage] = row;
  }
  least_ = std::min(least_, span.begin);
  most_ = std::max(most_, span.limit);
  objects_ += span.objects();
  if (span.has_pointers) scannable_bytes_ += span.limit - span.begin;
  spans_.push_back(span);
}

std::optional<Spans> Spans::read(const Memory& memory, const Layout& layout, const Module& module) {
  const auto list = find_list(memory, layout, module);
  if (!list) return std::nullopt;
  std::vector<Address> addresses(list->size);
  if (!memory.read(list->data, std::as_writable_bytes(std::span(addresses)))) return std::nullopt;
  std::ranges::sort(addresses);
  const std::size_t size = sized(layout.mspan.size);
  Spans spans;
  std::vector<std::byte> bytes;
  for (std::size_t i = 0; i < addresses.size();) {
    // The structures stand side by side in large blocks.
    std::size_t next = i + 1;
    while (next < addresses.size() && addresses[next] - addresses[next - 1] < size + kGap &&
           addresses[next] + size - addresses[i] < kMostPiece) {
      ++next;
    }
    bytes.resize(addresses[next - 1] + size - addresses[i]);
    const std::size_t got = memory.read_some(addresses[i], bytes);
    for (std::size_t k = i; k < next; ++k) {
      const std::size_t at = addresses[k] - addresses[i];
      if (at + size <= got) spans.add(layout, std::span(bytes).subspan(at, size));
    }
    i = next;
  }
  if (spans.spans_.empty()) return std::nullopt;
  return spans;
}

std::optional<HeapObject> Spans::find(Address address) const {
  if (address < least_ || address >= most_) return std::nullopt;
  const auto arena = arenas_.find(address / kArena);
  if (arena == arenas_.end()) return std::nullopt;
  const std::uint32_t row = arena->second[address % kArena / kPage];
  if (row == kNone) return std::nullopt;
  const Span& span = spans_[row];
  if (address < span.begin || address >= span.limit) return std::nullopt;
  const std::uint64_t slot = (address - span.begin) / span.object_size;
  if (slot >= span.objects()) return std::nullopt;
  return HeapObject{row, static_cast<std::uint32_t>(slot)};
}

}  // namespace goknot::target
