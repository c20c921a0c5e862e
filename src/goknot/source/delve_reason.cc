// SPDX-License-Identifier: Apache-2.0
#include "goknot/source/delve_reason.h"

#include "goknot/model/function_name.h"
#include "goknot/model/status.h"

#include <algorithm>
#include <initializer_list>
#include <vector>

namespace goknot::source {

namespace {

using enum WaitReason;

// A function in which a goroutine parks, and the only reasons that this can have. The first that
// stands on the stack decides. go1.13 to 1.27 runtime/chan.go, select.go, sema.go, netpoll.go,
// time.go.
struct Parking {
  std::string_view function;
  std::initializer_list<WaitReason> reasons;
};

const Parking kParking[] = {
    {"runtime.chanrecv", {chan_receive, chan_receive_nil}},
    {"runtime.chansend", {chan_send, chan_send_nil}},
    {"runtime.selectgo", {select}},
    {"runtime.block", {select_no_cases}},
    {"time.Sleep", {sleep}},
    {"internal/poll.runtime_pollWait", {io_wait}},
    {"net.runtime_pollWait", {io_wait}},
    {"sync.runtime_notifyListWait", {cond_wait}},
    {"sync.runtime_Semacquire", {semacquire}},
    {"sync.runtime_SemacquireWaitGroup", {semacquire, wait_group_wait}},
    {"sync.runtime_SemacquireRWMutexR", {rwmutex_rlock}},
    {"sync.runtime_SemacquireRWMutex", {rwmutex_lock}},
    {"sync.runtime_SemacquireMutex", {semacquire, mutex_lock, rwmutex_rlock, rwmutex_lock}},
    {"internal/sync.runtime_SemacquireMutex", {mutex_lock}},
    {"internal/poll.runtime_Semacquire", {semacquire}},
    {"sync.(*Mutex).lockSlow", {semacquire, mutex_lock}},
    {"sync.(*Mutex).Lock", {semacquire, mutex_lock}},
    {"internal/sync.(*Mutex).lockSlow", {mutex_lock}},
    {"internal/sync.(*Mutex).Lock", {mutex_lock}},
    {"sync.(*RWMutex).Lock", {semacquire, mutex_lock, rwmutex_lock}},
    {"sync.(*RWMutex).RLock", {semacquire, rwmutex_rlock}},
    {"sync.(*WaitGroup).Wait", {semacquire, wait_group_wait}},
    {"sync.(*Cond).Wait", {cond_wait, semacquire}},
    {"runtime.GC", {wait_for_gc_cycle, semacquire, gc_sweep_wait, garbage_collection}},
};

// Whether a goroutine there may be in a system call, where the reason of its last wait is left
// over.
bool may_be_in_syscall(std::string_view function) {
  const std::string_view package = parse_function_name(function).package;
  return package == "syscall" || package == "internal/runtime/syscall" ||
         package == "runtime/internal/syscall" || package.starts_with("internal/syscall/") ||
         package == "golang.org/x/sys/unix" || function == "os/signal.signal_recv" ||
         function.starts_with("runtime.cgocall") || function.contains("._Cfunc_") ||
         function == "runtime.notetsleepg";
}

// Reasons that can hold up any code: a channel, and the runtime where it is entered from anywhere.
bool can_be_anywhere(WaitReason reason) {
  constexpr WaitReason kRuntime[] = {gc_assist_wait,    gc_assist_marking, preempted,
                                     coroutine,         panicwait,         debug_call,
                                     stopping_the_world};
  const bool channel = reason == chan_receive || reason == chan_send || reason == select ||
                       reason == chan_receive_nil || reason == chan_send_nil ||
                       reason == select_no_cases;
  return channel || std::ranges::find(kRuntime, reason) != std::end(kRuntime);
}

// Packages that wait through internal/poll, which Delve passes over for the place of the user.
bool waits_in_poll(std::string_view package) { return package == "net" || package == "os"; }

// The fit where no function that parks is known, but the innermost one outside the runtime is.
ReasonFit fit_at(std::string_view function, WaitReason reason) {
  if (may_be_in_syscall(function)) return ReasonFit::unknown;
  if (is_runtime_package(parse_function_name(function).package)) {
    return wait_kind(reason) == WaitKind::runtime ? ReasonFit::possible : ReasonFit::contradicted;
  }
  const bool polls = waits_in_poll(parse_function_name(function).package) &&
                     (reason == io_wait || reason == semacquire);
  return polls || can_be_anywhere(reason) ? ReasonFit::possible : ReasonFit::contradicted;
}

}  // namespace

ReasonFit reason_fit(const Snapshot& snapshot, StackId stack, std::string_view user_function,
                     std::string_view reason) {
  const Status status = parse_status(reason);
  if (status.reason == none) return ReasonFit::unknown;
  std::vector<std::string_view> functions;
  for (const FrameId frame : snapshot.stacks.frames(stack)) {
    functions.push_back(snapshot.function(frame));
  }
  if (!user_function.empty()) functions.push_back(user_function);
  for (const std::string_view function : functions) {
    const auto* parking = std::ranges::find(kParking, function, &Parking::function);
    if (parking == std::end(kParking)) continue;
    const bool fits = std::ranges::find(parking->reasons, status.reason) != parking->reasons.end();
    return fits ? ReasonFit::confirmed : ReasonFit::contradicted;
  }
  for (const std::string_view function : functions) {
    const bool runtime = is_runtime_package(parse_function_name(function).package);
    if (!runtime || may_be_in_syscall(function)) return fit_at(function, status.reason);
  }
  // Only the runtime's innermost frames are known, and every wait goes through them.
  if (user_function.empty()) return functions.empty() ? ReasonFit::unknown : ReasonFit::possible;
  return fit_at(user_function, status.reason);
}

}  // namespace goknot::source
