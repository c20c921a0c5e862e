// SPDX-License-Identifier: Apache-2.0
// A snapshot prepared for the rules: its groups, what each group is up to, and what is known of the
// whole.
#pragma once

#include "goknot/analysis/group.h"
#include "goknot/analysis/shapes.h"
#include "goknot/model/diagnosis.h"
#include "goknot/model/series.h"

#include <absl/container/flat_hash_map.h>

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace goknot::analysis {

// What a goroutine is up to, as far as the question "could it move, and should it" goes.
enum class Standing : std::uint8_t {
  system,     // the runtime's own
  framework,  // the testing package waiting for a test
  idle,       // waits as it should: a known library loop
  moving,     // running, runnable, sleeping, in the collector: it will move by itself
  outside,    // in a syscall or on the network: the world has to move
  channel,    // send, receive, select
  lock,       // mutex, rwmutex, once
  join,       // wait group, cond
  forever,    // nil channel, select without cases
  unknown,    // the source does not say
};

// What the rules want to know of a group.
struct Traits {
  Standing standing = Standing::unknown;
  Operation operation = Operation::unknown;
  ObjectKind kind = ObjectKind::unknown;
  std::uint32_t wait_frame = 0;  // depth of the first frame outside the machinery of waiting
  std::uint32_t user_frame =
      0;  // depth of the first frame outside the standard library; stack size if there is none
  std::uint32_t entry_frame = 0;  // depth of the function it was started with
  bool main = false;              // goroutine 1
  bool test = false;              // runs the body of a test or benchmark
  bool entry_waits =
      false;  // the function it was started with waits itself: the form of a background loop
  const LibraryShape* shape = nullptr;  // the known library goroutine it is, or null
};

// What the words around the dump and the dump as a whole say.
struct Context {
  Cause cause = Cause::none;
  bool declared = false;  // the runtime or the test framework says that something hangs
  bool excerpt = false;   // a person picked these goroutines out of more
  bool crash =
      false;  // printed because of a panic or fatal error that has nothing to do with waiting
  bool frozen =
      false;  // nothing in a whole dump can move by itself or from outside: no wait is momentary
  bool ages = false;  // some goroutine's wait is known in minutes
  std::uint64_t movers =
      0;  // goroutines that move by themselves, without the one that took the dump
  std::uint64_t ready = 0;  // goroutines that could run and wait for their turn
};

// One look at a program, ready for questions. Points to the snapshots it was made from.
class Scene {
 public:
  // `series` must not be empty and must outlive the scene; the last complete snapshot is the
  // subject, the earlier ones are evidence. `shapes` must outlive it, too.
  Scene(const Series& series, const Shapes& shapes);

  const Snapshot& snapshot() const { return *snapshot_; }
  const Context& context() const { return context_; }
  const Shapes& shapes() const { return *shapes_; }
  std::span<const Group> groups() const { return groups_; }
  const Group& group_of(std::uint32_t row) const { return groups_[group_of_[row]]; }
  std::size_t group_index(std::uint32_t row) const { return group_of_[row]; }
  const Traits& traits(std::size_t group) const { return traits_[group]; }
  const Traits& traits_of(std::uint32_t row) const { return traits_[group_of_[row]]; }
  const Goroutine& goroutine(std::uint32_t row) const { return snapshot_->goroutines[row]; }
  // How many goroutines rows stand for.
  std::uint64_t count_of(std::span<const std::uint32_t> rows) const;
  // The wait of a goroutine, or null.
  const Wait* wait_of(std::uint32_t row) const;
  // The row of a goroutine id, if the snapshot has it.
  std::optional<std::uint32_t> find(std::int64_t id) const;
  // Whether goroutines that were started by `id`, which is gone, stand in several groups; those
  // that wait for others to be done do not count.
  bool left_several(std::int64_t id) const;
  // Function, file and line of the frame at `depth` of a stack.
  Place place(StackId stack, std::uint32_t depth) const;
  Place place(FrameId frame) const;
  // The frame of a group to show: the innermost of the user's own code, or where it waits if there
  // is none.
  Place shown_place(std::size_t group) const;
  // The functions of a stack, innermost first.
  std::vector<std::string_view> functions(StackId stack) const;
  // Functions of running goroutines that called panic themselves.
  std::span<const StringId> panicking() const { return panicking_; }
  // How often a goroutine was seen on this very stack in earlier snapshots of the same process; 0:
  // never, or one look.
  std::uint32_t unmoved(std::uint32_t row) const;
  // Whether a group waits for a minute or more, or did not move between two looks.
  bool is_lasting(std::size_t group) const;
  // The earlier snapshots of the same process, oldest first.
  std::span<const Snapshot* const> earlier() const { return earlier_; }

 private:
  void classify();
  const Wait* typical_wait(const Group& group) const;
  void find_orphaned();
  void look_around();
  void find_panicking();
  void compare_with_earlier(const Series& series);

  const Snapshot* snapshot_ = nullptr;
  const Shapes* shapes_ = nullptr;
  Context context_;
  std::vector<Group> groups_;
  std::vector<std::uint32_t> group_of_;
  std::vector<Traits> traits_;
  std::vector<std::uint32_t> wait_of_;
  std::vector<const Snapshot*> earlier_;
  std::vector<StringId> panicking_;
  absl::flat_hash_map<std::int64_t, std::uint32_t> rows_;
  absl::flat_hash_map<std::int64_t, std::uint32_t> unmoved_;
  absl::flat_hash_map<std::int64_t, std::size_t> left_by_;  // a group, or kNoGroup for several
};

// The last complete snapshot of a series, or the last one if none is.
const Snapshot& subject_of(const Series& series);

// Whether two snapshots show one process: goroutines with the same id have the same creator.
bool same_process(const Snapshot& before, const Snapshot& after);

// Whether two stacks of two snapshots have the same functions, files and lines.
bool same_stack(const Snapshot& a, StackId stack_a, const Snapshot& b, StackId stack_b);

}  // namespace goknot::analysis
