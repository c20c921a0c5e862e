// SPDX-License-Identifier: Apache-2.0
#include "goknot/target/heap/spans.h"

#include <absl/container/flat_hash_map.h>

#include <algorithm>
#include <utility>

namespace goknot::target {

namespace {

constexpr GoVersion kHeaders{22, 0};
constexpr GoVersion kNoFree{14, 0};  // until then mheap_.allspans has free spans, too
constexpr std::uint64_t kLargestWithoutHeader = 512;
constexpr std::uint64_t kSharedBlock = 16;  // runtime/malloc.go maxTinySize
constexpr std::uint64_t kWord = 8;
constexpr Address kMostAddress = Address{1} << 48U;
constexpr std::uint64_t kAll = ~std::uint64_t{0};
constexpr std::uint64_t kNumbers = 64;  // objects of two spans never share a word of bits
// The counts below bound what a damaged or hostile program makes us reserve.
constexpr std::uint64_t kMostObjects = std::uint64_t{1} << 38U;
constexpr std::uint64_t kMostShared = std::uint64_t{1} << 31U;  // bytes of a span of many objects
constexpr std::uint64_t kMostSpans = std::uint64_t{1} << 27U;
constexpr std::uint64_t kMostPages = std::uint64_t{1} << 28U;
constexpr std::uint64_t kSample = 32;
constexpr std::size_t kChunk = std::size_t{64} << 10U;
constexpr std::uint8_t kInUse = 1;
constexpr std::uint8_t kManual = 2;
constexpr std::uint8_t kFree = 3;  // go1.13 runtime/mheap.go: mSpanFree
// What may lie between two structures that are still read together.
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

  // The same test tells mheap_.allspans from any other slice, and a span from what was reused while
  // we read. nelems is not asked, because its width changed in 1.22; the limit says the same.
  bool is_plausible() const {
    const std::uint8_t last = layout.version < kNoFree ? kFree : kManual;
    if (state() > last || begin() % kHeapPage != 0) return false;
    if (state() != kInUse) return true;
    const Address end = begin() + pages() * kHeapPage;
    return begin() != 0 && begin() < kMostAddress && pages() != 0 && pages() <= kMostPages &&
           begin() < limit() && limit() <= end && object_size() >= 8 &&
           object_size() <= end - begin() && (objects() <= 1 || limit() - begin() <= kMostShared);
  }
  std::uint64_t objects() const { return (limit() - begin()) / object_size(); }
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

// There is no symbol to go by, and code that uses mheap_ refers to its middle. But it is the only
// slice of pointers to what look like spans in the variables of a program: in the text of each
// release
//
//     type mheap struct { ...; allspans []*mspan; ... }    // runtime/mheap.go, go1.13 to go1.27
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

bool has_object_headers(const Layout& layout) { return layout.version >= kHeaders; }

// A span class is a size class times 2, and 1 more without pointers; class 0 is one large object,
// which notes its type in the mspan instead of a header (runtime/mheap.go spanClass, go1.13 to
// go1.27).
void Spans::add(const Layout& layout, std::span<const std::byte> mspan) {
  const Fields fields{layout, mspan};
  if (!fields.is_plausible() || fields.state() != kInUse) return;
  Span span{.begin = fields.begin(),
            .limit = fields.limit(),
            .object_size = fields.object_size(),
            .specials = fields.specials(),
            .has_pointers = (fields.spanclass() & 1U) == 0};
  const bool alone = fields.spanclass() < 2;
  if (!span.has_pointers && span.object_size == kSharedBlock) span.object_size = kWord;
  span.has_headers = has_object_headers(layout) && span.has_pointers && !alone &&
                     span.object_size > kLargestWithoutHeader;
  spans_.push_back(span);
}

// Gives the pages of a span their entries.
void Spans::index(std::uint32_t row, std::uint32_t shape) {
  constexpr std::size_t kPages = kArena / kHeapPage;
  const Span& span = spans_[row];
  Page page{.shape = shape,
            .row = row,
            .first_word = static_cast<std::uint32_t>(span.first_object / kNumbers)};
  for (Address at = span.begin; at < span.limit; at += kHeapPage, ++page.number) {
    std::size_t& arena = arenas_[at / kArena - least_ / kArena];
    if (arena == 0) {
      arena = pages_.size();
      pages_.resize(pages_.size() + kPages);
    }
    pages_[arena + at % kArena / kHeapPage] = page;
  }
}

// Numbers the objects, and makes the way from addresses to them. Arenas that were not seen share
// the first pages.
void Spans::index() {
  std::ranges::stable_sort(spans_, {}, &Span::begin);
  for (Span& span : spans_) {
    span.first_object = objects_;
    objects_ += (span.objects() + kNumbers - 1) / kNumbers * kNumbers;
    least_ = std::min(least_, span.begin);
    most_ = std::max(most_, span.limit);
    if (span.has_pointers) scannable_bytes_ += span.limit - span.begin;
  }
  arenas_.assign((most_ - 1) / kArena - least_ / kArena + 1, 0);
  pages_.assign(kArena / kHeapPage, Page());
  shapes_.assign(1, Shape());
  absl::flat_hash_map<std::pair<std::uint64_t, std::uint64_t>, std::uint32_t> known;
  for (std::uint32_t row = 0; row < spans_.size(); ++row) {
    const Span& span = spans_[row];
    const Shape shape{.size = span.limit - span.begin,
                      .objects = span.objects(),
                      .reciprocal = span.objects() <= 1 ? 0 : kAll / span.object_size + 1};
    const auto next = static_cast<std::uint32_t>(shapes_.size());
    const auto [place, is_new] = known.try_emplace({shape.size, span.object_size}, next);
    if (is_new) shapes_.push_back(shape);
    index(row, place->second);
  }
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
  spans.index();
  if (spans.objects_ > kMostObjects) return std::nullopt;
  return spans;
}

}  // namespace goknot::target
