// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string_view>

namespace goknot::target {

// The machines whose Go programs can be read; both 64 bit and little-endian.
enum class Architecture : std::uint8_t { amd64, arm64 };

// Go's word for it (GOARCH).
constexpr std::string_view goarch(Architecture architecture) {
  return architecture == Architecture::amd64 ? "amd64" : "arm64";
}

}  // namespace goknot::target
