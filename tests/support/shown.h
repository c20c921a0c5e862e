// SPDX-License-Identifier: Apache-2.0
// Typed cells as text, so that they can be compared.
#pragma once

#include "goknot/model/report.h"

#include <fmt/format.h>

#include <string>
#include <variant>

namespace goknot::testing_support {

// "14", "2.5", "true", "\"text\"", "NULL"; other kinds by what they are made of.
inline std::string shown(const Value& value) {
  struct Shown {
    std::string operator()(std::monostate) const { return "NULL"; }
    std::string operator()(bool flag) const { return flag ? "true" : "false"; }
    std::string operator()(std::int64_t number) const { return std::to_string(number); }
    std::string operator()(double number) const { return fmt::to_string(number); }
    std::string operator()(const std::string& text) const { return "\"" + text + "\""; }
    std::string operator()(Minutes minutes) const { return fmt::format("{} min", minutes.value); }
    std::string operator()(Bytes bytes) const { return fmt::format("{} B", bytes.value); }
    std::string operator()(const Place& place) const {
      return fmt::format("{} {}:{}", place.function, place.file, place.line);
    }
  };
  return std::visit(Shown{}, value);
}

}  // namespace goknot::testing_support
