// SPDX-License-Identifier: Apache-2.0
// A census is what a follower of the heap needs instead of a stopped world: it is taken before and
// after each pass, and who looks the same in both has not run in between. The key is made of fields
// of the g that change whenever it runs (target/goroutine_record.h); a census takes a few
// large reads.
#pragma once

#include "goknot/target/memory.h"
#include "goknot/target/module.h"
#include "goknot/target/program.h"
#include "goknot/target/snapshot_reader.h"

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace goknot::target {

// A goroutine as a look at all of them saw it, or the g of one that has ended.
struct Present {
  static constexpr std::uint32_t kNoRow = 0xffffffff;

  Address goroutine = 0;
  std::uint64_t key = 0;
  Range stack = {};
  std::uint32_t row = kNoRow;  // of the snapshot; none if it was born since, or was not shown
  bool readable = false;
  bool alive = false;
  bool running = false;
};

// Looks at all goroutines, again and again.
class Census {
 public:
  // Marks are those of the snapshot. Nothing is copied.
  Census(const Memory& memory, const Program& program, std::span<const Mark> marks);

  // All g structures there are at this moment, sorted by address. None if their list cannot be
  // read.
  std::optional<std::vector<Present>> take() const;

 private:
  struct Numbered {
    Address goroutine = 0;
    std::uint32_t row = 0;
  };

  void look(std::span<const Address> goroutines, std::span<Present> into) const;
  void number(std::vector<Present>& all) const;

  const Memory& memory_;
  const Program& program_;
  std::vector<Numbered> rows_;  // of the snapshot, by address
};

// The goroutines that ran, or may have run, between two looks, sorted: those that run, were born,
// moved, or could not be read. Those of the runtime's own do not count.
std::vector<Address> ran_between(std::span<const Present> before, std::span<const Present> after,
                                 const Snapshot& snapshot);

}  // namespace goknot::target
