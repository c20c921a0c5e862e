// SPDX-License-Identifier: Apache-2.0
// A small language for conditions on goroutines, as goroutine-inspect has it:
//
//   state == "chan receive" && duration > 10 && !contains(lower(trace), 'http')
//
//   condition:  comparison, !condition, condition && condition, condition || condition, (condition)
//   comparison: value == value, != < <= > >=, value =~ 'regular expression', !~
//   value:      a number, 'text', "text", a column of goroutines, contains(a, b), lower(a),
//   upper(a)
#pragma once

#include "goknot/base/result.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace goknot::analysis {

// A value that is handed to SQLite beside the query, never inside it.
using SqlValue = std::variant<std::int64_t, double, std::string>;

// A condition in SQL, with a "?" for each value.
struct SqlCondition {
  std::string sql;
  std::vector<SqlValue> values;
};

// What a condition may be written in.
enum class ConditionLanguage : std::uint8_t {
  sql,
  either,  // both have it: texts in double quotes, "=="
  where,   // only this language has it: && || ! =~ !~ contains(
};

// What the operators of a condition say about its language.
ConditionLanguage language_of(std::string_view text);

// Translates a condition. Errors: usage, the line and a caret in the hint.
Result<SqlCondition> parse_where(std::string_view text);

}  // namespace goknot::analysis
