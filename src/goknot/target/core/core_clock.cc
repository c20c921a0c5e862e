// SPDX-License-Identifier: Apache-2.0
#include "goknot/target/core/core_clock.h"

#include "goknot/target/goroutine_list.h"
#include "goknot/target/goroutine_record.h"
#include "goknot/target/structures.h"

#include <algorithm>

namespace goknot::target {

std::optional<std::int64_t> last_known_time(const Memory& memory, const Program& program) {
  auto list = read_goroutine_list(memory, program.goroutines);
  if (!list) return std::nullopt;
  std::ranges::sort(*list);
  Structures structures;
  structures.read(memory, *list, record_size(program.layout));
  std::int64_t latest = 0;
  for (std::size_t i = 0; i < list->size(); ++i) {
    if (!structures.has(i)) continue;
    const GoroutineRecord record = read_record(program.layout, (*list)[i], structures[i]);
    if (is_plausible(record) && record.is_alive()) latest = std::max(latest, record.wait_since);
  }
  return latest > 0 ? std::optional(latest) : std::nullopt;
}

}  // namespace goknot::target
