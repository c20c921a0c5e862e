// SPDX-License-Identifier: Apache-2.0
#include "goknot/target/asking_place.h"

#include <algorithm>

namespace goknot::target {

bool is_sync_lock(ObjectKind kind) {
  return kind == ObjectKind::mutex || kind == ObjectKind::rwmutex;
}

bool is_lock_machinery(std::string_view function) {
  return function.starts_with("sync.") || function.starts_with("internal/sync.") ||
         function.starts_with("runtime.");
}

const Site* asking_place(std::span<const Site* const> sites) {
  const auto place = std::ranges::find_if(sites, [](const Site* site) {
    return site->table != nullptr && !is_lock_machinery(site->table->name(site->function));
  });
  return place == sites.end() ? nullptr : *place;
}

}  // namespace goknot::target
