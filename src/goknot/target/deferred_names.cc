// SPDX-License-Identifier: Apache-2.0
#include "goknot/target/deferred_names.h"

namespace goknot::target {

namespace {

constexpr std::string_view kMethodValue = "-fm";

std::string_view release_name(const LockSide& side) {
  if (side.kind == ObjectKind::mutex) return "sync.(*Mutex).Unlock";
  return side.mode == Operation::rlock ? "sync.(*RWMutex).RUnlock" : "sync.(*RWMutex).Unlock";
}

// What somebody wrote who deferred this function of the runtime; empty if nobody did. Go:
// cmd/compile/internal/walk, builtin.go.
std::string_view written_for(std::string_view function) {
  if (function == "runtime.closechan") return "close";
  if (function == "runtime.gopanic") return "panic";
  constexpr std::string_view kRuntime = "runtime.";
  const bool exported = function.size() > kRuntime.size() && function[kRuntime.size()] >= 'A' &&
                        function[kRuntime.size()] <= 'Z';
  return function.starts_with(kRuntime) && !exported ? std::string_view() : function;
}

}  // namespace

std::string DeferredNames::look_at(const PendingCall& call) {
  if (const auto side = unlocks_.released_by(call)) return std::string(release_name(*side));
  const auto function = code_.function_at(call.code);
  if (!function) return {};
  const std::string_view name = code_.table_of(call.code)->name(*function);
  if (name.ends_with(kMethodValue)) {
    return printed_name(name.substr(0, name.size() - kMethodValue.size()));
  }
  if (is_made_by_compiler(name, function->id)) {
    const std::string_view only = callees_.only_call(call.code);
    if (!only.empty()) return printed_name(written_for(only));
  }
  return printed_name(written_for(name));
}

std::string_view DeferredNames::name_of(const PendingCall& call) {
  const auto known = names_.find(call.code);
  if (known != names_.end()) return known->second;
  return names_.emplace(call.code, look_at(call)).first->second;
}

}  // namespace goknot::target
