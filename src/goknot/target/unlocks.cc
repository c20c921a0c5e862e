// SPDX-License-Identifier: Apache-2.0
#include "goknot/target/unlocks.h"

#include "goknot/target/recipe_value.h"

#include <algorithm>
#include <string_view>

namespace goknot::target {

namespace {

using Action = LockFunction::Action;

constexpr std::string_view kMethodValue = "-fm";
constexpr Address kMethods = 24;  // of an itab: where fun begins. Go: internal/abi.ITab
constexpr Address kWord = 8;
// The register in which a function finds its funcval. Go: cmd/internal/obj/x86 REGCTXT (DX),
// cmd/internal/obj/arm64 REGCTXT (R26).
constexpr std::int64_t kContextAmd64 = 2;
constexpr std::int64_t kContextArm64 = 26;
constexpr int kMostMethods = 8;  // of an interface that are looked at

std::optional<LockFunction> release(std::string_view name) {
  const auto found = lock_function(name);
  return found && found->action == Action::releases ? found : std::nullopt;
}

}  // namespace

bool is_made_by_compiler(std::string_view name, FuncId id) {
  return id == FuncId::wrapper || name.contains("\u00b7dwrap\u00b7") ||
         name.contains(".deferwrap") || name.ends_with(kMethodValue);
}

// The one release that the function makes on what it was given.
std::optional<LockFunction> Unlocks::called(Address code) {
  std::optional<LockFunction> found;
  for (const LockCall& call : calls_.of(code)) {
    // What was inlined into something else that was inlined has another receiver.
    if (call.function.action != Action::releases) continue;
    if (!call.own || (found && *found != call.function)) return std::nullopt;
    found = call.function;
  }
  return found;
}

Unlocks::Form Unlocks::look_at(Address code) {
  Form form;
  const auto function = code_.function_at(code);
  if (!function) return form;
  const FunctionTable& table = *code_.table_of(code);
  const std::string_view name = table.name(*function);
  form.direct = release(name);
  form.is_wrapper = is_made_by_compiler(name, function->id);
  if (form.direct || !form.is_wrapper) return form;
  // A method value keeps the receiver of the method that was named, which may be promoted.
  const bool is_value = name.ends_with(kMethodValue);
  form.wrapped =
      is_value ? release(name.substr(0, name.size() - kMethodValue.size())) : called(code);
  return form;
}

Unlocks::Form Unlocks::form_of(Address code) {
  const auto known = forms_.find(code);
  if (known != forms_.end()) return known->second;
  return forms_.emplace(code, look_at(code)).first->second;
}

std::optional<LockFunction> Unlocks::release_of_type(Address itab) {
  const auto [entry, added] = types_.try_emplace(itab);
  if (!added) return entry->second;
  for (int i = 0; i < kMostMethods; ++i) {
    const auto method = code_.memory().read<Address>(itab + kMethods + Address{8} * unsigned(i));
    const auto function = method ? code_.function_at(*method) : std::nullopt;
    if (!function) break;
    if ((entry->second = release(code_.table_of(*method)->name(*function)))) break;
  }
  return entry->second;
}

// A method of an interface value: what was captured is its itab and its data.
std::optional<LockSide> Unlocks::through_interface(const PendingCall& call) {
  const auto& [itab, data, third, fourth] = call.captured;
  if (!itab || !data || *itab == 0 || *itab % 8 != 0) return std::nullopt;
  const auto function = release_of_type(*itab);
  if (!function) return std::nullopt;
  return LockSide{.lock = *data, .kind = function->kind, .mode = function->mode};
}

std::optional<LockSide> Unlocks::released_by(const PendingCall& call) {
  const Form form = form_of(call.code);
  const auto& function = form.direct ? form.direct : form.wrapped;
  if (!function) return form.is_wrapper ? through_interface(call) : std::nullopt;
  const auto& receiver = form.direct ? call.arguments[0] : call.captured[0];
  if (!receiver || *receiver == 0) return std::nullopt;
  return LockSide{.lock = *receiver, .kind = function->kind, .mode = function->mode};
}

// What the function of a call begins with: its funcval, or an argument in the frame of its caller.
std::optional<Address> Unlocks::beginning(const PendingCall& call, const Recipe& where) const {
  const bool amd64 = code_.layout().architecture == Architecture::amd64;
  switch (where.start) {
    case Recipe::Start::number:
      return static_cast<Address>(where.number);
    case Recipe::Start::entered:
      if (where.number != (amd64 ? kContextAmd64 : kContextArm64)) return std::nullopt;
      return call.closure;
    case Recipe::Start::word: {
      // On arm64 the caller has left room for the link register below them.
      const auto word = static_cast<std::size_t>(where.number) / kWord - (amd64 ? 0 : 1);
      return word < call.arguments.size() ? call.arguments[word] : std::nullopt;
    }
    case Recipe::Start::frame:
      return std::nullopt;
  }
  return std::nullopt;
}

// Where a lock is that the function of a call finds by what it captured or was given.
std::optional<Address> Unlocks::find(const PendingCall& call, const Recipe& where) const {
  const auto begin = [&](const Recipe& part) { return beginning(call, part); };
  const auto read = [&](Address at) {
    const Address word = (at - call.closure) / kWord;
    const bool captured = word >= 1 && word <= call.captured.size() && at % kWord == 0;
    return captured ? call.captured[word - 1] : code_.memory().read<Address>(at);
  };
  return follow(where, begin, read);
}

// A word that cannot be read meets no condition: then nobody is made a holder by it.
bool Unlocks::is_met(const PendingCall& call, const Condition& condition) const {
  auto found = find(call, condition.where);
  if (!found || condition.size > sizeof(Address)) return false;
  auto number = static_cast<Address>(condition.number);
  if (condition.size > 0) {
    std::array<std::byte, sizeof(Address)> bytes{};
    const auto part = std::span(bytes).first(condition.size);
    if (!code_.memory().read(*found, part)) return false;
    found = load<Address>(bytes, 0);
    if (condition.size < sizeof(Address)) number &= (Address{1} << (8 * condition.size)) - 1;
  }
  return (*found == number) == condition.equal;
}

std::vector<LockSide> Unlocks::would_release(const PendingCall& call) {
  std::vector<LockSide> sides;
  for (const PossibleRelease& release : possible_.of(call.code)) {
    const auto lock = find(call, release.where);
    const auto met = [&](const Condition& condition) { return is_met(call, condition); };
    if (!lock || *lock == 0 || !std::ranges::all_of(release.conditions, met)) continue;
    const LockSide side{
        .lock = *lock, .kind = release.function.kind, .mode = release.function.mode};
    if (std::ranges::find(sides, side) == sides.end()) sides.push_back(side);
  }
  return sides;
}

std::vector<PendingRelease> Unlocks::all_released_by(const PendingCall& call) {
  // Its code tells which of what it captured is the lock; else that is the first of it.
  std::vector<PendingRelease> sides;
  for (const LockEffect& effect : wrappers_.effects_of(call.code)) {
    if (effect.function.action != Action::releases) continue;
    const auto lock = find(call, effect.where);
    if (!lock || *lock == 0) continue;
    const LockFunction& function = effect.function;
    sides.push_back({.side = {.lock = *lock, .kind = function.kind, .mode = function.mode},
                     .always = effect.always});
  }
  if (sides.empty()) {
    if (const auto side = released_by(call)) sides.push_back({.side = *side});
  }
  return sides;
}

}  // namespace goknot::target
