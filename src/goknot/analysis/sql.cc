// SPDX-License-Identifier: Apache-2.0
#include "goknot/analysis/sql.h"

#include "goknot/analysis/sql_module.h"
#include "goknot/analysis/sql_tables.h"
#include "goknot/analysis/where.h"
#include "goknot/base/text.h"

#include <re2/re2.h>
#include <sqlite3.h>

#include <algorithm>
#include <array>
#include <memory>
#include <string>
#include <utility>

namespace goknot::analysis {

namespace {

using Clock = std::chrono::steady_clock;

constexpr int kStepsBetweenLooks = 10'000;  // of SQLite's machine
constexpr int kPatternMemory = 1 << 20;     // bytes of a compiled regular expression

// What a query may call: nothing that makes large values out of small ones, reads files or loads
// code.
constexpr std::array<std::string_view, 62> kFunctions = {"abs",
                                                         "avg",
                                                         "char",
                                                         "coalesce",
                                                         "count",
                                                         "cume_dist",
                                                         "date",
                                                         "datetime",
                                                         "dense_rank",
                                                         "first_value",
                                                         "format",
                                                         "glob",
                                                         "group_concat",
                                                         "hex",
                                                         "ifnull",
                                                         "iif",
                                                         "instr",
                                                         "json",
                                                         "json_array",
                                                         "json_array_length",
                                                         "json_each",
                                                         "json_extract",
                                                         "json_group_array",
                                                         "json_group_object",
                                                         "json_object",
                                                         "json_type",
                                                         "json_valid",
                                                         "->",
                                                         "->>",
                                                         "julianday",
                                                         "lag",
                                                         "last_value",
                                                         "lead",
                                                         "length",
                                                         "like",
                                                         "likely",
                                                         "lower",
                                                         "ltrim",
                                                         "max",
                                                         "min",
                                                         "nth_value",
                                                         "ntile",
                                                         "nullif",
                                                         "percent_rank",
                                                         "quote",
                                                         "rank",
                                                         "regexp",
                                                         "round",
                                                         "row_number",
                                                         "rtrim",
                                                         "sign",
                                                         "strftime",
                                                         "substr",
                                                         "substring",
                                                         "sum",
                                                         "time",
                                                         "total",
                                                         "trim",
                                                         "typeof",
                                                         "unicode",
                                                         "unlikely",
                                                         "upper"};

bool is_allowed(std::string_view function) {
  std::string name(function);
  std::ranges::transform(name, name.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
  });
  return std::ranges::find(kFunctions, name) != kFunctions.end();
}

// Called by SQLite for everything a query wants to do, while it is compiled.
// The query is the user's, the files are not: whoever sends somebody a query to try must not be
// able to read, write or fill anything with it.
int authorize(void*, int action, const char*, const char* second, const char*, const char*) {
  switch (action) {
    case SQLITE_SELECT:
    case SQLITE_READ:  // there is nothing but our tables
    case SQLITE_RECURSIVE:
      return SQLITE_OK;
    case SQLITE_FUNCTION:
      return second != nullptr && is_allowed(second) ? SQLITE_OK : SQLITE_DENY;
    default:
      return SQLITE_DENY;
  }
}

// regexp(pattern, text): what "text REGEXP pattern" calls. RE2 takes linear time.
void regexp(sqlite3_context* context, int, sqlite3_value** values) {
  const auto view = [](sqlite3_value* value) {
    const auto* const text = reinterpret_cast<const char*>(sqlite3_value_text(value));
    return re2::StringPiece(
        text == nullptr ? "" : text,
        text == nullptr ? 0 : static_cast<std::size_t>(sqlite3_value_bytes(value)));
  };
  if (sqlite3_value_type(values[1]) == SQLITE_NULL) return sqlite3_result_null(context);
  auto* pattern = static_cast<RE2*>(sqlite3_get_auxdata(context, 0));
  std::unique_ptr<RE2> fresh;
  if (pattern == nullptr) {
    RE2::Options options;
    options.set_log_errors(false);
    options.set_max_mem(kPatternMemory);
    fresh = std::make_unique<RE2>(view(values[0]), options);
    pattern = fresh.get();
  }
  if (!pattern->ok()) {
    return sqlite3_result_error(context, ("regular expression: " + pattern->error()).c_str(), -1);
  }
  sqlite3_result_int(context, RE2::PartialMatch(view(values[1]), *pattern) ? 1 : 0);
  if (fresh) {
    sqlite3_set_auxdata(context, 0, fresh.release(),
                        [](void* old) { delete static_cast<RE2*>(old); });
  }
}

struct CloseConnection {
  void operator()(sqlite3* connection) const { sqlite3_close_v2(connection); }
};
struct Finalize {
  void operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }
};
using Statement = std::unique_ptr<sqlite3_stmt, Finalize>;

Value cell_of(sqlite3_stmt* statement, int column) {
  switch (sqlite3_column_type(statement, column)) {
    case SQLITE_INTEGER:
      return std::int64_t{sqlite3_column_int64(statement, column)};
    case SQLITE_FLOAT:
      return sqlite3_column_double(statement, column);
    case SQLITE_NULL:
      return {};
    default:
      break;
  }
  const void* const bytes = sqlite3_column_blob(statement, column);
  const auto size = static_cast<std::size_t>(sqlite3_column_bytes(statement, column));
  return bytes == nullptr ? std::string() : std::string(static_cast<const char*>(bytes), size);
}

// A connection to nothing but our tables.
// Shut in by five means: an authorizer that allows reading and harmless functions, limits of SQLite
// on lengths and depths, a limit of memory, a clock, and a count of rows.
class Database {
 public:
  // `world` must outlive it.
  static Result<std::unique_ptr<Database>> open(SqlWorld& world, const SqlLimits& limits);

  // Runs one statement, which must read only.
  Result<Table> run(std::string_view sql, const std::vector<SqlValue>& values);

 private:
  explicit Database(const SqlLimits& limits) : limits_(limits), end_(Clock::now() + limits.time) {}

  int set_up(SqlWorld& world);
  int shut_in();
  Result<Statement> prepare(std::string_view sql);
  Result<Unit> bind(sqlite3_stmt* statement, const std::vector<SqlValue>& values);
  Result<Table> collect(sqlite3_stmt* statement);
  std::unexpected<Error> problem(std::string_view sql) const;
  static int look_at_clock(void* self);

  SqlLimits limits_;
  Clock::time_point end_;
  std::unique_ptr<sqlite3, CloseConnection> connection_;
};

Result<std::unique_ptr<Database>> Database::open(SqlWorld& world, const SqlLimits& limits) {
  std::unique_ptr<Database> database(new Database(limits));
  if (database->set_up(world) != SQLITE_OK) {
    return fail(Kind::io, "SQLite does not start");
  }
  return database;
}

int Database::set_up(SqlWorld& world) {
  sqlite3_hard_heap_limit64(static_cast<sqlite3_int64>(limits_.memory));
  sqlite3* connection = nullptr;
  constexpr int kFlags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_MEMORY | SQLITE_OPEN_NOMUTEX;
  const int code = sqlite3_open_v2(":memory:", &connection, kFlags, nullptr);
  connection_.reset(connection);
  if (code != SQLITE_OK) return code;
  // Sorting spills to memory, which has a limit, not to the disk.
  if (const int failed =
          sqlite3_exec(connection, "PRAGMA temp_store=MEMORY", nullptr, nullptr, nullptr)) {
    return failed;
  }
  constexpr int kPure = SQLITE_UTF8 | SQLITE_DETERMINISTIC | SQLITE_INNOCUOUS;
  if (const int failed = sqlite3_create_function_v2(connection, "regexp", 2, kPure, nullptr, regexp,
                                                    nullptr, nullptr, nullptr)) {
    return failed;
  }
  if (const int failed = add_tables(connection, world)) return failed;
  return shut_in();
}

int Database::shut_in() {
  constexpr std::pair<int, int> kLimits[] = {{SQLITE_LIMIT_LENGTH, 64 << 20},
                                             {SQLITE_LIMIT_SQL_LENGTH, 100'000},
                                             {SQLITE_LIMIT_COLUMN, 200},
                                             {SQLITE_LIMIT_EXPR_DEPTH, 200},
                                             {SQLITE_LIMIT_COMPOUND_SELECT, 20},
                                             {SQLITE_LIMIT_VDBE_OP, 100'000},
                                             {SQLITE_LIMIT_FUNCTION_ARG, 20},
                                             {SQLITE_LIMIT_ATTACHED, 0},
                                             {SQLITE_LIMIT_LIKE_PATTERN_LENGTH, 200},
                                             {SQLITE_LIMIT_VARIABLE_NUMBER, 5'000},
                                             {SQLITE_LIMIT_TRIGGER_DEPTH, 0},
                                             {SQLITE_LIMIT_WORKER_THREADS, 0}};
  sqlite3* const connection = connection_.get();
  for (const auto& [limit, most] : kLimits) sqlite3_limit(connection, limit, most);
  sqlite3_db_config(connection, SQLITE_DBCONFIG_DEFENSIVE, 1, nullptr);
  sqlite3_db_config(connection, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, nullptr);
  sqlite3_progress_handler(connection, kStepsBetweenLooks, look_at_clock, this);
  return sqlite3_set_authorizer(connection, authorize, nullptr);
}

int Database::look_at_clock(void* self) {
  return Clock::now() > static_cast<Database*>(self)->end_ ? 1 : 0;
}

std::unexpected<Error> Database::problem(std::string_view sql) const {
  sqlite3* const connection = connection_.get();
  switch (sqlite3_extended_errcode(connection) & 0xff) {
    case SQLITE_INTERRUPT:
      return fail(Kind::interrupted, "the query takes too long", "ask for less, or add a limit");
    case SQLITE_NOMEM:
      return fail(Kind::unsupported, "the query takes too much memory");
    case SQLITE_AUTH:
      return fail(Kind::usage, "this is not allowed in a query",
                  "queries read the tables of goknot sql --tables, and change nothing");
    default:
      break;
  }
  std::string hint;
  if (const int at = sqlite3_error_offset(connection); at >= 0) {
    const std::string before = visible(sql.substr(0, static_cast<std::size_t>(at)));
    hint = visible(sql) + "\n" + std::string(width_of(before), ' ') + "^";
  }
  return fail(Kind::usage, "SQL: " + visible(sqlite3_errmsg(connection)), std::move(hint));
}

Result<Statement> Database::prepare(std::string_view sql) {
  sqlite3_stmt* made = nullptr;
  const char* rest = nullptr;
  const int code = sqlite3_prepare_v2(
      connection_.get(), sql.data(), static_cast<int>(std::min<std::size_t>(sql.size(), 1U << 20U)),
      &made, &rest);
  Statement statement(made);
  if (code != SQLITE_OK) return problem(sql);
  if (!statement) return fail(Kind::usage, "SQL: the query is empty");
  const std::string_view left = sql.substr(static_cast<std::size_t>(rest - sql.data()));
  if (left.find_first_not_of(" \t\r\n;") != std::string_view::npos) {
    return fail(Kind::usage, "SQL: one query at a time",
                "this is behind the first: " + visible(left));
  }
  // A statement without columns answers nothing: REINDEX is one that changes nothing either.
  if (sqlite3_stmt_readonly(statement.get()) == 0 || sqlite3_stmt_isexplain(statement.get()) != 0 ||
      sqlite3_column_count(statement.get()) == 0) {
    return fail(Kind::usage, "not allowed in a query: anything but select");
  }
  return statement;
}

Result<Unit> Database::bind(sqlite3_stmt* statement, const std::vector<SqlValue>& values) {
  int number = 0;
  for (const SqlValue& value : values) {
    number++;
    if (const auto* whole = std::get_if<std::int64_t>(&value)) {
      sqlite3_bind_int64(statement, number, *whole);
    } else if (const auto* real = std::get_if<double>(&value)) {
      sqlite3_bind_double(statement, number, *real);
    } else {
      const auto& text = std::get<std::string>(value);
      sqlite3_bind_text64(statement, number, text.data(), text.size(), SQLITE_TRANSIENT,
                          SQLITE_UTF8);
    }
  }
  return Unit{};
}

Result<Table> Database::collect(sqlite3_stmt* statement) {
  Table table{.name = "rows", .title = "", .columns = {}, .rows = {}};
  const int width = sqlite3_column_count(statement);
  for (int i = 0; i < width; i++) {
    const char* const name = sqlite3_column_name(statement, i);
    const std::string text = name == nullptr ? "" : name;
    table.columns.push_back({text, text});
  }
  int code = SQLITE_OK;
  while ((code = sqlite3_step(statement)) == SQLITE_ROW) {
    if (table.rows.size() == limits_.rows) {
      return fail(Kind::unsupported, "the query has more rows than it may have", "add a limit");
    }
    std::vector<Value>& row = table.rows.emplace_back();
    for (int i = 0; i < width; i++) row.push_back(cell_of(statement, i));
  }
  if (code != SQLITE_DONE) return problem(sqlite3_sql(statement));
  return table;
}

Result<Table> Database::run(std::string_view sql, const std::vector<SqlValue>& values) {
  const Statement statement = TRY(prepare(sql));
  TRY(bind(statement.get(), values));
  return collect(statement.get());
}

// What the user wrote, not what it became, belongs below an error.
// The query is "SELECT rowid FROM goroutines WHERE " + condition, and SQLite counts from its
// beginning.
Error in_words_of_the_user(Error error, std::string_view condition, std::size_t prefix) {
  error.message = "--where: " + error.message;
  const std::size_t caret = error.hint.rfind('\n');
  if (caret == std::string::npos || !error.hint.ends_with('^')) return error;
  const std::size_t column = error.hint.size() - caret - 2;
  if (column < prefix || column > prefix + condition.size()) {
    error.hint.clear();
  } else {
    error.hint = visible(condition) + "\n" + std::string(column - prefix, ' ') + "^";
  }
  return error;
}

// A condition may be in either language; what can only be one is read as that. If it could be both,
// the small language is tried first, and SQL's error is told if neither takes it.
Result<Table> select_rows(const Snapshot& snapshot, std::string_view condition,
                          const SqlLimits& limits) {
  constexpr std::string_view kSelect = "SELECT rowid FROM goroutines WHERE ";
  SqlWorld world(snapshot, nullptr);
  const std::unique_ptr<Database> database = TRY(Database::open(world, limits));
  const ConditionLanguage language = language_of(condition);
  if (language != ConditionLanguage::sql) {
    const Result<SqlCondition> parsed = parse_where(condition);
    if (parsed) return database->run(std::string(kSelect) + parsed->sql, parsed->values);
    if (language == ConditionLanguage::where) return std::unexpected(parsed.error());
  }
  Result<Table> table = database->run(std::string(kSelect) + std::string(condition), {});
  if (table) return table;
  return std::unexpected(in_words_of_the_user(std::move(table).error(), condition, kSelect.size()));
}

}  // namespace

Result<Table> query(const Snapshot& snapshot, const Diagnosis& diagnosis, std::string_view sql,
                    const SqlLimits& limits) {
  SqlWorld world(snapshot, &diagnosis);
  const std::unique_ptr<Database> database = TRY(Database::open(world, limits));
  return database->run(sql, {});
}

Result<std::vector<std::uint32_t>> select_goroutines(const Snapshot& snapshot,
                                                     std::string_view condition,
                                                     const SqlLimits& limits) {
  const Table table = TRY(select_rows(snapshot, condition, limits));
  std::vector<std::uint32_t> rows;
  for (const std::vector<Value>& row : table.rows) {
    // A condition can close itself and go on with "UNION SELECT": then anything may come.
    const auto* const number = std::get_if<std::int64_t>(&row.front());
    if (number == nullptr || *number < 0 ||
        static_cast<std::size_t>(*number) >= snapshot.goroutines.size()) {
      return fail(Kind::usage, "--where: this is more than a condition",
                  "goknot sql takes queries");
    }
    rows.push_back(static_cast<std::uint32_t>(*number));
  }
  return rows;
}

}  // namespace goknot::analysis
