// SPDX-License-Identifier: Apache-2.0
// A snapshot and its diagnosis as tables of SQL: which there are, their columns, and every cell.
#pragma once

#include "goknot/analysis/group.h"
#include "goknot/model/diagnosis.h"
#include "goknot/model/report.h"
#include "goknot/model/snapshot.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

namespace goknot::analysis {

// What the tables are made from, and what is found out only when a table needs it.
class SqlWorld {
 public:
  // Both must outlive it. Without a diagnosis the tables made from it are empty.
  SqlWorld(const Snapshot& snapshot, const Diagnosis* diagnosis)
      : snapshot_(snapshot), diagnosis_(diagnosis) {}

  const Snapshot& snapshot() const { return snapshot_; }
  const Diagnosis* diagnosis() const { return diagnosis_; }

  // Where the frames of each goroutine begin in the table `frames`; one more at the end.
  std::span<const std::size_t> frame_starts();
  // How many goroutines stand where the goroutine of a row does.
  std::uint64_t likes(std::size_t row);
  // Rows of goroutines with an id.
  std::vector<std::uint32_t> rows_of(std::int64_t id);

 private:
  const Snapshot& snapshot_;
  const Diagnosis* diagnosis_;
  std::vector<std::size_t> frame_starts_;
  std::vector<std::uint64_t> likes_;
  std::vector<std::pair<std::int64_t, std::uint32_t>> by_id_;
};

// Whether `select *` shows a column.
enum class ColumnListing : std::uint8_t { shown, hidden };

// A column: its name and how a cell is made.
struct SqlColumn {
  std::string_view name;
  Value (*cell)(SqlWorld& world, std::size_t row);
  ColumnListing listing = ColumnListing::shown;
};

// Rows [first, last).
using RowRange = std::pair<std::size_t, std::size_t>;

// A table. Where `seek` is there, the first column is a goroutine's id, and it finds its rows.
struct SqlTable {
  std::string_view name;
  std::string_view summary;
  std::span<const SqlColumn> columns;
  std::size_t (*size)(SqlWorld& world);
  std::vector<RowRange> (*seek)(SqlWorld& world, std::int64_t id) = nullptr;
};

// All tables, goroutines first.
std::span<const SqlTable* const> sql_tables();
const SqlTable& goroutines_table();

// The number of a column of that name, in lower case, if there is one.
std::optional<std::size_t> find_column(const SqlTable& table, std::string_view name);

}  // namespace goknot::analysis
