// SPDX-License-Identifier: Apache-2.0
#include "goknot/target/deferred_names.h"

#include "goknot/target/unlocks.h"

#include <algorithm>
#include <cstdint>
#include <string_view>
#include <vector>

namespace goknot::target {

namespace {

constexpr std::string_view kMethodValue = "-fm";

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

// Since go1.17 `defer mu.Unlock()` is compiled as the call of a closure without arguments, such as
// "main.(*Hub).Add.deferwrap1" (go1.22; before that "...func1" or "...dwrap·1"); what it calls is
// the name that people wrote.
DeferredNames::Form DeferredNames::look_at(Address code) {
  const auto function = code_.function_at(code);
  if (!function) return {};
  const std::string_view name = code_.table_of(code)->name(*function);
  if (name.ends_with(kMethodValue)) {
    return {.name = printed_name(name.substr(0, name.size() - kMethodValue.size())), .method = {}};
  }
  if (!is_made_by_compiler(name, function->id)) {
    return {.name = printed_name(written_for(name)), .method = {}};
  }
  const std::string_view only = callees_.only_call(code);
  if (!only.empty()) return {.name = printed_name(written_for(only)), .method = {}};
  return {.name = printed_name(name), .method = interface_call(*function)};
}

std::optional<InterfaceCall> DeferredNames::interface_call(const Function& function) const {
  if (code_.layout().architecture != Architecture::amd64) return std::nullopt;
  constexpr std::uint64_t kMostCode = 4096;
  const Address end = code_.table_of(function.entry)->end_of(function);
  std::vector<std::byte> code(std::min<std::uint64_t>(end - function.entry, kMostCode));
  if (!code_.memory().read(function.entry, code)) return std::nullopt;
  return find_interface_call(code);
}

// The method of the value that was captured; empty if none is there.
std::string DeferredNames::method_name(const PendingCall& call, const InterfaceCall& method) const {
  if (method.captured >= call.captured.size() || !call.captured[method.captured]) return {};
  const Address table = *call.captured[method.captured];
  const auto code = code_.memory().read<Address>(table + method.method);
  const auto function = code ? code_.function_at(*code) : std::nullopt;
  return function ? printed_name(code_.table_of(*code)->name(*function)) : std::string();
}

std::string DeferredNames::name_of(const PendingCall& call) {
  auto known = forms_.find(call.code);
  if (known == forms_.end()) known = forms_.emplace(call.code, look_at(call.code)).first;
  const Form& form = known->second;
  std::string name = form.method ? method_name(call, *form.method) : std::string();
  return name.empty() ? form.name : name;
}

}  // namespace goknot::target
