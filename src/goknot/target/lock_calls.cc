// SPDX-License-Identifier: Apache-2.0
#include "goknot/target/lock_calls.h"

#include <algorithm>
#include <string_view>

namespace goknot::target {

namespace {

constexpr std::size_t kMostCode = std::size_t{1} << 20U;  // bytes of one function
// A wrapper such as `func (c *cache) lock() { c.mu.Lock() }` with an inlined Lock has some hundred
// bytes.
constexpr std::size_t kShort = 320;  // bytes of a function that only wraps

// Where a direct call in the code of amd64 (E8 and a distance) or arm64 (BL) may go. What only
// looks like a call leads to no function's beginning.
std::vector<Address> call_targets(Architecture architecture, Address begin,
                                  std::span<const std::byte> code) {
  std::vector<Address> targets;
  if (architecture == Architecture::amd64) {
    for (std::size_t at = 0; at + 5 <= code.size(); ++at) {
      if (std::to_integer<unsigned>(code[at]) != 0xe8U) continue;
      const auto distance = std::int64_t{load<std::int32_t>(code, at + 1)};
      targets.push_back(begin + at + 5 + static_cast<Address>(distance));
    }
    return targets;
  }
  for (std::size_t at = 0; at + 4 <= code.size(); at += 4) {
    const auto word = load<std::uint32_t>(code, at);
    if ((word >> 26U) != 0x25U) continue;
    const auto distance = std::int64_t{static_cast<std::int32_t>(word << 6U) >> 6} * 4;
    targets.push_back(begin + at + static_cast<Address>(distance));
  }
  return targets;
}

void note(std::vector<LockCall>& found, std::string_view name, bool inlined, bool own) {
  auto function = lock_function(name);
  if (!function) return;
  // The slow part of what was inlined belongs to that.
  if (function->slow) return;
  const LockCall call{.function = *function, .inlined = inlined, .own = own};
  if (std::ranges::find(found, call) == found.end()) found.push_back(call);
}

}  // namespace

LockCalls::Known LockCalls::look_at(Address entry) const {
  Known known;
  std::vector<LockCall>& found = known.calls;
  const auto function = code_.function_at(entry);
  if (!function) return known;
  const FunctionTable& table = *code_.table_of(entry);
  const Layout& layout = code_.layout();
  for (const PcdataRun& run : table.pcdata_runs(*function, layout.pcdata.inl_tree)) {
    if (run.value < 0) continue;
    const auto calls = table.inlined(code_.memory(), *function, run.begin);
    for (std::size_t i = calls.size() - 1; i-- > 0;) {
      // The outermost of its kind: sync's method that calls the one of internal/sync.
      if (!lock_function(calls[i].name)) continue;
      note(found, calls[i].name, true, i + 2 == calls.size());
      break;
    }
  }
  std::vector<std::byte> code(std::min<std::uint64_t>(table.end_of(*function) - entry, kMostCode));
  if (!code_.memory().read(entry, code)) return known;
  for (const Address target : call_targets(layout.architecture, entry, code)) {
    const auto callee = code_.function_at(target);
    if (!callee) continue;
    const FunctionTable& its_table = *code_.table_of(target);
    const std::string_view name = its_table.name(*callee);
    note(found, name, false, true);
    const bool wraps = its_table.end_of(*callee) - target <= kShort && !lock_function(name) &&
                       !name.starts_with("runtime.") && target != entry;
    if (wraps && std::ranges::find(known.callees, target) == known.callees.end()) {
      known.callees.push_back(target);
    }
  }
  return known;
}

const LockCalls::Known& LockCalls::look_up(Address entry) {
  const auto known = known_.find(entry);
  if (known != known_.end()) return known->second;
  return known_.emplace(entry, look_at(entry)).first->second;
}

}  // namespace goknot::target
