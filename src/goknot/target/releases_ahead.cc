// SPDX-License-Identifier: Apache-2.0
#include "goknot/target/releases_ahead.h"

#include "goknot/model/function_name.h"

#include <algorithm>

namespace goknot::target {

namespace {

constexpr int kDeepest = 3;  // calls within calls

bool is_standard(const Code& code, const Function& function) {
  return is_standard_function(code.table_of(function.entry)->name(function));
}

}  // namespace

// Nothing is known of a call that a register names. The library gives back what it took itself.
bool ReleasesAhead::may_release(Address entry, ObjectKind kind) {
  if (entry == 0) return true;
  const auto function = code_.function_at(entry);
  if (!function || is_standard(code_, *function) || depth_ == kDeepest) return false;
  if (!callees_.leads_to(entry, release_functions(), kDeepest - depth_)) return false;
  const auto [known, is_new] = callees_known_.try_emplace({entry, kind}, false);
  if (!is_new) return known->second;
  LockFlow* const flow = wrappers_.flow_of(*function);
  ++depth_;
  const bool may = flow == nullptr || look_at(*flow, 0, kind);
  --depth_;
  return callees_known_[{entry, kind}] = may;
}

// Whether it does on the ways that begin at an instruction.
bool ReleasesAhead::look_at(LockFlow& flow, std::size_t from, ObjectKind kind) {
  const std::vector<bool> ahead = flow.body().graph.ahead_of(from);
  const auto releases = [&](const LockFlow::Event& event) {
    return event.gives && !event.own && event.fact.kind == kind && ahead[event.instruction];
  };
  if (std::ranges::any_of(flow.events(), releases)) return true;
  const auto& code = flow.body().code;
  for (std::size_t i = 0; i < code.size(); ++i) {
    const bool calls = code[i].deed == Deed::call && !flow.body().steps.contains(i);
    if (calls && ahead[i] && may_release(code[i].destination, kind)) return true;
  }
  return false;
}

bool ReleasesAhead::may_follow(const Site& site, ObjectKind kind) {
  if (site.table == nullptr) return true;
  if (is_standard(code_, site.function)) return false;
  const auto [known, is_new] = sites_known_.try_emplace({site.pc, kind}, true);
  if (!is_new) return known->second;
  LockFlow* const flow = wrappers_.flow_of(site.function);
  const auto here = flow == nullptr ? std::nullopt : find_instruction(flow->body().code, site.pc);
  const auto locks = here ? flow->at(site.pc) : std::nullopt;
  if (!locks) return true;
  const auto is_kind = [kind](const LockAtPlace& lock) { return lock.kind == kind; };
  return known->second = std::ranges::any_of(locks->held, is_kind) ||
                         std::ranges::any_of(locks->taken, is_kind) || look_at(*flow, *here, kind);
}

}  // namespace goknot::target
