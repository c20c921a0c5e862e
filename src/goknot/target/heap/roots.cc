// SPDX-License-Identifier: Apache-2.0
#include "goknot/target/heap/roots.h"

#include "goknot/target/heap/specials.h"
#include "goknot/target/references.h"

#include <algorithm>

namespace goknot::target {

namespace {

constexpr std::size_t kWord = 8;
constexpr std::size_t kChunk = std::size_t{1} << 20U;
// A finblock (runtime/mfinal.go, go1.13 to go1.27) has 4064 bytes and a page of its own, a
// cleanupBlock (runtime/mcleanup.go, since go1.25) 512.
constexpr std::size_t kQueueBlock = 4096;
// For a chain that was made to be endless.
constexpr int kMostBlocks = 4096;

std::size_t sized(std::int32_t offset) { return static_cast<std::size_t>(offset); }

// The variables of one section: the words its mask calls pointers, or all words if there is no
// mask.
// gcdatamask and gcbssmask of the module have one bit for each word, made by the runtime when it
// starts (runtime/symtab.go modulesinit, go1.13 to go1.27), so that words which are no pointers
// keep nothing alive.
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

// A record about an object keeps alive what the object points to, and what will be called. All
// words of the record count, for none of the other kinds holds pointers into the heap.
bool add_specials(const Memory& memory, const Layout& layout, const Spans& spans, Marker& marker) {
  return for_each_special(memory, layout, spans, [&](const Special& special) {
    if (special.kind == layout.special_kind.finalizer) {
      marker.add_children(special.object);
      marker.add_root(load<Address>(special.record, sized(layout.specialfinalizer.fn)));
    } else if (special.kind == layout.special_kind.cleanup) {
      marker.add_roots(special.record.subspan(sized(layout.special.size)));
    }
  });
}

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
  complete = add_specials(memory, program.layout, spans, marker) && complete;
  add_queues(memory, program, marker);
  return complete;
}

}  // namespace goknot::target
