// SPDX-License-Identifier: Apache-2.0
#include "goknot/source/source_place.h"

#include <charconv>

namespace goknot::source {

std::optional<SourcePlace> parse_source_place(std::string_view text) {
  const std::size_t colon = text.rfind(':');
  if (colon == std::string_view::npos) return std::nullopt;
  SourcePlace place{.file = text.substr(0, colon)};
  const char* const end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data() + colon + 1, end, place.line);
  if (error != std::errc() || stop != end) return std::nullopt;
  return place;
}

}  // namespace goknot::source
