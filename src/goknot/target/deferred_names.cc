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
constexpr std::string_view kSyncMethod = "sync.(*";

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
    return {.name = printed_name(name.substr(0, name.size() - kMethodValue.size())),
            .receiver = Receiver::captured,
            .method = {}};
  }
  if (!is_made_by_compiler(name, function->id)) {
    return {.name = printed_name(written_for(name)), .receiver = Receiver::argument, .method = {}};
  }
  const std::string_view only = callees_.only_call(code);
  if (!only.empty()) {
    return {.name = printed_name(written_for(only)), .receiver = Receiver::captured, .method = {}};
  }
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

const DeferredNames::Form& DeferredNames::form_of(Address code) {
  auto known = forms_.find(code);
  if (known == forms_.end()) known = forms_.emplace(code, look_at(code)).first;
  return known->second;
}

std::string DeferredNames::name_of(const PendingCall& call) {
  const Form& form = form_of(call.code);
  std::string name = form.method ? method_name(call, *form.method) : std::string();
  return name.empty() ? form.name : name;
}

// The forms of a call are those of unlocks.h. What has words of arguments is no closure: a wrapper
// among such functions is a method that the compiler made for a type around, and its receiver is
// that type's.
std::optional<Address> DeferredNames::receiver_of(const PendingCall& call) {
  const Form& form = form_of(call.code);
  std::optional<Address> receiver;
  if (form.method) {
    const std::size_t data = form.method->captured + 1;
    const bool known =
        data < call.captured.size() && method_name(call, *form.method).starts_with(kSyncMethod);
    if (known) receiver = call.captured[data];
  } else if (form.name.starts_with(kSyncMethod)) {
    if (form.receiver == Receiver::argument) receiver = call.arguments[0];
    if (form.receiver == Receiver::captured && !call.arguments[0]) receiver = call.captured[0];
  }
  return receiver && *receiver != 0 ? receiver : std::nullopt;
}

}  // namespace goknot::target
