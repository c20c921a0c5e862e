// SPDX-License-Identifier: Apache-2.0
// g.ancestors points to a []ancestorInfo that is never changed: go1.13 to go1.27 runtime/proc.go
// saveAncestors, runtime/runtime2.go ancestorInfo.
#include "goknot/target/ancestors.h"

#include "goknot/target/reads.h"

#include <absl/container/flat_hash_map.h>

#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

namespace goknot::target {

namespace {

constexpr std::size_t kSlice = 24;
// ancestorInfo: pcs []uintptr, goid uint64, gopc uintptr.
constexpr std::size_t kInfo = 40;
constexpr std::size_t kId = 24;
constexpr std::size_t kCreator = 32;

constexpr GoVersion kFewerFrames{21, 0};
constexpr std::uint64_t kMostFrames = 100;      // until then: runtime2.go _TracebackMaxFrames
constexpr std::uint64_t kMostFramesSince = 50;  // traceback.go tracebackInnerFrames
constexpr std::uint64_t kMostAncestors = 100;   // of one goroutine that are read
constexpr std::size_t kMostRows = std::size_t{1} << 20U;  // of all

// A slice as it stands in memory, of which at most `size` elements are read.
struct Elements {
  Address data = 0;
  std::uint64_t size = 0;

  friend bool operator==(const Elements&, const Elements&) = default;
  template <typename H>
  friend H AbslHashValue(H hash, const Elements& elements) {
    return H::combine(std::move(hash), elements.data, elements.size);
  }
};

Elements elements_at(std::span<const std::byte> bytes, std::size_t offset, std::uint64_t most) {
  const auto size = load<std::uint64_t>(bytes, offset + 8);
  if (size > load<std::uint64_t>(bytes, offset + 16)) return {};
  return {.data = load<Address>(bytes, offset), .size = std::min(size, most)};
}

// One ancestor of one goroutine.
struct Known {
  std::uint32_t row = 0;
  std::int64_t id = 0;
  Address creator = 0;
  Elements stack;  // the addresses its frames return to
};

// Reads the ancestors of many goroutines, whose stacks they share.
// A server that starts a goroutine for each request has thousands with the same ancestors; an
// ancestor's stack is read once for all who share its array of pcs. Four reads, whatever their
// number: the slices, the arrays they point to, g.ancestors once more, the stacks.
class AncestorReader {
 public:
  AncestorReader(Code& code, Snapshot& snapshot)
      : code_(code),
        snapshot_(snapshot),
        most_frames_(code.layout().version < kFewerFrames ? kMostFrames : kMostFramesSince) {}

  void read(std::span<const Descendant> goroutines) {
    const std::vector<Known> all = read_infos(goroutines);
    const auto stacks = read_stacks(all);
    for (const Known& known : all) {
      snapshot_.ancestors.push_back({.goroutine = known.row,
                                     .id = known.id,
                                     .stack = stacks.at(known.stack),
                                     .creator = creator_of(known)});
    }
  }

 private:
  std::vector<Known> read_infos(std::span<const Descendant> goroutines) const;
  absl::flat_hash_map<Elements, StackId> read_stacks(std::span<const Known> all);
  StackId stack_of(std::span<const std::byte> pcs);
  FrameId creator_of(const Known& known);

  Code& code_;
  Snapshot& snapshot_;
  std::uint64_t most_frames_;
};

// The arrays of those goroutines that still are who they were.
// The field is read again last: a g that has been given to another goroutine meanwhile has another
// array.
std::vector<Known> AncestorReader::read_infos(std::span<const Descendant> goroutines) const {
  const Memory& memory = code_.memory();
  Reads slices;
  for (const Descendant& goroutine : goroutines) slices.add(goroutine.ancestors, kSlice);
  slices.run(memory);
  Reads arrays;
  std::size_t rows = 0;
  for (std::size_t i = 0; i < goroutines.size(); ++i) {
    const Elements array =
        slices[i].empty() ? Elements() : elements_at(slices[i], 0, kMostAncestors);
    rows += array.size;
    arrays.add(array.data, rows <= kMostRows ? array.size * kInfo : 0);
  }
  arrays.run(memory);
  Reads still;
  for (const Descendant& goroutine : goroutines) {
    still.add(goroutine.goroutine + static_cast<Address>(code_.layout().g.ancestors),
              sizeof(Address));
  }
  still.run(memory);
  std::vector<Known> all;
  for (std::size_t i = 0; i < goroutines.size(); ++i) {
    if (still[i].empty() || load<Address>(still[i], 0) != goroutines[i].ancestors) continue;
    const auto array = arrays[i];
    for (std::size_t at = 0; at + kInfo <= array.size(); at += kInfo) {
      all.push_back({.row = goroutines[i].row,
                     .id = load<std::int64_t>(array, at + kId),
                     .creator = load<Address>(array, at + kCreator),
                     .stack = elements_at(array, at, most_frames_)});
    }
  }
  return all;
}

absl::flat_hash_map<Elements, StackId> AncestorReader::read_stacks(std::span<const Known> all) {
  absl::flat_hash_map<Elements, StackId> stacks;
  Reads pcs;
  std::vector<Elements> wanted;
  for (const Known& known : all) {
    if (!stacks.try_emplace(known.stack).second) continue;
    wanted.push_back(known.stack);
    pcs.add(known.stack.data, known.stack.size * sizeof(Address));
  }
  pcs.run(code_.memory());
  for (std::size_t i = 0; i < wanted.size(); ++i) stacks[wanted[i]] = stack_of(pcs[i]);
  return stacks;
}

// As Go prints it: the line is that of the address itself, behind the call. Go:
// runtime/traceback.go printAncestorTraceback, printAncestorTracebackFuncInfo.
StackId AncestorReader::stack_of(std::span<const std::byte> pcs) {
  std::vector<FrameId> frames;
  for (std::size_t at = 0; at + sizeof(Address) <= pcs.size(); at += sizeof(Address)) {
    const auto pc = load<Address>(pcs, at);
    const Site& site = code_.at(pc, Lookup::exact);
    if (site.calls.empty()) continue;
    const Visibility visibility = site.calls.back().visibility;
    if (visibility != Visibility::shown && (visibility != Visibility::within_only || at == 0)) {
      continue;
    }
    Frame frame = snapshot_.stacks[site.calls.front().frame];
    frame.inlined = false;
    frame.offset = static_cast<std::uint32_t>(pc - site.function.entry);
    frames.push_back(snapshot_.stacks.add(frame));
  }
  const bool cut = pcs.size() == most_frames_ * sizeof(Address);
  return snapshot_.stacks.add(frames, static_cast<std::uint32_t>(cut ? frames.size() : 0),
                              cut ? kElidedUnknown : 0);
}

FrameId AncestorReader::creator_of(const Known& known) {
  if (known.id == 1 || known.creator == 0) return {};
  const Site& site = code_.at(known.creator, Lookup::after_call);
  const bool shown = !site.calls.empty() && site.calls.back().visibility == Visibility::shown;
  return shown ? code_.creator(known.creator) : FrameId();
}

}  // namespace

void read_ancestors(Code& code, std::span<const Descendant> goroutines, Snapshot& snapshot) {
  if (!goroutines.empty()) AncestorReader(code, snapshot).read(goroutines);
}

}  // namespace goknot::target
