// SPDX-License-Identifier: Apache-2.0
#include "goknot/target/mark.h"

#include "goknot/target/structures.h"

#include <absl/hash/hash.h>

#include <algorithm>

namespace goknot::target {

namespace {

constexpr std::size_t kBatch = 1024;  // goroutines that are read at once: few stay in the cache
// The innermost frames: those of the wait, and the function that waits.
constexpr std::size_t kMarkedStack = 512;  // bytes from the stack pointer on

bool counts_runs(const Layout& layout) { return layout.g.tracking_seq != kAbsent; }

// How much of a stack is marked.
std::size_t marked_size(const GoroutineRecord& record) {
  const Address sp = record.start().sp;
  const Range& stack = record.key.stack;
  if (!record.has_saved_stack() || sp < stack.begin || sp >= stack.end) return 0;
  return std::min<std::uint64_t>(stack.end - sp, kMarkedStack);
}

// Pointers into the stack itself do not count: the collector moves them with it.
std::uint64_t hash_of(const GoroutineRecord& record, std::span<const std::byte> top) {
  const Range& stack = record.key.stack;
  std::uint64_t hash = top.size();
  for (std::size_t at = 0; at + sizeof(Address) <= top.size(); at += sizeof(Address)) {
    const auto word = load<Address>(top, at);
    const bool inside = stack.begin <= word && word < stack.end;
    hash = absl::HashOf(hash, inside ? stack.end - word : word);
  }
  return hash;
}

// Reads the tops of stacks and takes out those goroutines whose top is another one now.
class Tops {
 public:
  void want(std::uint32_t row, const Mark& mark, const GoroutineRecord& record) {
    wanted_.push_back({row, mark.stack, record});
  }

  void compare(const Memory& memory, std::vector<std::uint32_t>& moved) {
    std::vector<std::byte> bytes(wanted_.size() * kMarkedStack);
    std::vector<Piece> pieces;
    for (std::size_t i = 0; i < wanted_.size(); ++i) {
      const GoroutineRecord& record = wanted_[i].record;
      const auto room = std::span(bytes).subspan(i * kMarkedStack, marked_size(record));
      pieces.push_back({record.start().sp, room});
    }
    memory.read_all(pieces);
    for (std::size_t i = 0; i < wanted_.size(); ++i) {
      const bool same =
          pieces[i].read && hash_of(wanted_[i].record, pieces[i].into) == wanted_[i].hash;
      if (!same) moved.push_back(wanted_[i].row);
    }
  }

 private:
  struct Wanted {
    std::uint32_t row = 0;
    std::uint64_t hash = 0;
    GoroutineRecord record;
  };
  std::vector<Wanted> wanted_;
};

}  // namespace

Mark mark_of(const Layout& layout, const Specimen& specimen) {
  Mark mark{.goroutine = specimen.record.address, .key = key_of(specimen.record)};
  const std::size_t size = marked_size(specimen.record);
  if (!counts_runs(layout) && size > 0 && specimen.stack.bytes.size() >= size) {
    mark.stack = hash_of(specimen.record, specimen.stack.bytes.first(size));
  }
  return mark;
}

std::vector<std::uint32_t> moved_since(const Memory& memory, const Layout& layout,
                                       std::span<const Mark> marks,
                                       std::span<const std::uint32_t> rows) {
  std::vector<std::uint32_t> order(rows.begin(), rows.end());
  std::ranges::sort(order, {}, [&](std::uint32_t row) { return marks[row].goroutine; });
  std::vector<std::uint32_t> moved;
  Structures now;
  Tops tops;
  for (std::size_t at = 0; at < order.size(); at += kBatch) {
    const auto some = std::span(order).subspan(at, std::min(kBatch, order.size() - at));
    std::vector<Address> addresses;
    for (const std::uint32_t row : some) addresses.push_back(marks[row].goroutine);
    now.read(memory, addresses, record_size(layout));
    for (std::size_t i = 0; i < some.size(); ++i) {
      const Mark& mark = marks[some[i]];
      const GoroutineRecord record = read_record(layout, mark.goroutine, now[i]);
      if (!now.has(i) || key_of(record) != mark.key) {
        moved.push_back(some[i]);
      } else if (mark.stack != 0) {
        tops.want(some[i], mark, record);
      }
    }
  }
  tops.compare(memory, moved);
  std::ranges::sort(moved);
  return moved;
}

}  // namespace goknot::target
