// SPDX-License-Identifier: Apache-2.0
#include "goknot/output/value_words.h"

#include "goknot/base/quantity.h"
#include "goknot/output/words.h"

#include <fmt/format.h>

#include <variant>

namespace goknot::output {

namespace {

// One overload for each alternative of Value.
struct ToWords {
  std::string operator()(std::monostate) const { return {}; }
  std::string operator()(bool value) const { return value ? "yes" : "no"; }
  // Without separators: a number in a table may be an id, to be copied into a command.
  std::string operator()(std::int64_t value) const { return std::to_string(value); }
  std::string operator()(double value) const { return fmt::format("{:.3g}", value); }
  std::string operator()(const std::string& value) const { return value; }
  std::string operator()(Minutes value) const { return spoken_minutes(value.value); }
  std::string operator()(Bytes value) const { return spoken_bytes(value.value); }
  std::string operator()(const Place& value) const { return place_words(value); }
};

}  // namespace

std::string value_words(const Value& value) { return std::visit(ToWords{}, value); }

Side side_of(const Value& value) {
  const bool number = std::holds_alternative<std::int64_t>(value) ||
                      std::holds_alternative<double>(value) || std::holds_alternative<Bytes>(value);
  return number ? Side::right : Side::left;
}

}  // namespace goknot::output
