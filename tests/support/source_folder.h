// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

namespace goknot::testing_support {

// A path in the project's tree as it was built: source_path("tests/data/dumps").
std::string source_path(const std::string& below);

}  // namespace goknot::testing_support
