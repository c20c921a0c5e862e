// SPDX-License-Identifier: Apache-2.0
#include "goknot/target/heap/specials.h"

#include <algorithm>
#include <utility>
#include <vector>

namespace goknot::target {

namespace {

constexpr int kMostRounds = 8192;  // records of one span: no span has more objects

std::size_t sized(std::int32_t offset) { return static_cast<std::size_t>(offset); }

// Where the next record of a list lies, and the span it belongs to.
struct Link {
  Address address = 0;
  Address span_begin = 0;
};

// The largest record that is looked into.
std::size_t record_size(const Layout& layout) {
  return sized(std::max(layout.specialfinalizer.size, layout.special_cleanup.size));
}

// The offset grew from 16 to 64 bits in go1.24, which moved the kind behind it.
Special special_of(const Layout& layout, Address span_begin, std::span<const std::byte> record) {
  const bool wide = layout.special.kind - layout.special.offset >= 8;
  const std::uint64_t offset = wide ? load<std::uint64_t>(record, sized(layout.special.offset))
                                    : load<std::uint16_t>(record, sized(layout.special.offset));
  return {.kind = std::to_integer<std::int32_t>(record[sized(layout.special.kind)]),
          .object = span_begin + offset,
          .record = record};
}

}  // namespace

// Walks all lists side by side, so that each step is one read.
// Each round takes one record of every span that has more; most spans have none, few have many.
bool for_each_special(const Memory& memory, const Layout& layout, const Spans& spans,
                      absl::FunctionRef<void(const Special&)> take) {
  std::vector<Link> links;
  for (const Span& span : spans.spans()) {
    if (span.specials != 0) links.push_back({span.specials, span.begin});
  }
  const std::size_t size = record_size(layout);
  std::vector<std::byte> bytes(links.size() * size);
  for (int round = 0; !links.empty(); ++round) {
    if (round == kMostRounds) return false;
    std::vector<Piece> pieces;
    for (std::size_t i = 0; i < links.size(); ++i) {
      pieces.push_back({links[i].address, std::span(bytes).subspan(i * size, size)});
    }
    memory.read_all(pieces);
    std::vector<Link> next;
    for (std::size_t i = 0; i < links.size(); ++i) {
      if (!pieces[i].read) return false;
      take(special_of(layout, links[i].span_begin, pieces[i].into));
      const auto address = load<Address>(pieces[i].into, sized(layout.special.next));
      if (address != 0) next.push_back({address, links[i].span_begin});
    }
    links = std::move(next);
  }
  return true;
}

}  // namespace goknot::target
