// SPDX-License-Identifier: Apache-2.0
#include "app/quantities.h"

#include "goknot/base/text.h"

#include <charconv>
#include <cstdint>
#include <limits>
#include <string>
#include <utility>

namespace goknot::app {

namespace {

constexpr double kLongest = 24.0 * 3600 * 1000;

std::unexpected<Error> not_a(std::string_view what, std::string_view flag, std::string_view text,
                             std::string_view example) {
  return fail(Kind::usage,
              "--" + std::string(flag) + ": \"" + visible(text) + "\" is no " + std::string(what),
              "for example --" + std::string(flag) + " " + std::string(example));
}

// Milliseconds of a unit of time; 0: there is no such unit.
double milliseconds_of(std::string_view unit) {
  constexpr std::pair<std::string_view, double> kUnits[] = {
      {"", 1000.0}, {"s", 1000.0}, {"ms", 1.0}, {"m", 60'000.0}, {"min", 60'000.0}, {"h", 3.6e6}};
  for (const auto& [name, factor] : kUnits) {
    if (name == unit) return factor;
  }
  return 0;
}

// How many bits a unit of size shifts by; -1: there is no such unit.
int shift_of(std::string_view unit) {
  constexpr std::pair<std::string_view, int> kUnits[] = {
      {"", 0},   {"B", 0},   {"K", 10},   {"k", 10}, {"KB", 10}, {"kB", 10}, {"KiB", 10},
      {"M", 20}, {"MB", 20}, {"MiB", 20}, {"G", 30}, {"GB", 30}, {"GiB", 30}};
  for (const auto& [name, shift] : kUnits) {
    if (name == unit) return shift;
  }
  return -1;
}

// What stands between a number and the end.
std::string_view unit_behind(const char* number, std::string_view text) {
  std::string_view unit(number, static_cast<std::size_t>(text.data() + text.size() - number));
  while (unit.starts_with(' ')) unit.remove_prefix(1);
  return unit;
}

}  // namespace

Result<std::chrono::milliseconds> parse_duration(std::string_view flag, std::string_view text) {
  double number = 0;
  const char* const end = text.data() + text.size();
  const auto [rest, problem] = std::from_chars(text.data(), end, number, std::chars_format::fixed);
  const double total = number * milliseconds_of(unit_behind(rest, text));
  if (problem != std::errc() || !(total >= 1) || total > kLongest) {
    return not_a("time", flag, text, "30s");
  }
  return std::chrono::milliseconds(static_cast<std::int64_t>(total));
}

Result<std::size_t> parse_size(std::string_view flag, std::string_view text) {
  std::size_t number = 0;
  const char* const end = text.data() + text.size();
  const auto [rest, problem] = std::from_chars(text.data(), end, number);
  const int shift = shift_of(unit_behind(rest, text));
  if (problem != std::errc() || number == 0 || shift < 0 ||
      number > (std::numeric_limits<std::size_t>::max() >> 1U >> static_cast<unsigned>(shift))) {
    return not_a("size", flag, text, "512M");
  }
  return number << static_cast<unsigned>(shift);
}

Result<std::size_t> parse_count(std::string_view flag, std::string_view text) {
  std::size_t number = 0;
  const char* const end = text.data() + text.size();
  const auto [rest, problem] = std::from_chars(text.data(), end, number);
  if (problem != std::errc() || rest != end) return not_a("number", flag, text, "20");
  return number;
}

}  // namespace goknot::app
