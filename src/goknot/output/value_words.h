// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "goknot/model/report.h"

#include <string>

namespace goknot::output {

// A cell as people read it: "3 h 4 min", "1,029", "(*Hub).Add hub.go:281". Not escaped.
std::string value_words(const Value& value);

// Whether cells of this kind stand at the right of their column.
enum class Side { left, right };
Side side_of(const Value& value);

}  // namespace goknot::output
