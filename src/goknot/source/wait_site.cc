// SPDX-License-Identifier: Apache-2.0
#include "goknot/source/wait_site.h"

#include "goknot/model/function_name.h"

#include <algorithm>
#include <array>

namespace goknot::source {

namespace {

enum class Address : std::uint8_t { none, plain, exact };

struct Primitive {
  std::string_view function;
  ObjectKind kind;
  Operation operation;
  Address address;
  std::int32_t offset;
};

// By length first: most functions are then ruled out without looking at a letter.
constexpr bool comes_before(std::string_view a, std::string_view b) {
  return a.size() != b.size() ? a.size() < b.size() : a < b;
}

template <std::size_t kSize>
constexpr std::array<Primitive, kSize> in_order(std::array<Primitive, kSize> primitives) {
  std::ranges::sort(primitives, comes_before, &Primitive::function);
  return primitives;
}

constexpr auto kPrimitives = in_order(std::to_array<Primitive>({
#define PRIMITIVE(function, kind, operation, address, offset) \
  {function, ObjectKind::kind, Operation::operation, Address::address, offset},
#include "goknot/source/wait_primitives.def"
#undef PRIMITIVE
}));

const Primitive* find_primitive(std::string_view function) {
  const auto* const found =
      std::ranges::lower_bound(kPrimitives, function, comes_before, &Primitive::function);
  return found == kPrimitives.end() || found->function != function ? nullptr : found;
}

struct ReasonMeaning {
  WaitReason reason;
  ObjectKind kind;
  Operation operation;
};

// What a reason says without any frame.
constexpr std::array kMeanings = {
    ReasonMeaning{WaitReason::chan_send, ObjectKind::channel, Operation::send},
    ReasonMeaning{WaitReason::chan_receive, ObjectKind::channel, Operation::receive},
    ReasonMeaning{WaitReason::chan_send_nil, ObjectKind::nil_channel, Operation::send},
    ReasonMeaning{WaitReason::chan_receive_nil, ObjectKind::nil_channel, Operation::receive},
    ReasonMeaning{WaitReason::select, ObjectKind::channel, Operation::select},
    ReasonMeaning{WaitReason::select_no_cases, ObjectKind::empty_select, Operation::select},
    ReasonMeaning{WaitReason::mutex_lock, ObjectKind::mutex, Operation::lock},
    ReasonMeaning{WaitReason::rwmutex_lock, ObjectKind::rwmutex, Operation::lock},
    ReasonMeaning{WaitReason::rwmutex_rlock, ObjectKind::rwmutex, Operation::rlock},
    ReasonMeaning{WaitReason::wait_group_wait, ObjectKind::wait_group, Operation::wait},
    ReasonMeaning{WaitReason::cond_wait, ObjectKind::cond, Operation::wait},
    ReasonMeaning{WaitReason::sleep, ObjectKind::timer, Operation::sleep},
    ReasonMeaning{WaitReason::io_wait, ObjectKind::socket, Operation::read},
};

// Whether the frames' primitive refines what the reason says, and does not contradict it: a
// goroutine that is in [chan receive] below sync.(*Once).doSlow does not wait for the Once.
bool agrees(const WaitSite& site, const Primitive& primitive, WaitReason reason) {
  if (site.kind == ObjectKind::unknown) return true;
  if (site.kind == primitive.kind) return true;
  if (site.kind == ObjectKind::mutex) {
    return primitive.kind == ObjectKind::rwmutex || primitive.kind == ObjectKind::once;
  }
  return reason == WaitReason::semacquire || reason == WaitReason::none;
}

void take_address(WaitSite& site, const Primitive& primitive, std::uint32_t depth) {
  if (primitive.address == Address::none) return;
  if (site.address && site.address->always_exact) return;
  site.address = AddressSlot{depth, primitive.offset, primitive.address == Address::exact};
}

// go1.13 to 1.27 sync/once.go: done, then the mutex m.
constexpr std::int32_t kMutexInOnce = 4;

// Frames come from the inside out: lockSlow makes it a Mutex, a doSlow around that makes it a Once,
// an RWMutex.Lock around it an RWMutex.
void take(WaitSite& site, const Primitive& primitive, std::uint32_t depth) {
  if (site.kind == ObjectKind::mutex && primitive.kind == ObjectKind::once && site.address) {
    site.address->offset -= kMutexInOnce;
  }
  const bool queued_writer_inside =
      site.kind == ObjectKind::mutex && primitive.kind == ObjectKind::rwmutex;
  if (primitive.kind != ObjectKind::unknown) site.kind = primitive.kind;
  if (primitive.operation != Operation::unknown) site.operation = primitive.operation;
  if (primitive.kind == ObjectKind::rwmutex && primitive.operation == Operation::lock) {
    site.writer_queued = !queued_writer_inside;
  }
  take_address(site, primitive, depth);
}

// Functions whose first argument is the address of a semaphore. Only the first is live in every
// release; the others print a dead slot since go1.18.
bool is_semaphore_function(std::string_view function) {
  return function == "runtime.semacquire1" || function.starts_with("sync.runtime_Semacquire") ||
         function.starts_with("internal/sync.runtime_Semacquire");
}

// Where the semaphore lies inside the object (go1.13 to 1.27, see wait_primitives.def).
std::optional<std::int32_t> semaphore_offset(const WaitSite& site) {
  switch (site.kind) {
    case ObjectKind::mutex:
      return -4;
    case ObjectKind::once:
      return -4 - kMutexInOnce;
    case ObjectKind::rwmutex:
      if (site.operation == Operation::rlock) return -12;
      return site.writer_queued ? -8 : -4;
    case ObjectKind::wait_group:
      return -8;
    default:
      return {};
  }
}

void place_semaphore(WaitSite& site) {
  const auto offset = semaphore_offset(site);
  if (site.semaphore && offset) {
    site.semaphore->offset = *offset;
  } else {
    site.semaphore.reset();
  }
}

// A receiver whose address is the first argument: pointer methods that are no closures.
bool has_pointer_receiver(std::string_view function) {
  const FunctionName name = parse_function_name(function);
  return !name.type.empty() && name.suffix.empty() && function.find(".(") != std::string_view::npos;
}

bool is_in_waiting_package(std::string_view function) {
  const std::string_view package = parse_function_name(function).package;
  return is_runtime_package(package) || package == "sync" || package == "internal/sync" ||
         package == "internal/poll" || function.starts_with("net.runtime_") ||
         function.starts_with("net.(*pollDesc).");
}

}  // namespace

bool is_waiting_machinery(std::string_view function) {
  return find_primitive(function) != nullptr || is_in_waiting_package(function);
}

WaitSite find_wait_site(const Snapshot& snapshot, StackId stack, WaitReason reason) {
  WaitSite site;
  const auto meaning = std::ranges::find(kMeanings, reason, &ReasonMeaning::reason);
  if (meaning != kMeanings.end()) {
    site.kind = meaning->kind;
    site.operation = meaning->operation;
    site.writer_queued = reason == WaitReason::rwmutex_lock;
  }
  const auto frames = snapshot.stacks.frames(stack);
  for (const FrameId frame : frames) {
    const std::string_view function = snapshot.function(frame);
    const Primitive* primitive = find_primitive(function);
    if (primitive == nullptr && !is_in_waiting_package(function)) break;
    if (primitive != nullptr && agrees(site, *primitive, reason))
      take(site, *primitive, site.frame);
    if (!site.semaphore && is_semaphore_function(function)) {
      site.semaphore = AddressSlot{site.frame, 0, function == "runtime.semacquire1"};
    }
    site.frame++;
  }
  place_semaphore(site);
  if (site.frame < frames.size() && has_pointer_receiver(snapshot.function(frames[site.frame]))) {
    site.owner = site.frame;
  }
  return site;
}

}  // namespace goknot::source
