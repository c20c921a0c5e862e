// SPDX-License-Identifier: Apache-2.0
#include "goknot/target/lock_wrappers.h"

#include <algorithm>

namespace goknot::target {

namespace {

constexpr int kDeepest = 3;                      // wrappers of wrappers
constexpr std::uint64_t kMostCode = 4096;        // bytes of one
constexpr std::int64_t kFarthestArgument = 512;  // registers by number, words by bytes
const std::vector<LockEffect> kNothing;

// Whether a caller can tell what it is: an argument or a variable, or something behind it.
bool is_told(const Recipe& recipe) {
  const bool near = recipe.number >= 0 && recipe.number <= kFarthestArgument;
  const bool begins =
      recipe.start == Recipe::Start::number || (recipe.start != Recipe::Start::frame && near);
  return begins && std::ranges::all_of(recipe.steps, [](const Recipe::Step& step) {
           return std::ranges::all_of(step.index, is_told);
         });
}

}  // namespace

std::vector<LockEffect> LockWrappers::look_at(Address entry) {
  const auto function = code_.function_at(entry);
  if (!function) return {};
  const FunctionTable& table = *code_.table_of(entry);
  if (table.end_of(*function) - entry > kMostCode || lock_function(table.name(*function)))
    return {};
  if (!uses_locks(entry)) return {};
  const auto flow = LockFlow::follow(code_, *function, steps());
  return flow ? flow->effects() : std::vector<LockEffect>();
}

LockFlow* LockWrappers::flow_of(const Function& function) {
  const auto [entry, is_new] = flows_.try_emplace(function.entry);
  if (is_new) {
    auto flow = LockFlow::follow(code_, function, steps());
    if (flow) entry->second = std::make_unique<LockFlow>(std::move(*flow));
  }
  return entry->second.get();
}

const std::vector<LockEffect>& LockWrappers::effects_of(Address entry) {
  const auto known = known_.find(entry);
  if (known != known_.end()) return known->second;
  if (depth_ == kDeepest) return kNothing;
  known_.emplace(entry, std::vector<LockEffect>());  // for one that calls itself
  ++depth_;
  auto effects = look_at(entry);
  --depth_;
  return known_.insert_or_assign(entry, std::move(effects)).first->second;
}

// A function that does two things to locks is none that a caller could be followed through.
std::optional<LockStep> LockWrappers::step_of(Address entry) {
  const auto& effects = effects_of(entry);
  if (effects.size() != 1 || !is_told(effects.front().where)) return std::nullopt;
  const LockEffect& effect = effects.front();
  const bool takes = effect.function.action == LockFunction::Action::acquires;
  return LockStep{.kind = takes ? LockStep::Kind::takes : LockStep::Kind::gives,
                  .function = effect.function,
                  .where = effect.where,
                  .always = effect.always};
}

bool LockWrappers::may_release(Address entry, ObjectKind kind, Operation mode) {
  const auto is_release = [&](const LockFunction& function) {
    return function.action == LockFunction::Action::releases && function.kind == kind &&
           function.mode == mode;
  };
  const auto& calls = calls_.of(entry);
  if (std::ranges::any_of(calls, is_release, &LockCall::function)) return true;
  const std::vector<Address> callees = calls_.short_callees(entry);
  return std::ranges::any_of(callees, [&](Address at) {
    const auto step = step_of(at);
    return step && step->kind == LockStep::Kind::gives && is_release(step->function);
  });
}

bool LockWrappers::uses_locks(Address entry) {
  if (!calls_.of(entry).empty()) return true;
  const std::vector<Address> callees = calls_.short_callees(entry);
  return std::ranges::any_of(callees, [this](Address at) { return step_of(at).has_value(); });
}

}  // namespace goknot::target
