// SPDX-License-Identifier: Apache-2.0
#include "goknot/target/possible_releases.h"

#include "goknot/model/function_name.h"
#include "goknot/target/machine/deciding.h"

#include <algorithm>
#include <string_view>
#include <utility>

namespace goknot::target {

namespace {

constexpr int kDeepest = 4;                // defer func() { tx.Rollback() } › rollback › close
constexpr std::size_t kMostLooks = 2000;   // functions of one program
constexpr std::uint64_t kMostCode = 8192;  // bytes of one

bool is_told(const Recipe& recipe) { return recipe.start != Recipe::Start::frame; }

}  // namespace

const std::vector<PossibleRelease>& PossibleReleases::of(Address entry) {
  static const std::vector<PossibleRelease> kNone;
  const auto known = known_.find(entry);
  if (known != known_.end()) return known->second;
  if (depth_ == kDeepest || known_.size() == kMostLooks) return kNone;
  known_.emplace(entry, std::vector<PossibleRelease>());  // for one that calls itself
  ++depth_;
  auto found = look_at(entry);
  --depth_;
  return known_.insert_or_assign(entry, std::move(found)).first->second;
}

std::vector<PossibleRelease> PossibleReleases::look_at(Address entry) {
  std::vector<PossibleRelease> found;
  const auto function = code_.function_at(entry);
  if (!function) return found;
  const FunctionTable& table = *code_.table_of(entry);
  const std::string_view name = table.name(*function);
  if (is_standard_function(name) || table.end_of(*function) - entry > kMostCode) return found;
  if (!callees_.leads_to(entry, release_functions(), kDeepest - depth_)) return found;
  LockFlow* flow = wrappers_.flow_of(*function);
  if (flow == nullptr) return found;
  add_own(*flow, found);
  add_those_of_callees(*flow, found);
  return found;
}

void PossibleReleases::add_own(LockFlow& flow, std::vector<PossibleRelease>& found) {
  for (ForeignRelease& release : flow.foreign_releases()) {
    const auto step = flow.body().steps.find(release.instruction);
    if (step->second.is_given_by_callee() || !release.where || !is_told(*release.where)) continue;
    auto conditions = conditions_for(flow, release.instruction);
    if (!conditions) continue;
    found.push_back({release.function, std::move(*release.where), std::move(*conditions)});
  }
}

// What its callees do, as it follows from what it gives them.
// A callee's release is told from what the callee is given; with what the caller gives it, it
// becomes one that is told from what the caller is given. Its own conditions come behind those
// under which the caller makes the call; if one of them cannot be said in the caller's terms, the
// release is left out.
void PossibleReleases::add_those_of_callees(LockFlow& flow, std::vector<PossibleRelease>& found) {
  const auto& code = flow.body().code;
  for (std::size_t i = 0; i < code.size(); ++i) {
    if (code[i].deed != Deed::call || code[i].destination == 0) continue;
    // A copy: looking at others may move what was found.
    const std::vector<PossibleRelease> releases = of(code[i].destination);
    if (releases.empty()) continue;
    const auto state = flow.before(i);
    const auto conditions = state ? conditions_for(flow, i) : std::nullopt;
    if (!conditions) continue;
    const auto outside = [&](const Recipe& where) {
      return flow.recipe_from_outside(flow.machine().given(where, i, *state));
    };
    for (const PossibleRelease& release : releases) {
      const ValueId lock = flow.machine().given(release.where, i, *state);
      const LockFact taken{
          .lock = lock, .kind = release.function.kind, .mode = release.function.mode};
      const bool own = std::ranges::find(state->held, taken) != state->held.end();
      auto where = outside(release.where);
      if (own || !where || !is_told(*where)) continue;
      PossibleRelease mine{release.function, std::move(*where), *conditions};
      for (const Condition& condition : release.conditions) {
        auto its = outside(condition.where);
        if (!its) break;
        mine.conditions.push_back(condition);
        mine.conditions.back().where = std::move(*its);
      }
      const bool is_whole =
          mine.conditions.size() == conditions->size() + release.conditions.size();
      if (is_whole) found.push_back(std::move(mine));
    }
  }
}

}  // namespace goknot::target
