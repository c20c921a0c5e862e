// SPDX-License-Identifier: Apache-2.0
#include "goknot/base/quantity.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace goknot {

std::string with_thousands(std::uint64_t number) {
  std::string text = std::to_string(number);
  for (std::size_t at = text.size(); at > 3;) {
    at -= 3;
    text.insert(at, ",");
  }
  return text;
}

std::string counted(std::uint64_t number, std::string_view noun, std::string_view plural) {
  const std::string many = plural.empty() ? fmt::format("{}s", noun) : std::string(plural);
  return fmt::format("{} {}", with_thousands(number), number == 1 ? noun : many);
}

std::string spoken_minutes(std::int64_t minutes) {
  if (minutes < 0) return {};
  if (minutes == 0) return "under a minute";
  if (minutes < 60) return fmt::format("{} min", minutes);
  const std::int64_t hours = minutes / 60;
  const auto two = [](std::int64_t large, std::string_view unit, std::int64_t small,
                      std::string_view rest) {
    return small == 0 ? fmt::format("{} {}", large, unit)
                      : fmt::format("{} {} {} {}", large, unit, small, rest);
  };
  return hours < 24 ? two(hours, "h", minutes % 60, "min") : two(hours / 24, "d", hours % 24, "h");
}

// Never rounded up into the next unit: "60.0 s" is not said.
std::string spoken_seconds(double seconds) {
  if (seconds < 0.001) return "under 1 ms";
  if (seconds < 1) return fmt::format("{:.0f} ms", std::min(seconds * 1000, 999.0));
  if (seconds < 60) return fmt::format("{:.1f} s", std::min(seconds, 59.9));
  return spoken_minutes(static_cast<std::int64_t>(std::min(seconds, 1e15) / 60));
}

// 999.5 and not 1024: "1000 KB" would have four digits.
std::string spoken_bytes(std::uint64_t bytes) {
  constexpr std::array<std::string_view, 6> kUnits = {"KB", "MB", "GB", "TB", "PB", "EB"};
  if (bytes < 1024) return fmt::format("{} B", bytes);
  auto value = static_cast<double>(bytes) / 1024;
  std::size_t unit = 0;
  while (value >= 999.5 && unit + 1 < kUnits.size()) {
    value /= 1024;
    unit++;
  }
  return value < 9.95 ? fmt::format("{:.1f} {}", value, kUnits[unit])
                      : fmt::format("{:.0f} {}", value, kUnits[unit]);
}

}  // namespace goknot
