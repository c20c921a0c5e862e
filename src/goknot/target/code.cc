// SPDX-License-Identifier: Apache-2.0
#include "goknot/target/code.h"

#include <absl/strings/ascii.h>

#include <algorithm>
#include <utility>

namespace goknot::target {

namespace {

// Until then an inlined call was shown if the function it was inlined into is.
constexpr GoVersion kInlinedByOwnName{16, 0};
constexpr GoVersion kArgumentsAtInlinedPc{21,
                                          0};  // until then printArgs was given the outermost pc

// runtime/traceback.go isExportedRuntime: an exported function, or method of an exported type.
bool is_exported_of_runtime(std::string_view name) {
  name.remove_prefix(std::string_view("runtime.").size());
  std::string_view receiver;
  if (const std::size_t dot = name.rfind('.'); dot != std::string_view::npos) {
    receiver = name.substr(0, dot);
    name.remove_prefix(dot + 1);
    if (receiver.starts_with("(*") && receiver.ends_with(")")) {
      receiver = receiver.substr(2, receiver.size() - 3);
    }
  }
  const auto is_upper = [](std::string_view word) {
    return !word.empty() && absl::ascii_isupper(static_cast<unsigned char>(word.front()));
  };
  return is_upper(name) && (receiver.empty() || is_upper(receiver));
}

// Since go1.17 the compiler marks such functions (abi.FuncFlagTopFrame); before that the runtime
// knew them by their funcID (runtime/traceback.go topofstack).
bool ends_stack(const Layout& layout, const Function& function) {
  if (layout.func.flag != kAbsent && function.is_top()) return true;
  switch (function.id) {
    case FuncId::goexit:
    case FuncId::mstart:
    case FuncId::rt0_go:
      return true;
    case FuncId::mcall:
    case FuncId::morestack:
    case FuncId::externalthreadhandler:
      return layout.func.flag == kAbsent;
    default:
      return false;
  }
}

std::uint64_t key_of(Address pc, Lookup lookup) {
  return pc * 2 + (lookup == Lookup::exact ? 1 : 0);
}

}  // namespace

std::string printed_name(std::string_view name) {
  const std::size_t open = name.find('[');
  const std::size_t close = name.rfind(']');
  if (open == std::string_view::npos || close == std::string_view::npos || close < open) {
    return std::string(name == "runtime.gopanic" ? "panic" : name);
  }
  std::string printed(name.substr(0, open));
  printed += "[...]";
  printed += name.substr(close + 1);
  return printed;
}

// C functions have no dot in their names.
Visibility visibility_of(std::string_view name, FuncId id) {
  if (id == FuncId::wrapper) return Visibility::wrapper;
  if (name == "runtime.gopanic") return Visibility::within_only;
  if (!name.contains('.')) return Visibility::hidden;
  if (!name.starts_with("runtime.")) return Visibility::shown;
  return is_exported_of_runtime(name) ? Visibility::shown : Visibility::hidden;
}

const FunctionTable* Code::table_of(Address pc) const {
  const auto table = std::ranges::find_if(
      tables_, [pc](const FunctionTable& t) { return t.module().functions.contains(pc); });
  return table == tables_.end() ? nullptr : &*table;
}

std::optional<Function> Code::function_at(Address entry) const {
  const FunctionTable* table = table_of(entry);
  if (table == nullptr) return std::nullopt;
  const auto function = table->find(entry);
  return function && function->entry == entry ? function : std::nullopt;
}

Call Code::call(const InlinedCall& inlined, std::uint32_t offset, bool is_inlined) {
  const Frame frame{.function = snapshot_.strings.add(printed_name(inlined.name)),
                    .file = snapshot_.strings.add(inlined.position.file),
                    .line = inlined.position.line,
                    .offset = is_inlined ? 0 : offset,
                    .inlined = is_inlined};
  return {snapshot_.stacks.add(frame), inlined.id, visibility_of(inlined.name, inlined.id),
          wait_role(inlined.name)};
}

// A return address is that of the instruction behind the call, which may be of the next line or,
// behind a call that never returns, of the next function. So the byte before it is looked up.
Site Code::look_up(Address pc, Lookup lookup) {
  Site site;
  site.table = table_of(pc);
  if (site.table == nullptr) return site;
  const auto function = site.table->find(pc);
  if (!function) return Site{};
  site.function = *function;
  // An address at the very beginning was never a return address: the goroutine has not run yet.
  const bool exact = lookup == Lookup::exact || pc == function->entry;
  site.pc = exact ? pc : pc - 1;
  site.stack_delta = site.table->stack_delta(*function, site.pc).value_or(-1);
  site.is_end = ends_stack(layout_, *function);
  const auto offset = static_cast<std::uint32_t>(pc - function->entry);
  const auto inlined = site.table->inlined(memory_, *function, site.pc);
  for (std::size_t i = 0; i < inlined.size(); ++i) {
    site.calls.push_back(call(inlined[i], offset, i + 1 < inlined.size()));
  }
  if (layout_.version < kInlinedByOwnName) {
    for (Call& call : site.calls) call.visibility = site.calls.back().visibility;
  }
  const bool inner = layout_.version >= kArgumentsAtInlinedPc;
  const Address here = inner ? site.pc : site.table->outermost(memory_, *function, site.pc);
  site.arguments = argument_form(memory_, layout_, *site.table, *function, here);
  site.is_cond_wait = site.table->name(*function) == "sync.(*Cond).Wait";
  const std::int32_t info = layout_.funcdata.open_coded_defer_info;
  site.defers = read_defer_slots(memory_, layout_.version, site.table->funcdata(*function, info));
  return site;
}

const Site& Code::at(Address pc, Lookup lookup) {
  const auto [entry, is_new] = known_.try_emplace(key_of(pc, lookup), nullptr);
  if (is_new) entry->second = &sites_.emplace_back(look_up(pc, lookup));
  return *entry->second;
}

const Site& CodeView::at(Address pc, Lookup lookup) {
  const auto [entry, is_new] = known_.try_emplace(key_of(pc, lookup), nullptr);
  if (is_new) {
    const std::scoped_lock lock(code_.guard());
    entry->second = &code_.at(pc, lookup);
  }
  return *entry->second;
}

FrameId Code::creator(Address pc) {
  const Site& site = at(pc, Lookup::after_call);
  return site.calls.empty() ? FrameId() : site.calls.front().frame;
}

}  // namespace goknot::target
