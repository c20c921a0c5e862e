// SPDX-License-Identifier: Apache-2.0
#include "goknot/analysis/shape_states.h"

#include "goknot/model/status.h"

#include <algorithm>
#include <array>
#include <utility>

namespace goknot::analysis {

namespace {

constexpr unsigned kSyscallBit = 62;
constexpr unsigned kRunningBit = 63;
static_assert(static_cast<unsigned>(WaitReason::concurrent_gc_wait) < kSyscallBit);

constexpr StateSet bit(unsigned n) { return StateSet{1} << n; }
constexpr StateSet bit(WaitReason reason) { return bit(static_cast<unsigned>(reason)); }

// go1.19 runtime/sema.go: all of sync parked with waitReasonSemacquire; Mutex and RWMutex until
// go1.19, WaitGroup until go1.23, Cond until go1.10.
constexpr StateSet kSemacquire = bit(WaitReason::semacquire) | bit(WaitReason::mutex_lock) |
                                 bit(WaitReason::rwmutex_lock) | bit(WaitReason::rwmutex_rlock) |
                                 bit(WaitReason::wait_group_wait) | bit(WaitReason::cond_wait);

}  // namespace

std::optional<StateSet> state_set(std::string_view state) {
  const Status status = parse_status(state);
  if (status.reason != WaitReason::none) return bit(status.reason);
  if (status.state == State::syscall) return bit(kSyscallBit);
  if (status.state == State::running || status.state == State::runnable) return bit(kRunningBit);
  return std::nullopt;
}

StateSet possible_states(std::string_view status) {
  const StateSet known = state_set(status).value_or(kAnyState);
  return known == bit(WaitReason::semacquire) ? kSemacquire : known;
}

StateSet states_of_frames(std::span<const std::string_view> functions) {
  constexpr std::size_t kDeepest = 6;  // parking takes a handful of the runtime's frames
  constexpr std::array<std::pair<std::string_view, StateSet>, 14> kTells = {{
      {"runtime.selectgo", bit(WaitReason::select)},
      {"runtime.block", bit(WaitReason::select_no_cases)},
      {"runtime.chanrecv", bit(WaitReason::chan_receive) | bit(WaitReason::chan_receive_nil)},
      {"runtime.chansend", bit(WaitReason::chan_send) | bit(WaitReason::chan_send_nil)},
      {"internal/poll.runtime_pollWait", bit(WaitReason::io_wait)},
      {"net.runtime_pollWait", bit(WaitReason::io_wait)},
      {"sync.runtime_notifyListWait", bit(WaitReason::cond_wait)},
      {"sync.runtime_Sem", kSemacquire},
      {"internal/sync.runtime_Sem", kSemacquire},
      {"internal/poll.runtime_Sem", kSemacquire},
      {"time.Sleep", bit(WaitReason::sleep)},
      {"runtime.timeSleep", bit(WaitReason::sleep)},
      {"syscall.Syscall", bit(kSyscallBit)},
      {"runtime.cgocall", bit(kSyscallBit)},
  }};
  for (const std::string_view function : functions.first(std::min(functions.size(), kDeepest))) {
    const auto* const tell = std::ranges::find_if(
        kTells, [function](const auto& known) { return function.starts_with(known.first); });
    if (tell != kTells.end()) return tell->second;
  }
  return kAnyState;
}

}  // namespace goknot::analysis
