// SPDX-License-Identifier: Apache-2.0
// Goroutines as rows of a table, one line each.
#pragma once

#include "goknot/model/report.h"
#include "goknot/model/snapshot.h"

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace goknot::analysis {

// The frame a reader looks for: the first outside the standard library, else the innermost one; an
// empty place for an empty stack.
Place place_of_interest(const Snapshot& snapshot, StackId stack);

// The same for a goroutine; of one whose stack is not known, the function it was started with.
Place place_of_row(const Snapshot& snapshot, std::uint32_t row);

// The place of a frame; an empty one for none.
Place place_of(const Snapshot& snapshot, FrameId frame);

// What a goroutine waits for: "lock Hub.mu", "channel 0xc0000140e0", several with commas; empty if
// that is not known.
std::string waits_for(const Snapshot& snapshot, std::uint32_t row);

// What the kernel says that a goroutine waits for: "tcp 10.0.0.1:80 to 10.0.0.7:51000 established",
// "read of pipe, written by cat (813)", "nanosleep(0xc000, 0)"; empty if it was not asked.
std::string counterpart_of(const Snapshot& snapshot, std::uint32_t row);

// What an object is called: its name, else its address, else its kind.
std::string object_words(const Snapshot& snapshot, ObjectId id);

// "state=running, user=42": the labels of a goroutine.
std::string labels_of(const Snapshot& snapshot, const Goroutine& goroutine);

// By what a list of goroutines is sorted.
enum class Order : std::uint8_t { as_read, id, age, state, place };

// The order of a name ("age"), if there is one of that name.
std::optional<Order> order_of_name(std::string_view name);

// Sorts rows: ids, states and places rising, the longest wait first; equal ones stay as they were.
void sort_rows(const Snapshot& snapshot, std::vector<std::uint32_t>& rows, Order order);

// Whether the table has a column for labels.
enum class LabelColumn : std::uint8_t { absent, present };

// A table with one line per row: id (or count), state, age, what it waits for, where, creator.
Table goroutine_table(const Snapshot& snapshot, std::span<const std::uint32_t> rows,
                      LabelColumn labels = LabelColumn::absent);

}  // namespace goknot::analysis
