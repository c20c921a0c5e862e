// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "goknot/target/code.h"
#include "goknot/target/goroutine_record.h"
#include "goknot/target/layouts/layout.h"
#include "goknot/target/memory.h"
#include "goknot/target/structures.h"
#include "goknot/target/surroundings.h"
#include "goknot/target/trails.h"
#include "goknot/target/unwind.h"

#include <cstddef>
#include <optional>
#include <span>
#include <vector>

namespace goknot::target {

// What became of one goroutine of a batch.
enum class Look : std::uint8_t {
  steady,      // two looks agreed: what was copied between them is of one instant
  running,     // it runs; it has no saved stack
  moved,       // it ran, or its stack was moved, while it was copied
  dead,        // it is no goroutine any more, or not yet one
  unreadable,  // its memory cannot be read, or holds what no goroutine can hold
};

// One goroutine, as two looks at it saw it.
struct Specimen {
  GoroutineRecord record;
  Copy stack;                               // from its stack pointer on; empty unless steady
  std::span<const Activation> activations;  // of that stack, innermost first
  const Trail* trail = nullptr;             // that leads over it, if one was kept: by the batch
  StackEnd end = StackEnd::broken;          // how the walk over the stack ended
  Look look = Look::unreadable;
};

// What is copied beside a goroutine and its stack.
enum class Around : std::uint8_t { nothing, everything };

// Goroutines that are copied together: in few large reads, each between two looks at its g. A batch
// is used again and again, for memory touched for the first time is the dearest part of reading.
// The protocol for each goroutine, without stopping it: copy its g; copy what is used of its stack,
// and what that points to; copy its g again. If what must not change (RecordKey) is the same, the
// goroutine did not run and its stack was not moved in between, so all of it is of one instant. It
// is done for thousands at a time, because a call of the kernel costs as much as copying a few
// kilobytes.
class Batch {
 public:
  // Copies the goroutines at `addresses`, which are sorted, and what belongs to them. What was
  // copied before is gone. Another thread may use the code meanwhile, if it holds its guard.
  void read(Code& code, std::span<const Address> addresses, Around around = Around::everything);

  // Copies one goroutine that runs while its thread is held still where `record.held` says, and its
  // stack. What was copied before is gone.
  void copy_held(const Memory& memory, const GoroutineRecord& record);
  // Walks over the stack of that goroutine, and copies what belongs to it.
  void walk_held(Code& code, Around around);

  std::span<const Specimen> specimens() const { return specimens_; }
  // What was copied around them.
  const Surroundings& surroundings() const { return surroundings_; }

 private:
  void copy(const Memory& memory, const Layout& layout, std::span<const Address> addresses);
  void look_again(const Memory& memory, const Layout& layout);
  Trails& trails_in(Code& code);
  void read_stacks(const Memory& memory);
  void walk_stacks(Code& code);

  std::optional<Trails> trails_;  // in the code it was last used with
  std::vector<Address> addresses_;
  std::vector<Specimen> specimens_;
  Structures first_, second_;      // the g structures
  std::vector<Specimen*> steady_;  // by their stack pointers
  std::vector<Extent> extents_;    // of their stacks
  Structures stacks_;
  std::vector<Activation> activations_;
  Unwound unwound_;
  Surroundings surroundings_;
};

// A stack of which more than this is in use is cut: the runtime allows 1 GB, and nobody reads that.
inline constexpr std::uint64_t kMostStackCopied = std::uint64_t{64} << 20U;

}  // namespace goknot::target
