// SPDX-License-Identifier: Apache-2.0
#include "goknot/target/critical_sections.h"

#include "goknot/target/recipe_value.h"

#include <algorithm>

namespace goknot::target {

namespace {

const std::optional<LocksAtPlace> kNothing = LocksAtPlace{};

// Runs deferred calls, which may give up what the functions outside of it have.
bool unwinds(const Site& site) {
  if (site.table == nullptr) return false;
  return site.function.id == FuncId::gopanic || site.table->name(site.function) == "runtime.Goexit";
}

bool is_side(const LockAtPlace& lock, const LockSide& side) {
  return lock.kind == side.kind && lock.mode == side.mode;
}

}  // namespace

// What the function did to locks on the way to a place; none if it does something that is not
// understood.
const std::optional<LocksAtPlace>& CriticalSections::at(const Site& site) {
  if (site.table == nullptr || !wrappers_.uses_locks(site.function.entry)) return kNothing;
  // A lock's own methods work on what they are given.
  if (lock_function(site.table->name(site.function))) return kNothing;
  const auto [place, is_new] = places_.try_emplace(&site);
  if (is_new) {
    LockFlow* flow = wrappers_.flow_of(site.function);
    if (flow != nullptr) place->second = flow->at(site.pc);
  }
  return place->second;
}

bool CriticalSections::may_hold(const Site& site) {
  const auto& locks = at(site);
  return locks && !locks->held.empty();
}

bool CriticalSections::has_any(const Site& site) {
  const auto& locks = at(site);
  return locks && !locks->taken.empty();
}

bool CriticalSections::may_keep(const Site& site, const LockSide& side) {
  const auto& locks = at(site);
  if (!locks) return wrappers_.may_release(site.function.entry, side.kind, side.mode);
  return std::ranges::any_of(locks->taken, [&](const auto& lock) { return is_side(lock, side); });
}

std::optional<Address> CriticalSections::find(const Specimen& specimen,
                                              const Activation& activation,
                                              const LockAtPlace& lock) const {
  if (!lock.where) return std::nullopt;
  return find_value(code_, specimen, activation, *lock.where);
}

bool CriticalSections::has_taken(const Specimen& specimen, std::uint32_t activation,
                                 const LockSide& side) {
  const Activation& standing = specimen.activations[activation];
  const auto& locks = at(*standing.site);
  if (!locks) return false;
  const auto is_it = [&](const LockAtPlace& lock) {
    return is_side(lock, side) && find(specimen, standing, lock) == side.lock;
  };
  return std::ranges::any_of(locks->held, is_it) || std::ranges::any_of(locks->taken, is_it);
}

std::vector<SectionHold> CriticalSections::held_by(const Specimen& specimen) {
  std::vector<SectionHold> found;
  bool unwound = false;
  for (std::uint32_t i = 0; i < specimen.activations.size(); ++i) {
    const Activation& activation = specimen.activations[i];
    unwound = unwound || unwinds(*activation.site);
    const auto& locks = at(*activation.site);
    if (!locks) continue;
    for (const LockAtPlace& lock : locks->held) {
      const Address address = find(specimen, activation, lock).value_or(0);
      found.push_back({.side = {.lock = address, .kind = lock.kind, .mode = lock.mode},
                       .activation = i,
                       .unwound = unwound});
    }
  }
  return found;
}

Meanwhile CriticalSections::given_up(const Specimen& specimen, std::uint32_t activation,
                                     const LockSide& side, std::uint32_t holder) {
  const Activation& inner = specimen.activations[activation];
  const auto& locks = at(*inner.site);
  if (!locks) {
    const bool releases = wrappers_.may_release(inner.site->function.entry, side.kind, side.mode);
    return releases ? Meanwhile::unclear : Meanwhile::held;
  }
  auto found = Meanwhile::held;
  for (const LockAtPlace& lock : locks->released) {
    if (!is_side(lock, side) || (lock.own && activation != holder)) continue;
    const auto address = find(specimen, inner, lock);
    // What a caller had taken is hardly ever another lock than the one in question.
    if (address == side.lock || (!address && !lock.own)) return Meanwhile::given_up;
    if (!address) found = Meanwhile::unclear;
  }
  return found;
}

}  // namespace goknot::target
