// SPDX-License-Identifier: Apache-2.0
#include "goknot/target/defers.h"

#include "goknot/target/batch.h"
#include "goknot/target/code.h"
#include "goknot/target/surroundings.h"

#include <algorithm>

namespace goknot::target {

namespace {

constexpr Address kWord = 8;
constexpr std::size_t kMostRecords = 4096;  // of one goroutine; a loop that defers has so many
constexpr std::uint32_t kMostArguments = PendingCall::kWords * kWord;
constexpr Address kConsumed = 1;  // a range-over-func list whose calls were moved. runtime/panic.go

// Walks over all that a goroutine has deferred. What was not copied yet it notes, and goes on.
// Records of a loop and of a function with many defers are linked from the g, newest first.
// Functions with few defers keep theirs in the frame (open-coded). Both may be pending at once;
// each call knows its activation, and sorted by that they come out in the order in which they will
// run.
class Walk {
 public:
  Walk(const Code& code, const Specimen& specimen, const Surroundings& around)
      : at_(code.layout().defer_record), specimen_(specimen), around_(around) {}

  void run() {
    records(specimen_.record.defers, std::nullopt, 0);
    frames();
  }
  std::vector<PendingCall> take_calls();
  const std::vector<std::pair<Address, std::size_t>>& missing() const { return missing_; }

 private:
  std::span<const std::byte> bytes(Address address, std::size_t size);
  std::optional<Address> word(Address address);
  std::optional<std::uint32_t> activation_at(Address sp) const;
  void records(Address first, std::optional<std::uint32_t> owner, int depth);
  void record(Address address, std::span<const std::byte> fields, std::uint32_t owner);
  void take_arguments(Address address, std::span<const std::byte> fields, PendingCall& call);
  void frames();
  void frame(std::uint32_t index, const DeferSlots& defers);
  bool resolve(PendingCall& call);

  const decltype(Layout::defer_record)& at_;
  const Specimen& specimen_;
  const Surroundings& around_;
  std::vector<PendingCall> calls_;
  std::vector<std::pair<Address, std::size_t>> missing_;
  std::size_t seen_ = 0;
};

template <typename T>
T field(std::span<const std::byte> fields, std::int32_t offset) {
  return offset == kAbsent ? T{} : load<T>(fields, static_cast<std::size_t>(offset));
}

std::span<const std::byte> Walk::bytes(Address address, std::size_t size) {
  if (address == 0) return {};
  const auto on_stack = specimen_.stack.from(address);
  if (on_stack.size() >= size) return on_stack.first(size);
  const auto copy = around_.at(address, size);
  if (copy.empty()) missing_.emplace_back(address, size);
  return copy;
}

std::optional<Address> Walk::word(Address address) {
  const auto found = bytes(address, kWord);
  return found.empty() ? std::nullopt : std::optional(load<Address>(found, 0));
}

std::optional<std::uint32_t> Walk::activation_at(Address sp) const {
  // The stack grows down, so stack pointers rise from the innermost activation on. Of several that
  // share one the outermost has the frame (arm64).
  const auto after = std::ranges::upper_bound(specimen_.activations, sp, {}, &Activation::sp);
  if (after == specimen_.activations.begin() || (after - 1)->sp != sp) return std::nullopt;
  return static_cast<std::uint32_t>(after - 1 - specimen_.activations.begin());
}

// A defer inside of a range-over-func body belongs to the function around the loop: its record
// there has no fn but a head, an atomic pointer to a list of its own (runtime/panic.go
// deferrangefunc, go1.23 on).
void Walk::records(Address first, std::optional<std::uint32_t> owner, int depth) {
  for (Address at = first; at != 0 && seen_ < kMostRecords; ++seen_) {
    const auto fields = bytes(at, static_cast<std::size_t>(at_.size));
    if (fields.empty()) return;
    const auto by = owner ? owner : activation_at(field<Address>(fields, at_.sp));
    const Address head =
        field<std::uint8_t>(fields, at_.rangefunc) != 0 ? field<Address>(fields, at_.head) : 0;
    if (head > kConsumed && by && depth == 0) {
      const auto list = word(head);
      if (list && *list > kConsumed) records(*list, by, depth + 1);
    } else if (by) {
      record(at, fields, *by);
    }
    at = field<Address>(fields, at_.link);
  }
}

void Walk::record(Address address, std::span<const std::byte> fields, std::uint32_t owner) {
  // Made while panicking for calls that the frames themselves show; or running already.
  if (field<std::uint8_t>(fields, at_.open_defer) != 0) return;
  if (field<std::uint8_t>(fields, at_.started) != 0) return;
  PendingCall call{.activation = owner, .closure = field<Address>(fields, at_.fn)};
  if (at_.siz != kAbsent) take_arguments(address, fields, call);
  if (resolve(call)) calls_.push_back(call);
}

void Walk::take_arguments(Address address, std::span<const std::byte> fields, PendingCall& call) {
  const auto size =
      std::min(load<std::uint32_t>(fields, static_cast<std::size_t>(at_.siz)), kMostArguments) /
      kWord * kWord;
  if (size == 0) return;
  const auto given = bytes(address + static_cast<Address>(at_.size), size);
  for (std::size_t i = 0; i * kWord < given.size(); ++i) {
    call.arguments[i] = load<Address>(given, i * kWord);
  }
}

void Walk::frames() {
  for (std::uint32_t i = 0; i < specimen_.activations.size(); ++i) {
    const Site& site = *specimen_.activations[i].site;
    // Without a frame of its own it has not even cleared the byte of bits.
    if (!site.defers.slots.empty() && site.stack_delta > 0) frame(i, site.defers);
  }
}

// The bit is cleared before its call begins, so a set bit is a call that has not begun.
void Walk::frame(std::uint32_t index, const DeferSlots& defers) {
  const Address variables = specimen_.activations[index].variables;
  const auto byte = specimen_.stack.from(variables - defers.bits);
  if (byte.empty()) return;
  const auto bits = std::to_integer<unsigned>(byte.front());
  for (std::size_t i = defers.slots.size(); i-- > 0;) {
    if ((bits >> i & 1U) == 0) continue;
    const auto& slot = defers.slots[i];
    PendingCall call{.activation = index,
                     .closure = specimen_.stack.word(variables - slot.closure).value_or(0)};
    for (std::size_t k = 0; k < slot.arguments.size(); ++k) {
      if (slot.arguments[k] == 0) continue;
      call.arguments[k] = specimen_.stack.word(variables - slot.arguments[k]);
    }
    if (resolve(call)) calls_.push_back(call);
  }
}

// Follows the funcval to the code and what it captured.
bool Walk::resolve(PendingCall& call) {
  const auto code = word(call.closure);
  if (!code) return false;
  call.code = *code;
  // In pieces, for a funcval may be the last thing that can be read.
  for (std::size_t i = 0; i < call.captured.size(); ++i) {
    call.captured[i] = word(call.closure + (i + 1) * kWord);
  }
  return true;
}

std::vector<PendingCall> Walk::take_calls() {
  std::ranges::stable_sort(calls_, {}, &PendingCall::activation);
  return std::move(calls_);
}

}  // namespace

// The same walk twice: the first time it notes what it would have liked to read, and the second
// time that has been copied. A chain of records in the heap needs one such round for each link
// (surroundings.h).
void want_defers(const Code& code, const Specimen& specimen, Surroundings& surroundings) {
  Walk walk(code, specimen, surroundings);
  walk.run();
  for (const auto& [address, size] : walk.missing()) surroundings.want(address, size);
}

std::vector<PendingCall> pending_calls(const Code& code, const Specimen& specimen,
                                       const Surroundings& surroundings) {
  Walk walk(code, specimen, surroundings);
  walk.run();
  return walk.take_calls();
}

// A slot is cleared when the function is entered, and not when its call begins. How many there are
// is not told from go1.22 on: what is behind the last of them points to no function.
std::vector<PendingCall> begun_calls(const Code& code, const Specimen& specimen,
                                     std::uint32_t activation) {
  const Activation& at = specimen.activations[activation];
  const DeferSlots& defers = at.site->defers;
  if (defers.slots.empty() || at.site->stack_delta <= 0) return {};
  const auto byte = specimen.stack.from(at.variables - defers.bits);
  if (byte.empty()) return {};
  const auto word = [&](Address address) {
    const auto on_stack = specimen.stack.word(address);
    return on_stack ? on_stack : code.memory().read<Address>(address);
  };
  std::vector<PendingCall> calls;
  for (std::size_t i = 0; i < defers.slots.size(); ++i) {
    if ((std::to_integer<unsigned>(byte.front()) >> i & 1U) != 0) continue;
    const auto closure = specimen.stack.word(at.variables - defers.slots[i].closure);
    const auto entry = closure && *closure != 0 ? word(*closure) : std::nullopt;
    const auto function = entry ? code.function_at(*entry) : std::nullopt;
    if (!function || function->entry != *entry) continue;
    PendingCall& call = calls.emplace_back(activation, *closure, *entry);
    for (std::size_t k = 0; k < call.captured.size(); ++k) {
      call.captured[k] = word(*closure + (k + 1) * kWord);
    }
  }
  return calls;
}

}  // namespace goknot::target
