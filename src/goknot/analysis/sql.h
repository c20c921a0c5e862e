// SPDX-License-Identifier: Apache-2.0
// Questions to a snapshot in SQL (docs/sql.md). Queries are shut in: they read our tables, call
// harmless functions, and end soon.
#pragma once

#include "goknot/base/result.h"
#include "goknot/model/diagnosis.h"
#include "goknot/model/report.h"
#include "goknot/model/snapshot.h"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

namespace goknot::analysis {

// How far a query may go.
struct SqlLimits {
  std::chrono::milliseconds time{30'000};
  std::size_t rows = 1'000'000;                  // of the answer
  std::size_t memory = std::size_t{512} << 20U;  // of SQLite, for all queries together
};

// The answer to one query over the tables of docs/sql.md, in columns named as the query names them.
// Errors: usage (what SQLite says of the query, or what is forbidden), interrupted (too long),
// unsupported (too many rows, too much memory).
Result<Table> query(const Snapshot& snapshot, const Diagnosis& diagnosis, std::string_view sql,
                    const SqlLimits& limits = {});

// The rows of the goroutines for which a condition holds, in their order. The condition is an SQL
// expression over the columns of `goroutines`, or one in the language of where.h. Errors: as above;
// a condition that cannot be read comes with a caret below the place.
Result<std::vector<std::uint32_t>> select_goroutines(const Snapshot& snapshot,
                                                     std::string_view condition,
                                                     const SqlLimits& limits = {});

}  // namespace goknot::analysis
