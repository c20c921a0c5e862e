// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "goknot/model/snapshot.h"
#include "goknot/target/ancestors.h"
#include "goknot/target/batch.h"
#include "goknot/target/code.h"
#include "goknot/target/labels.h"
#include "goknot/target/mark.h"
#include "goknot/target/object_table.h"
#include "goknot/target/shown_stack.h"
#include "goknot/target/surroundings.h"
#include "goknot/target/type_names.h"
#include "goknot/target/waits.h"

#include <absl/container/flat_hash_map.h>

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace goknot::target {

// Whether a goroutine that was started with this function is one of the runtime's own. Go:
// runtime/traceback.go isSystemGoroutine.
bool is_system_start(std::string_view start);

// Makes rows of a snapshot out of copied goroutines.
class GoroutineRows {
 public:
  // `now` is the program's nanotime, none if it is not told. What is not copied must outlive it.
  GoroutineRows(Code& code, std::span<const FunctionTable> tables, std::optional<std::int64_t> now,
                Snapshot& snapshot)
      : snapshot_(snapshot),
        code_(code),
        now_(now),
        types_(code.memory(), code.layout(), tables),
        objects_(snapshot),
        waits_(code.layout(), types_, objects_, snapshot),
        shown_(snapshot) {}

  // A goroutine whose stack was copied; false if the stack makes no sense.
  bool add(const Specimen& specimen, const Surroundings& surroundings);
  // A goroutine that runs, and so has no saved stack, or whose stack is not to be had.
  void add_without_stack(const Specimen& specimen, const Surroundings& surroundings);
  // So many goroutines are to come, of which those that were added are a part.
  void make_room(std::size_t all);
  // All rows are there: brings them into the order of their ids. Returns which row each was.
  std::vector<std::uint32_t> sort();
  // How many goroutines wait for more than is told.
  std::uint64_t cut_waits() const { return waits_.cut(); }
  std::string take_text() { return std::move(text_); }
  std::vector<Mark> take_marks() { return std::move(marks_); }
  ObjectTable& objects() { return objects_; }
  // Those that have labels; rows count before they are sorted.
  std::span<const Labelled> labelled() const { return labelled_; }
  // Those whose ancestors were noted; rows count before they are sorted.
  std::span<const Descendant> descendants() const { return descendants_; }
  // Of the goroutine added last: for each activation, the depth of the frame it is shown as.
  std::span<const std::uint32_t> depths() const { return stack_->depths; }

 private:
  Goroutine row(const GoroutineRecord& record);
  StringId status(const GoroutineRecord& record);
  bool is_system(Address start);
  void push(const Specimen& specimen, const Surroundings& surroundings, const Goroutine& row);
  void add_arguments(const Specimen& specimen);

  Snapshot& snapshot_;
  Code& code_;
  std::optional<std::int64_t> now_;
  TypeNames types_;
  ObjectTable objects_;
  WaitRows waits_;
  absl::flat_hash_map<std::uint32_t, StringId> statuses_;  // by what they say
  absl::flat_hash_map<Address, bool> starts_;              // whether it is one of the runtime's own
  ShownStacks shown_;
  const ShownStack* stack_ = nullptr;  // of the goroutine added last
  std::string text_;
  std::vector<Mark> marks_;
  std::vector<Labelled> labelled_;
  std::vector<Descendant> descendants_;
};

}  // namespace goknot::target
