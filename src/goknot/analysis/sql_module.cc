// SPDX-License-Identifier: Apache-2.0
// https://www.sqlite.org/vtab.html: read-only, eponymous tables; equality on the first column of a
// table with `seek` is answered by it, everything else by walking through.
#include "goknot/analysis/sql_module.h"

#include <sqlite3.h>

#include <memory>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace goknot::analysis {

namespace {

enum Plan : int { walk = 0, seek = 1 };

constexpr double kSeekCost = 10;

// What a module is made for.
struct Source {
  SqlWorld* world = nullptr;
  const SqlTable* table = nullptr;
};

// A connected table; SQLite casts between it and its first member.
struct Connected {
  sqlite3_vtab base = {};
  Source source;
};

// A walk through a table.
struct Walk {
  sqlite3_vtab_cursor base = {};
  Source source;
  std::vector<RowRange> ranges;
  std::size_t range = 0;
  std::size_t row = 0;

  bool done() const { return range == ranges.size(); }
  // Stands on the first row from `row` on that is in a range.
  void settle() {
    while (!done() && row >= ranges[range].second) {
      range++;
      if (!done()) row = ranges[range].first;
    }
  }
};

Connected* connected(sqlite3_vtab* base) { return reinterpret_cast<Connected*>(base); }
Walk* walk_of(sqlite3_vtab_cursor* base) { return reinterpret_cast<Walk*>(base); }

int connect(sqlite3* connection, void* source, int, const char* const*, sqlite3_vtab** table,
            char**) {
  const auto* const from = static_cast<const Source*>(source);
  std::string declaration = "CREATE TABLE x(";
  for (const SqlColumn& column : from->table->columns) {
    if (!declaration.ends_with('(')) declaration += ", ";
    declaration += "\"" + std::string(column.name) + "\"";
    if (column.listing == ColumnListing::hidden) declaration += " HIDDEN";
  }
  const int code = sqlite3_declare_vtab(connection, (declaration + ")").c_str());
  if (code != SQLITE_OK) return code;
  auto made = std::make_unique<Connected>();
  made->source = *from;
  *table = &made.release()->base;
  return SQLITE_OK;
}

int disconnect(sqlite3_vtab* table) {
  delete connected(table);
  return SQLITE_OK;
}

// SQLite asks what a walk under some constraints would cost, and picks the cheapest plan; idxNum
// comes back to filter() as `plan`.
int best_index(sqlite3_vtab* table, sqlite3_index_info* info) {
  const Source& source = connected(table)->source;
  const auto rows = static_cast<double>(source.table->size(*source.world));
  info->idxNum = Plan::walk;
  info->estimatedCost = rows + 1;
  info->estimatedRows = static_cast<sqlite3_int64>(rows);
  if (source.table->seek == nullptr) return SQLITE_OK;
  for (int i = 0; i < info->nConstraint; i++) {
    const auto& constraint = info->aConstraint[i];
    if (constraint.usable == 0 || constraint.iColumn != 0) continue;
    if (constraint.op != SQLITE_INDEX_CONSTRAINT_EQ) continue;
    info->aConstraintUsage[i].argvIndex = 1;
    info->idxNum = Plan::seek;
    info->estimatedCost = kSeekCost;
    info->estimatedRows = 1;
    return SQLITE_OK;
  }
  return SQLITE_OK;
}

int open(sqlite3_vtab* table, sqlite3_vtab_cursor** cursor) {
  auto made = std::make_unique<Walk>();
  made->source = connected(table)->source;
  *cursor = &made.release()->base;
  return SQLITE_OK;
}

int close(sqlite3_vtab_cursor* cursor) {
  delete walk_of(cursor);
  return SQLITE_OK;
}

int filter(sqlite3_vtab_cursor* cursor, int plan, const char*, int, sqlite3_value** values) {
  Walk& walk = *walk_of(cursor);
  SqlWorld& world = *walk.source.world;
  if (plan == Plan::seek) {
    // SQLite compares again: 1.5 and 'x' find nothing by themselves.
    walk.ranges = walk.source.table->seek(world, sqlite3_value_int64(values[0]));
  } else {
    walk.ranges = {{0, walk.source.table->size(world)}};
  }
  walk.range = 0;
  walk.row = walk.ranges.empty() ? 0 : walk.ranges.front().first;
  walk.settle();
  return SQLITE_OK;
}

int next(sqlite3_vtab_cursor* cursor) {
  Walk& walk = *walk_of(cursor);
  walk.row++;
  walk.settle();
  return SQLITE_OK;
}

int eof(sqlite3_vtab_cursor* cursor) { return walk_of(cursor)->done() ? 1 : 0; }

// Hands a value to SQLite.
struct Answer {
  sqlite3_context* context;

  void operator()(std::monostate) const { sqlite3_result_null(context); }
  void operator()(bool value) const { sqlite3_result_int(context, value ? 1 : 0); }
  void operator()(std::int64_t value) const { sqlite3_result_int64(context, value); }
  void operator()(double value) const { sqlite3_result_double(context, value); }
  void operator()(const std::string& value) const {
    sqlite3_result_text64(context, value.data(), value.size(), SQLITE_TRANSIENT, SQLITE_UTF8);
  }
  void operator()(Minutes value) const { sqlite3_result_int(context, value.value); }
  void operator()(Bytes value) const {
    sqlite3_result_int64(context, static_cast<sqlite3_int64>(value.value));
  }
  void operator()(const Place& value) const { (*this)(value.function); }
};

int column(sqlite3_vtab_cursor* cursor, sqlite3_context* context, int number) {
  const Walk& walk = *walk_of(cursor);
  const SqlColumn& column = walk.source.table->columns[static_cast<std::size_t>(number)];
  std::visit(Answer{context}, column.cell(*walk.source.world, walk.row));
  return SQLITE_OK;
}

int row_id(sqlite3_vtab_cursor* cursor, sqlite3_int64* id) {
  *id = static_cast<sqlite3_int64>(walk_of(cursor)->row);
  return SQLITE_OK;
}

sqlite3_module make_module() {
  sqlite3_module module = {};
  module.iVersion = 0;
  module.xConnect = connect;  // without xCreate: the tables are there, and none can be made
  module.xBestIndex = best_index;
  module.xDisconnect = disconnect;
  module.xOpen = open;
  module.xClose = close;
  module.xFilter = filter;
  module.xNext = next;
  module.xEof = eof;
  module.xColumn = column;
  module.xRowid = row_id;
  return module;
}

void forget(void* source) { delete static_cast<Source*>(source); }

}  // namespace

int add_tables(sqlite3* connection, SqlWorld& world) {
  static const sqlite3_module kModule = make_module();
  for (const SqlTable* table : sql_tables()) {
    auto source = std::make_unique<Source>(Source{&world, table});
    const int code = sqlite3_create_module_v2(connection, std::string(table->name).c_str(),
                                              &kModule, source.release(), forget);
    if (code != SQLITE_OK) return code;
    // Connects the table now: later an authorizer would have to allow what declaring it does.
    const std::string first_use = "SELECT 1 FROM " + std::string(table->name);
    if (const int failed =
            sqlite3_exec(connection, (first_use + " LIMIT 0").c_str(), nullptr, nullptr, nullptr)) {
      return failed;
    }
  }
  return SQLITE_OK;
}

}  // namespace goknot::analysis
