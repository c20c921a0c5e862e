// SPDX-License-Identifier: Apache-2.0
#include "goknot/target/wait_role.h"

#include <algorithm>
#include <array>
#include <iterator>

namespace goknot::target {

namespace {

struct Named {
  std::string_view function;
  WaitRole role;
};

constexpr Named kRoles[] = {
#define WAIT_ROLE(function, role) {function, WaitRole::role},
#include "goknot/target/wait_role.def"
#undef WAIT_ROLE
};

constexpr std::array<std::string_view, 4> kPackages = {"runtime.", "sync.", "internal/sync.",
                                                       "internal/poll."};

}  // namespace

WaitRole wait_role(std::string_view function) {
  const bool inside = std::ranges::any_of(
      kPackages, [function](std::string_view package) { return function.starts_with(package); });
  if (!inside) return WaitRole::none;
  const auto* const found = std::ranges::find(kRoles, function, &Named::function);
  return found == std::end(kRoles) ? WaitRole::machinery : found->role;
}

}  // namespace goknot::target
