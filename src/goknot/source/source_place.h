// SPDX-License-Identifier: Apache-2.0
// A place in a source file as Go and its tools print it.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace goknot::source {

struct SourcePlace {
  std::string_view file = {};  // points into the text; may be empty
  std::uint32_t line = 0;
};

// "client.go:590", "C:/my files/client.go:590", ":1"; none if what stands behind the last colon is
// no number.
std::optional<SourcePlace> parse_source_place(std::string_view text);

}  // namespace goknot::source
