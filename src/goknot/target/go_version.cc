// SPDX-License-Identifier: Apache-2.0
#include "goknot/target/go_version.h"

#include <fmt/format.h>

#include <charconv>

namespace goknot::target {

namespace {

// No release will ever have a larger number; hostile text may.
constexpr int kLargestNumber = 9999;

// Takes the digits at the front of `text` off; none if there are none or they mean too much.
std::optional<int> take_number(std::string_view& text) {
  int number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{} || number < 0 || number > kLargestNumber) return std::nullopt;
  text.remove_prefix(static_cast<std::size_t>(end - text.data()));
  return number;
}

// Whether a version may end before `rest`: at its end, or where something is added that is not a
// number ("rc2", "-fips", " X:nogreenteagc").
bool may_end(std::string_view rest) { return rest.empty() || (rest[0] != '.'); }

}  // namespace

std::optional<GoVersion> parse_go_version(std::string_view text) {
  constexpr std::string_view kDevel = "devel ";
  constexpr std::string_view kPrefix = "go1.";
  if (text.starts_with(kDevel)) text.remove_prefix(kDevel.size());
  if (!text.starts_with(kPrefix)) return std::nullopt;
  text.remove_prefix(kPrefix.size());

  const std::optional<int> minor = take_number(text);
  if (!minor) return std::nullopt;
  if (may_end(text)) return GoVersion{.minor = *minor};
  text.remove_prefix(1);
  const std::optional<int> patch = take_number(text);
  if (!patch) return std::nullopt;
  return GoVersion{.minor = *minor, .patch = *patch};
}

std::string text_of(GoVersion version) {
  return version.patch == 0 && version.minor < 21
             ? fmt::format("go1.{}", version.minor)
             : fmt::format("go1.{}.{}", version.minor, version.patch);
}

}  // namespace goknot::target
