// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "goknot/model/snapshot.h"
#include "goknot/source/delve_lines.h"
#include "goknot/source/format.h"

#include <absl/container/flat_hash_map.h>

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace goknot::source {

// Why a stack does not go on.
enum class StackEnd : std::uint8_t {
  truncated,  // the debugger was asked for no more frames
  broken,     // the debugger could not go on
};

// A goroutine as far as it is told.
struct DelveGoroutine {
  Goroutine goroutine;
  std::array<std::optional<DelveLocation>, 4> places;  // by DelvePlace
  std::string_view reason;
  std::vector<Frame> frames;
  std::vector<std::uint64_t> addresses;  // of the frames
  StackEnd end = StackEnd::truncated;
};

// Collects what Delve says of goroutines at one moment and makes a snapshot of it.
class DelveSnapshot {
 public:
  // Begins at a line of the input.
  DelveSnapshot(const Input& input, std::uint64_t line);

  bool empty() const { return rows_.empty() && !stack_ && !list_; }
  // Whether there were lines of a list.
  bool has_list() const { return list_; }
  // Whether a line of a list says something else of its goroutine than one before.
  bool contradicts(const DelveRow& row) const;

  void add_row(const DelveRow& row, std::uint64_t line);
  void add_place(std::int64_t goroutine, const DelvePlaceLine& place, std::uint64_t line);
  void set_labels(std::optional<std::int64_t> goroutine, std::string_view text);
  // "[7 goroutines]", before a list or behind it.
  void set_count(std::uint64_t count);
  // "Total: 6" behind a group, of which at most five may be shown.
  void end_group(std::uint64_t total);
  void end_list();
  // The list was interrupted.
  void cut_list() { list_cut_ = true; }

  // Begins a stack; of an unknown goroutine if there is no id. A longer one replaces a shorter one.
  void begin_stack(std::optional<std::int64_t> goroutine);
  void add_frame(const DelveFrame& frame, std::uint64_t line);
  // The place of the last frame; whether it was still missing.
  bool set_place(const DelveLocation& at);
  bool cut_stack(StackEnd end);

  Snapshot finish();

 private:
  using Row = DelveGoroutine;

  Row& row_of(std::int64_t goroutine, std::uint64_t line);
  Frame frame_of(const DelveLocation& location);
  void end_stack();
  bool is_of_another(const Row& read) const;
  StackId stack_of(Row& row);
  void set_creator(Row& row);
  bool is_system(const Row& row) const;
  void set_statuses();
  void add_gaps();
  void gap(std::string what, std::string hides);

  Snapshot snapshot_;
  std::vector<Row> rows_;
  absl::flat_hash_map<std::int64_t, std::size_t> known_;  // rows by goroutine
  bool list_ = false, list_cut_ = false;
  std::uint64_t declared_ = 0;  // goroutines that the longest list says there are
  std::uint64_t grouped_ = 0;   // the same, added up from the groups of this list
  std::uint64_t unreadable_ = 0, truncated_ = 0, broken_ = 0, unowned_ = 0;
  std::optional<Row> stack_;  // the stack being read
  std::optional<std::int64_t> stack_owner_;
  bool stack_cut_ = false;
};

}  // namespace goknot::source
