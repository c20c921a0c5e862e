// SPDX-License-Identifier: Apache-2.0
#include "goknot/target/callees.h"

#include <absl/container/flat_hash_set.h>

#include <algorithm>
#include <cstdint>
#include <optional>
#include <utility>

namespace goknot::target {

namespace {

constexpr std::size_t kMostCode = std::size_t{1} << 20U;  // bytes of one function
constexpr std::size_t kMostFunctions = 4000;              // that one question looks at

// Functions that compiled code calls although nobody wrote so. Go: cmd/compile/internal/typecheck,
// builtin.go; cmd/internal/obj, where stacks are checked.
bool is_help(std::string_view name) {
  return name.starts_with("runtime.morestack") || name.starts_with("runtime.gcWriteBarrier") ||
         name.starts_with("runtime.wb") || name.starts_with("runtime.duff") ||
         name.starts_with("runtime.race") || name == "runtime.deferreturn" ||
         name == "runtime.panicwrap";
}

Address moved(Address from, std::int64_t distance) { return from + static_cast<Address>(distance); }

// Addresses that stand in code.
struct Targets {
  std::vector<Address> called;
  std::vector<Address> taken;
};

// Of amd64: E8 and a distance, and LEA of [rip + distance].
// E8 may as well be in the middle of another instruction. That does not matter: only what leads to
// the very beginning of a function is believed.
Targets targets_amd64(Address begin, std::span<const std::byte> code) {
  Targets found;
  const auto at = [&code](std::size_t i) { return std::to_integer<unsigned>(code[i]); };
  for (std::size_t i = 0; i + 5 <= code.size(); ++i) {
    if (at(i) == 0xe8U)
      found.called.push_back(moved(begin + i + 5, load<std::int32_t>(code, i + 1)));
    if (i + 7 > code.size() || (at(i) & 0xf8U) != 0x48U || at(i + 1) != 0x8dU) continue;
    if ((at(i + 2) & 0xc7U) != 0x05U) continue;
    found.taken.push_back(moved(begin + i + 7, load<std::int32_t>(code, i + 3)));
  }
  return found;
}

// Of arm64: BL, and ADRP with the ADD behind it.
// BL has 26 bits of distance in words; ADRP 21 bits of pages, two of them apart from the others;
// ADD 12 bits within the page (Arm Architecture Reference Manual, C6.2).
Targets targets_arm64(Address begin, std::span<const std::byte> code) {
  Targets found;
  for (std::size_t i = 0; i + 4 <= code.size(); i += 4) {
    const auto word = load<std::uint32_t>(code, i);
    if ((word >> 26U) == 0x25U) {
      const auto distance = std::int64_t{static_cast<std::int32_t>(word << 6U) >> 6} * 4;
      found.called.push_back(moved(begin + i, distance));
    }
    if ((word & 0x9f000000U) != 0x90000000U || i + 8 > code.size()) continue;
    const auto next = load<std::uint32_t>(code, i + 4);
    if ((next & 0xffc00000U) != 0x91000000U) continue;
    const std::uint32_t pages = (word >> 29U & 3U) | (word >> 5U & 0x7ffffU) << 2U;
    const auto distance = std::int64_t{static_cast<std::int32_t>(pages << 11U) >> 11} * 4096;
    const Address page = moved((begin + i) & ~Address{4095}, distance);
    found.taken.push_back(page + (next >> 10U & 0xfffU));
  }
  return found;
}

}  // namespace

// What only looks like a call or an address leads to no function's beginning.
Callees::Used Callees::look_at(Address entry) const {
  Used used;
  const auto function = code_.function_at(entry);
  if (!function) return used;
  const FunctionTable& table = *code_.table_of(entry);
  const Layout& layout = code_.layout();
  used.name = table.name(*function);
  for (const PcdataRun& run : table.pcdata_runs(*function, layout.pcdata.inl_tree)) {
    if (run.value < 0) continue;
    const auto calls = table.inlined(code_.memory(), *function, run.begin);
    for (const InlinedCall& call : calls) {
      if (call.name != used.name) used.inlined.push_back(call.name);
    }
    if (calls.size() > 1) used.outermost.push_back(calls[calls.size() - 2].name);
  }
  std::vector<std::byte> code(std::min<std::uint64_t>(table.end_of(*function) - entry, kMostCode));
  if (!code_.memory().read(entry, code)) return used;
  const bool amd64 = layout.architecture == Architecture::amd64;
  const Targets targets = amd64 ? targets_amd64(entry, code) : targets_arm64(entry, code);
  for (const Address target : targets.called) {
    if (code_.function_at(target)) used.called.push_back(target);
  }
  for (const Address target : targets.taken) {
    // A function is taken by its funcval, which begins with the address of its code.
    const std::optional<Address> value =
        code_.function_at(target) ? target : code_.memory().read<Address>(target);
    if (value && code_.function_at(*value)) used.called.push_back(*value);
  }
  return used;
}

const Callees::Used& Callees::of(Address entry) {
  const auto known = known_.find(entry);
  if (known != known_.end()) return known->second;
  return known_.emplace(entry, look_at(entry)).first->second;
}

std::string_view Callees::only_call(Address entry) {
  const Used& used = of(entry);
  std::vector<std::string_view> names = used.outermost;
  for (const Address callee : used.called) {
    if (!names.empty() && !used.outermost.empty()) break;  // it may be called by what was inlined
    const std::string_view name = code_.table_of(callee)->name(*code_.function_at(callee));
    if (!is_help(name)) names.push_back(name);
  }
  const bool same = std::ranges::all_of(names, [&](auto name) { return name == names.front(); });
  return names.empty() || !same ? std::string_view() : names.front();
}

// Level by level, so that a near call is found before the far ones are looked at.
bool Callees::leads_to(Address entry, std::span<const std::string_view> names, int depth) {
  const auto is_wanted = [names](std::string_view name) {
    return std::ranges::find(names, name) != names.end();
  };
  absl::flat_hash_set<Address> seen{entry};
  std::vector<Address> level{entry};
  for (int left = depth + 1; left >= 0 && !level.empty(); --left) {
    std::vector<Address> next;
    for (const Address at : level) {
      const Used& used = of(at);
      if (is_wanted(used.name)) return true;
      if (left == 0) continue;
      if (std::ranges::any_of(used.inlined, is_wanted)) return true;
      for (const Address callee : used.called) {
        if (seen.size() < kMostFunctions && seen.insert(callee).second) next.push_back(callee);
      }
    }
    level = std::move(next);
  }
  return false;
}

}  // namespace goknot::target
