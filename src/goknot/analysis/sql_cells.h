// SPDX-License-Identifier: Apache-2.0
// How facts of a snapshot look in a cell of an SQL table. What is not known is NULL.
#pragma once

#include "goknot/analysis/sql_tables.h"
#include "goknot/model/diagnosis.h"
#include "goknot/model/report.h"
#include "goknot/model/snapshot.h"

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace goknot::analysis {

// A number as SQL has them.
template <std::integral T>
Value number(T value) {
  return static_cast<std::int64_t>(value);
}

// NULL if empty.
Value text(std::string_view text);
// NULL for none.
Value id_value(std::int64_t id);
Value minutes_value(std::int32_t minutes);
Value address_value(std::optional<std::uint64_t> address);  // "0xc000012345"
Value object_id(ObjectId id);                               // the row of `objects`, from 1

// A list of numbers as JSON, for json_each.
Value list_value(const std::vector<std::int64_t>& numbers);

// The parts of a place.
Value function_value(const Place& place);
Value file_value(const Place& place);
Value line_value(const Place& place);

// Of a goroutine, by its row.
std::string status_of(const Snapshot& snapshot, std::size_t row);
Value waits_value(const Snapshot& snapshot, std::size_t row);
Value labels_value(const Snapshot& snapshot, std::size_t row);     // a JSON object
Value time_left_value(const Snapshot& snapshot, std::size_t row);  // milliseconds
Value fd_value(const Snapshot& snapshot, std::size_t row);
Value detail_text(const Snapshot& snapshot, std::size_t row, StringId GoroutineDetail::* field);
Value deferred_value(const Snapshot& snapshot, std::size_t row);  // functions as a JSON array
Value thread_value(const Snapshot& snapshot, std::size_t row);
Value stack_used_value(const Snapshot& snapshot, std::size_t row);
Value stack_reserved_value(const Snapshot& snapshot, std::size_t row);
Value heap_held_value(const Snapshot& snapshot, std::size_t row);
std::size_t depth_of(const Snapshot& snapshot, std::size_t row);
Place place_of_row(SqlWorld& world, std::size_t row);  // the first frame of the user's own code
Place creator_of_row(SqlWorld& world, std::size_t row);

// The stack as Go prints it below the header, and its lines, the header's own included.
std::string trace_of(const Snapshot& snapshot, std::size_t row);
std::size_t trace_lines(const Snapshot& snapshot, std::size_t row);

// Of a group.
Value least_minutes(const GroupView& group);
Value most_minutes(const GroupView& group);
Place place_of_interest(const GroupView& group);
Place creator_of(const GroupView& group);

}  // namespace goknot::analysis
