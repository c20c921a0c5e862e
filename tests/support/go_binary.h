// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <vector>

namespace goknot::testing_support {

// A small Go program that sleeps, made for a test.
struct GoBinary {
  std::optional<std::string> path;
  std::string why_not;  // why there is none
};

// Builds it with these flags, once in a run of the tests for each set of flags. None where Go is
// not installed.
GoBinary go_binary(const std::vector<std::string>& flags);

}  // namespace goknot::testing_support
