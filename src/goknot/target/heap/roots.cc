// SPDX-License-Identifier: Apache-2.0
#include "goknot/target/heap/roots.h"

#include "goknot/target/references.h"

#include <algorithm>

namespace goknot::target {

namespace {

constexpr std::size_t kWord = 8;
constexpr std::size_t kChunk = std::size_t{1} << 20U;
constexpr int kMostRounds = 8192;  // special records of one span: no span has more objects
constexpr std::size_t kQueueBlock = 4096;
constexpr int kMostBlocks = 4096;

std::size_t sized(std::int32_t offset) { return static_cast<std::size_t>(offset); }

// The variables of one section: the words its mask calls pointers, or all words if there is no
// mask.
bool add_variables(const Memory& memory, const Range& range, const Slice& mask, Marker& marker) {
  std::vector<std::byte> chunk(kChunk);
  std::vector<std::byte> bits((range.size() / kWord + 7) / 8);
  const bool masked = mask.size >= range.size() / kWord && memory.read(mask.data, bits);
  for (Address at = range.begin; at < range.end; at += kChunk) {
    const std::size_t size = std::min<std::uint64_t>(kChunk, range.end - at);
    if (!memory.read(at, std::span(chunk).first(size))) return false;
    const auto words = std::span(chunk).first(size);
    if (masked) {
      marker.add_roots(words, std::span(bits).subspan((at - range.begin) / kWord / 8));
    } else {
      marker.add_roots(words);
    }
  }
  return true;
}

// The special records of all spans: where the next of each chain lies, and the object it is about.
struct Special {
  Address address = 0;
  Address span_begin = 0;
};

// Walks all chains side by side, so that each step is one read.
class Specials {
 public:
  Specials(const Memory& memory, const Layout& layout, Marker& marker)
      : memory_(memory), layout_(layout), marker_(marker) {}

  bool add(const Spans& spans) {
    for (const Span& span : spans.spans()) {
      if (span.specials != 0) chains_.push_back({span.specials, span.begin});
    }
    for (int round = 0; !chains_.empty(); ++round) {
      if (round == kMostRounds) return false;
      if (!step()) return false;
    }
    return true;
  }

 private:
  bool step() {
    const std::size_t size = record_size();
    std::vector<std::byte> bytes(chains_.size() * size);
    std::vector<Piece> pieces;
    for (std::size_t i = 0; i < chains_.size(); ++i) {
      pieces.push_back({chains_[i].address, std::span(bytes).subspan(i * size, size)});
    }
    memory_.read_all(pieces);
    std::vector<Special> next;
    for (std::size_t i = 0; i < chains_.size(); ++i) {
      if (!pieces[i].read) return false;
      take(chains_[i], pieces[i].into);
      const Address link = load<Address>(pieces[i].into, sized(layout_.special.next));
      if (link != 0) next.push_back({link, chains_[i].span_begin});
    }
    chains_ = std::move(next);
    return true;
  }

  // The largest record that is looked into.
  std::size_t record_size() const {
    return static_cast<std::size_t>(
        std::max(layout_.specialfinalizer.size, layout_.special_cleanup.size));
  }

  void take(const Special& special, std::span<const std::byte> bytes) {
    const auto kind = std::to_integer<std::int32_t>(bytes[sized(layout_.special.kind)]);
    // A record about an object keeps alive what the object points to, and what will be called. All
    // words of the record count, for none of the other kinds holds pointers into the heap.
    if (kind == layout_.special_kind.finalizer) {
      const bool wide = layout_.special.kind - layout_.special.offset >= 8;
      const std::uint64_t offset = wide ? load<std::uint64_t>(bytes, sized(layout_.special.offset))
                                        : load<std::uint16_t>(bytes, sized(layout_.special.offset));
      marker_.add_children(special.span_begin + offset);
      marker_.add_root(load<Address>(bytes, sized(layout_.specialfinalizer.fn)));
    } else if (kind == layout_.special_kind.cleanup) {
      marker_.add_roots(bytes.subspan(sized(layout_.special.size)));
    }
  }

  const Memory& memory_;
  const Layout& layout_;
  Marker& marker_;
  std::vector<Special> chains_;
};

// Queues of finalizers and cleanups that are to be run lie outside the heap, in blocks that a
// variable and the blocks themselves point to. All their words count.
void add_queues(const Memory& memory, const Program& program, Marker& marker) {
  std::vector<Address> pending;
  for (const std::string_view user : {"runtime.queuefinalizer", "runtime.runCleanups"}) {
    for (const Address variable :
         references(memory, program.layout, program.tables.front(), user)) {
      if (const auto block = memory.read<Address>(variable)) pending.push_back(*block);
    }
  }
  std::vector<std::byte> bytes(kQueueBlock);
  for (int i = 0; i < kMostBlocks && !pending.empty(); ++i) {
    const Address block = pending.back();
    pending.pop_back();
    if (block < kQueueBlock || block % 8 != 0) continue;
    const std::size_t got = memory.read_some(block, bytes);
    marker.add_roots(std::span(bytes).first(got));
    const auto link = got < 8 ? Address{0} : load<Address>(bytes, 0);
    if (link % kQueueBlock == 0 && link != 0) pending.push_back(link);
  }
}

}  // namespace

bool add_global_roots(const Memory& memory, const Program& program, const Spans& spans,
                      Marker& marker) {
  bool complete = true;
  for (const FunctionTable& table : program.tables) {
    const Module& module = table.module();
    complete = add_variables(memory, module.data, module.data_mask, marker) && complete;
    complete = add_variables(memory, module.bss, module.bss_mask, marker) && complete;
  }
  complete = Specials(memory, program.layout, marker).add(spans) && complete;
  add_queues(memory, program, marker);
  return complete;
}

}  // namespace goknot::target
