// SPDX-License-Identifier: Apache-2.0
// Whatever stands in a condition: it is translated or refused, and SQLite never sees a value.
#include "goknot/analysis/sql.h"
#include "goknot/analysis/where.h"
#include "goknot/base/assert.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

namespace {

const goknot::Snapshot& snapshot() {
  static const goknot::Snapshot kSnapshot = [] {
    goknot::Snapshot made;
    made.goroutines.resize(3);
    return made;
  }();
  return kSnapshot;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace goknot::analysis;
  const std::vector<char> copy(data, data + size);
  const std::string_view text(copy.data(), copy.size());
  if (const auto condition = parse_where(text)) {
    const auto marks = static_cast<std::size_t>(std::ranges::count(condition->sql, '?'));
    GOKNOT_ASSERT(marks == condition->values.size());
  }
  const SqlLimits limits{.time = std::chrono::milliseconds(200)};
  if (const auto rows = select_goroutines(snapshot(), text, limits)) {
    for (const std::uint32_t row : *rows) GOKNOT_ASSERT(row < 3);
  }
  return 0;
}
