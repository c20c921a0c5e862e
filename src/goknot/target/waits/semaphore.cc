// SPDX-License-Identifier: Apache-2.0
#include "goknot/target/waits/semaphore.h"

#include "goknot/target/fields.h"
#include "goknot/target/lock_words.h"
#include "goknot/target/waits/parking_call.h"

namespace goknot::target {

namespace {

std::size_t bytes_of(std::int32_t size) { return static_cast<std::size_t>(size); }

Address back(Address address, std::int32_t offset) {
  return address - static_cast<Address>(offset);
}

bool waits_for_semaphore(WaitReason reason) {
  return reason == WaitReason::semacquire || reason == WaitReason::mutex_lock ||
         reason == WaitReason::rwmutex_lock || reason == WaitReason::rwmutex_rlock ||
         reason == WaitReason::wait_group_wait;
}

// Whether semacquire1 may not have written its first argument to its place: go1.17 passes it in a
// register, and does not say.
bool is_doubtful(const Layout& layout, const Activation& call) {
  return is_first_inexact(call) ||
         (layout.version.minor == 17 && layout.architecture == Architecture::amd64);
}

// What a goroutine was parked on by its sudog, to which semacquire1 keeps a pointer in one of the
// frames while it waits; 0 if none is found. Go: runtime/sema.go semaRoot.queue.
Address by_sudog(const Layout& layout, const Specimen& specimen, const Surroundings& surroundings,
                 const Activation& call) {
  for (const Address word : words_down_to(specimen, call)) {
    const Fields sudog(surroundings.at(word, bytes_of(layout.sudog.size)));
    const bool own = sudog && sudog.address(layout.sudog.g) == specimen.record.address;
    if (own && sudog.address(layout.sudog.c) == 0) return sudog.address(layout.sudog.elem);
  }
  return 0;
}

// The address a goroutine was parked on. Since go1.26 its sudog tells (runtime/sema.go semacquire1,
// notifyListWait), before that only the call that parked it.
Address parked_on(const Layout& layout, const Specimen& specimen, const Surroundings& surroundings,
                  WaitRole role) {
  if (layout.sudog.elem_vu != kAbsent) {
    const Fields sudog(surroundings.at(specimen.record.key.waiting, bytes_of(layout.sudog.size)));
    if (sudog.address(layout.sudog.g) == specimen.record.address) {
      return sudog.address(layout.sudog.elem_true);
    }
  }
  const Activation* const activation = find_activation(specimen, role);
  if (activation == nullptr) return 0;
  if (role == WaitRole::semacquire && is_doubtful(layout, *activation)) {
    const Address told = by_sudog(layout, specimen, surroundings, *activation);
    if (told != 0) return told;
  }
  return specimen.stack.word(activation->arguments).value_or(0);
}

// To go1.17 the words of a WaitGroup stand where they are aligned: sync/waitgroup.go state.
Address wait_group_of(const Layout& layout, Address semaphore) {
  if (layout.wait_group.state != kAbsent) return back(semaphore, layout.wait_group.sema);
  if (layout.wait_group.state2 != kAbsent) return back(semaphore, layout.wait_group.state2);
  return semaphore % 8 == 0 ? semaphore - 8 : semaphore;
}

// internal/poll/fd_mutex.go: state, rsema at 8, wsema at 12.
Address fd_mutex_of(Address semaphore) {
  return semaphore % 8 == 0 ? semaphore - 8 : semaphore - 12;
}

// Goes on with what the next call outwards says.
// Called for each frame from the wait outwards, so that what was taken for a Mutex may turn out to
// be part of a Once or an RWMutex one frame later.
//     sync.runtime_SemacquireMutex    the address of a semaphore
//     sync.(*Mutex).lockSlow          of a Mutex, which begins 4 bytes before
//     sync.(*RWMutex).Lock            which is w of an RWMutex: the other writers are in front
void refine(const Layout& layout, Address semaphore, WaitRole role, SyncWait& wait) {
  const bool first = wait.kind == ObjectKind::unknown;
  const bool in_mutex = wait.kind == ObjectKind::mutex;
  if (role == WaitRole::mutex && first) {
    wait = {back(semaphore, layout.mutex.sema), ObjectKind::mutex, Operation::lock, false};
  } else if (role == WaitRole::once && in_mutex) {
    wait = {back(wait.address, layout.once.m), ObjectKind::once, Operation::lock, false};
  } else if (role == WaitRole::rwmutex_writer && in_mutex) {
    wait = {back(wait.address, layout.rwmutex.w), ObjectKind::rwmutex, Operation::lock, false};
  } else if (role == WaitRole::rwmutex_writer && first) {
    wait = {back(semaphore, layout.rwmutex.writer_sem), ObjectKind::rwmutex, Operation::lock, true};
  } else if (role == WaitRole::rwmutex_reader && first) {
    wait = {back(semaphore, layout.rwmutex.reader_sem), ObjectKind::rwmutex, Operation::rlock,
            false};
  } else if (role == WaitRole::wait_group && first) {
    wait = {wait_group_of(layout, semaphore), ObjectKind::wait_group, Operation::wait, false};
  } else if (role == WaitRole::fd_mutex && first) {
    wait = {fd_mutex_of(semaphore), ObjectKind::lock, Operation::lock, false};
  }
}

std::optional<SyncWait> semaphore_wait(const Layout& layout, const Specimen& specimen,
                                       const Surroundings& surroundings) {
  const Address semaphore = parked_on(layout, specimen, surroundings, WaitRole::semacquire);
  if (semaphore == 0 || semaphore % 4 != 0) return std::nullopt;
  SyncWait wait;
  for (const Activation& activation : specimen.activations) {
    for (const Call& call : activation.site->calls) {
      if (call.role == WaitRole::none) {
        return wait.address == 0 ? std::nullopt : std::optional(wait);
      }
      refine(layout, semaphore, call.role, wait);
    }
  }
  return wait.address == 0 ? std::nullopt : std::optional(wait);
}

std::optional<SyncWait> condition_wait(const Layout& layout, const Specimen& specimen,
                                       const Surroundings& surroundings) {
  const Address list = parked_on(layout, specimen, surroundings, WaitRole::notify_list);
  if (list == 0 || list % 8 != 0) return std::nullopt;
  return SyncWait{back(list, layout.cond.notify), ObjectKind::cond, Operation::wait, false};
}

ObjectState lock_state(ObjectKind kind, std::span<const std::byte> bytes) {
  ObjectState state;
  if (bytes.size() >= lock_size(kind)) describe(read_lock_words(kind, bytes), kind, state);
  return state;
}

ObjectState wait_group_state(const Layout& layout, Address address, const Fields& words) {
  std::int32_t at = layout.wait_group.state;
  if (at == kAbsent) at = layout.wait_group.state1;
  const bool shifted =
      layout.wait_group.state == kAbsent && layout.wait_group.state2 == kAbsent && address % 8 != 0;
  const auto word = words.at<std::uint64_t>(at + (shifted ? 4 : 0));
  ObjectState state;
  state.counter = static_cast<std::int32_t>(word >> 32U);
  // Since go1.25 the highest bit says that it belongs to a bubble (sync/waitgroup.go).
  state.waiters = static_cast<std::int64_t>(word & 0x7fffffffU);
  return state;
}

// notifyList.wait is the ticket that the next waiter gets, notify the next one to be woken: the
// difference waits (runtime/sema.go). Both wrap round.
ObjectState cond_state(const Layout& layout, const Fields& words) {
  const std::int32_t list = layout.cond.notify;
  const auto wait = words.at<std::uint32_t>(list + layout.notify_list.wait);
  const auto notify = words.at<std::uint32_t>(list + layout.notify_list.notify);
  ObjectState state;
  state.waiters = static_cast<std::int32_t>(wait - notify);
  return state;
}

}  // namespace

std::optional<SyncWait> sync_wait(const Layout& layout, const Specimen& specimen,
                                  const Surroundings& surroundings) {
  const WaitReason reason = specimen.record.parked.reason;
  if (waits_for_semaphore(reason)) return semaphore_wait(layout, specimen, surroundings);
  if (reason == WaitReason::cond_wait) return condition_wait(layout, specimen, surroundings);
  return std::nullopt;
}

void want_sync(const Layout& layout, const Specimen& specimen, Surroundings& surroundings) {
  const WaitReason reason = specimen.record.parked.reason;
  if (!waits_for_semaphore(reason) && reason != WaitReason::cond_wait) return;
  if (layout.sudog.elem_vu != kAbsent) {
    surroundings.want(specimen.record.key.waiting, bytes_of(layout.sudog.size));
  }
  const Activation* const call = find_activation(specimen, WaitRole::semacquire);
  if (layout.sudog.elem_vu == kAbsent && call != nullptr && is_doubtful(layout, *call)) {
    for (const Address word : words_down_to(specimen, *call)) {
      surroundings.want(word, bytes_of(layout.sudog.size));
    }
  }
  const auto wait = sync_wait(layout, specimen, surroundings);
  if (wait) surroundings.want(wait->address, sync_size(layout, wait->kind));
}

std::size_t sync_size(const Layout& layout, ObjectKind kind) {
  switch (kind) {
    case ObjectKind::mutex:
      return bytes_of(layout.mutex.size);
    case ObjectKind::rwmutex:
      return bytes_of(layout.rwmutex.size);
    case ObjectKind::once:
      return bytes_of(layout.once.size);
    case ObjectKind::wait_group:
      return bytes_of(layout.wait_group.size);
    case ObjectKind::cond:
      return bytes_of(layout.cond.size);
    default:
      return 0;
  }
}

ObjectState sync_state(const Layout& layout, ObjectKind kind, Address address,
                       std::span<const std::byte> bytes) {
  const Fields words(bytes);
  switch (kind) {
    case ObjectKind::mutex:
    case ObjectKind::rwmutex:
      return lock_state(kind, bytes);
    case ObjectKind::once:
      if (bytes.size() < bytes_of(layout.once.size)) return {};
      return lock_state(ObjectKind::mutex, bytes.subspan(bytes_of(layout.once.m)));
    case ObjectKind::wait_group:
      return wait_group_state(layout, address, words);
    case ObjectKind::cond:
      return cond_state(layout, words);
    default:
      return {};
  }
}

bool admits_waiters(ObjectKind kind, const ObjectState& state) {
  return kind == ObjectKind::lock || state.waiters.value_or(0) > 0 || state.locked.value_or(false);
}

Address lock_of_cond(const Layout& layout, std::span<const std::byte> bytes) {
  return Fields(bytes).address(layout.cond.l + static_cast<std::int32_t>(sizeof(Address)));
}

}  // namespace goknot::target
