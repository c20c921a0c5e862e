// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <compare>
#include <optional>
#include <string>
#include <string_view>

namespace goknot::target {

// A release of Go, as far as layouts depend on it.
struct GoVersion {
  int minor = 0;  // 26 of go1.26.8
  int patch = 0;  //  8 of go1.26.8; 0 for betas and candidates

  friend auto operator<=>(const GoVersion&, const GoVersion&) = default;
};

// Reads what runtime.Version() says: "go1.22.1", "go1.24rc2", "devel go1.27-abc …", "go1.20.6 (Red
// Hat …)", "go1.26.0 X:nogreenteagc". None for anything else.
std::optional<GoVersion> parse_go_version(std::string_view text);

// "go1.26.8"
std::string text_of(GoVersion version);

}  // namespace goknot::target
