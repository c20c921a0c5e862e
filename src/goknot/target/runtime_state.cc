// SPDX-License-Identifier: Apache-2.0
#include "goknot/target/runtime_state.h"

#include "goknot/target/heap/spans.h"
#include "goknot/target/references.h"

#include <algorithm>
#include <span>
#include <string_view>
#include <vector>

namespace goknot::target {

namespace {

constexpr std::uint64_t kMostProcs = 1U << 20U;
constexpr std::uint64_t kSample = 64;
constexpr std::uint64_t kMostSpans = std::uint64_t{1} << 27U;
constexpr std::size_t kMostCode = std::size_t{16} << 10U;

struct SliceHeader {
  Address data = 0;
  std::uint64_t size = 0;
  std::uint64_t capacity = 0;
};

Address field(Address base, std::int32_t offset) { return base + static_cast<Address>(offset); }

// Element `index` of a slice of pointers.
std::optional<Address> element(const Memory& memory, const SliceHeader& slice,
                               std::uint64_t index) {
  return memory.read<Address>(slice.data + index * sizeof(Address));
}

bool is_slice(const SliceHeader& slice, std::uint64_t most) {
  return slice.data != 0 && slice.data % 8 == 0 && slice.size > 0 && slice.size <= slice.capacity &&
         slice.capacity <= most;
}

// runtime.allp: each p knows its place in it. Its length is GOMAXPROCS (go1.13 to go1.27
// runtime/proc.go: procresize).
bool is_allp(const Memory& memory, const Layout& layout, const SliceHeader& slice) {
  if (!is_slice(slice, kMostProcs)) return false;
  for (std::uint64_t i = 0; i < std::min(slice.size, kSample); ++i) {
    const auto p = element(memory, slice, i);
    const auto id = p ? memory.read<std::uint32_t>(field(*p, layout.p.id)) : std::nullopt;
    const auto status = p ? memory.read<std::uint32_t>(field(*p, layout.p.status)) : std::nullopt;
    constexpr std::uint32_t kDead = 4;  // runtime2.go: _Pdead, the last status
    if (!id || *id != i || !status || *status > kDead) return false;
  }
  return true;
}

std::optional<SliceHeader> find_allp(const Memory& memory, const Layout& layout,
                                     const FunctionTable& table) {
  for (const Address at : references(memory, layout, table, "runtime.procresize")) {
    const auto slice = memory.read<SliceHeader>(at);
    if (slice && is_allp(memory, layout, *slice)) return slice;
  }
  return std::nullopt;
}

// The pages in use of the span that stands there; none if there is no span: of whole pages, in a
// state there is.
std::optional<std::uint64_t> pages_of_span(const Memory& memory, const Layout& layout,
                                           Address span) {
  constexpr std::uint8_t kInUse = 1;  // runtime/mheap.go: mSpanInUse
  // mSpanManual; go1.13 has mSpanFree, too.
  const std::uint8_t last = layout.version.minor == 13 ? 3 : 2;
  const auto begin = memory.read<Address>(field(span, layout.mspan.start_addr));
  const auto pages = memory.read<std::uint64_t>(field(span, layout.mspan.npages));
  const auto state = memory.read<std::uint8_t>(field(span, layout.mspan.state));
  if (!begin || !pages || !state || *begin % kHeapPage != 0 || *state > last) return std::nullopt;
  return *state == kInUse ? *pages : 0;
}

// If runtime.mheap_ stands there, which is seen by its list of all spans: the pages of some of them
// that are in use.
std::optional<std::uint64_t> sample_heap(const Memory& memory, const Layout& layout, Address heap) {
  const auto slice = memory.read<SliceHeader>(field(heap, layout.mheap.allspans));
  if (!slice || !is_slice(*slice, kMostSpans)) return std::nullopt;
  const std::uint64_t count = std::min(slice->size, kSample);
  std::uint64_t sum = 0;
  for (std::uint64_t i = 0; i < count; ++i) {
    const auto span = element(memory, *slice, i * slice->size / count);
    const auto pages = span ? pages_of_span(memory, layout, *span) : std::nullopt;
    if (!pages) return std::nullopt;
    sum += *pages;
  }
  return sum > 0 ? std::optional(sum) : std::nullopt;
}

// All that the program may write to: its heap is no larger.
std::uint64_t writable_bytes(const Memory& memory) {
  std::uint64_t bytes = 0;
  for (const Region& region : memory.regions()) bytes += region.writable ? region.size() : 0;
  return bytes;
}

// mallocinit refers to mheap_ itself; that it is mheap_ is seen by allspans at its place in it.
std::optional<std::uint64_t> read_heap_bytes(const Memory& memory, const Layout& layout,
                                             const FunctionTable& table) {
  if (layout.mheap.pages_in_use == kAbsent) return std::nullopt;
  for (const Address at : references(memory, layout, table, "runtime.mallocinit")) {
    // It may shrink while it is looked at, but not by that much.
    const auto least = sample_heap(memory, layout, at);
    if (!least) continue;
    const auto pages = memory.read<std::uint64_t>(field(at, layout.mheap.pages_in_use));
    if (!pages || *pages < *least / 2 || *pages > writable_bytes(memory) / kHeapPage)
      return std::nullopt;
    return *pages * kHeapPage;
  }
  return std::nullopt;
}

// The variables that a function compares with 0 as numbers of 32 bits: cmp dword ptr [rip +
// disp32], 0. Of arm64, all that it speaks of.
std::vector<Address> tested(const Memory& memory, const Layout& layout, const FunctionTable& table,
                            std::string_view name) {
  if (layout.architecture != Architecture::amd64) {
    return references(memory, layout, table, name);
  }
  std::vector<Address> found;
  const auto function = table.find(name);
  if (!function) return found;
  std::vector<std::byte> code(
      std::min<std::uint64_t>(table.end_of(*function) - function->entry, kMostCode));
  code.resize(memory.read_some(function->entry, code));
  constexpr std::size_t kSize = 7;  // 83 3D disp32 00
  for (std::size_t i = 0; i + kSize <= code.size(); ++i) {
    if (code[i] != std::byte{0x83} || code[i + 1] != std::byte{0x3d} || code[i + 6] != std::byte{})
      continue;
    const auto distance = load<std::int32_t>(code, i + 2);
    const Address address =
        function->entry + i + kSize + static_cast<Address>(std::int64_t{distance});
    if (table.module().is_data(address)) found.push_back(address);
  }
  return found;
}

// runtime.writeBarrier is what all code tests that stores pointers to the heap; these functions
// have nothing else in common. Its first field says whether the collector marks. go1.13 to go1.27
// runtime/mgc.go: writeBarrier, setGCPhase.
std::optional<bool> read_collecting(const Memory& memory, const Layout& layout,
                                    const FunctionTable& table) {
  constexpr std::string_view kStoring[] = {"runtime.acquireSudog", "runtime.releaseSudog",
                                           "runtime.newproc1"};
  std::vector<Address> common;
  for (const std::string_view function : kStoring) {
    const std::vector<Address> found = tested(memory, layout, table, function);
    if (function == kStoring[0]) common = found;
    std::erase_if(common,
                  [&found](Address at) { return std::ranges::find(found, at) == found.end(); });
  }
  std::ranges::sort(common);
  const auto rest = std::ranges::unique(common);
  common.erase(rest.begin(), rest.end());
  if (common.size() != 1) return std::nullopt;
  const auto enabled = memory.read<std::uint32_t>(common.front());
  if (!enabled || *enabled > 1) return std::nullopt;
  return *enabled == 1;
}

}  // namespace

RuntimeState read_runtime_state(const Memory& memory, const Program& program) {
  const Layout& layout = program.layout;
  const FunctionTable& table = program.tables.front();
  const auto allp = find_allp(memory, layout, table);
  return {.max_procs = allp ? std::optional(allp->size) : std::nullopt,
          .heap_bytes = read_heap_bytes(memory, layout, table),
          .collecting = read_collecting(memory, layout, table)};
}

std::vector<Address> processors(const Memory& memory, const Program& program) {
  const auto allp = find_allp(memory, program.layout, program.tables.front());
  std::vector<Address> found(allp ? allp->size : 0);
  if (!found.empty() && !memory.read(allp->data, std::as_writable_bytes(std::span(found)))) {
    found.clear();
  }
  return found;
}

}  // namespace goknot::target
