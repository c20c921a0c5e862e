// SPDX-License-Identifier: Apache-2.0
#include "goknot/analysis/words.h"

#include "goknot/base/quantity.h"
#include "goknot/model/function_name.h"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

namespace goknot::analysis {

namespace {

// "wait{s} to send on a channel": one text for one and many.
std::string_view pattern(const Traits& traits, const Group& group) {
  if (traits.standing == Standing::moving) {
    return group.reason == WaitReason::sleep ? "sleep{s}"
           : group.state == State::runnable  ? "want{s} to run"
                                             : "run{s}";
  }
  if (group.state == State::syscall) return "{be} in a system call";
  switch (traits.kind) {
    case ObjectKind::socket:
      return "wait{s} for the network or a pipe";
    case ObjectKind::cond:
      return "wait{s} for a sync.Cond";
    case ObjectKind::wait_group:
      return "wait{s} for a sync.WaitGroup";
    case ObjectKind::empty_select:
      return "{be} parked in select {{}}";
    case ObjectKind::nil_channel:
      return "wait{s} on a nil channel";
    default:
      break;
  }
  switch (traits.operation) {
    case Operation::send:
      return "wait{s} to send on a channel";
    case Operation::receive:
      return "wait{s} to receive from a channel";
    case Operation::select:
      return "wait{s} in a select";
    case Operation::lock:
      return "wait{s} for a lock";
    case Operation::rlock:
      return "wait{s} for a read lock";
    default:
      return group.state == State::unknown ? "stand{s} still or run{s}" : "wait{s}";
  }
}

constexpr std::size_t kLongestElement = 40;

// The object that all of these wait for and nothing else; null if there is no such.
const WaitObject* common_object(const Scene& scene, std::span<const std::uint32_t> rows) {
  const std::vector<Wait>& waits = scene.snapshot().waits;
  ObjectId common;
  for (const std::uint32_t row : rows) {
    const auto own = std::ranges::equal_range(waits, row, {}, &Wait::goroutine);
    if (own.size() != 1 || !own.front().object) return nullptr;
    if (common && own.front().object != common) return nullptr;
    common = own.front().object;
  }
  return common ? &scene.snapshot().objects[common.index()] : nullptr;
}

// " (full, 3 of 3)", " (empty)", " (closed)": why a send or receive does not happen.
std::string hindrance(const Snapshot& snapshot, const WaitObject& channel, Operation operation) {
  if (channel.state >= snapshot.object_states.size()) return {};
  const ObjectState& state = snapshot.object_states[channel.state];
  if (state.closed.value_or(false)) return " (closed)";
  if (!state.length || !state.capacity) return {};
  if (operation == Operation::send && *state.length >= *state.capacity) {
    return fmt::format(" (full, {} of {})", *state.length, *state.capacity);
  }
  return operation == Operation::receive && *state.length == 0 ? " (empty)" : "";
}

// "Pool.work (full, 0 of 0)", "a chan int (empty)"; empty if nothing better than "a channel".
std::string channel_words(const Snapshot& snapshot, const WaitObject& channel,
                          Operation operation) {
  std::string text(snapshot.strings[channel.name]);
  const std::string_view element = snapshot.strings[channel.element];
  if (text.empty() && !element.empty() && element.size() <= kLongestElement) {
    text = fmt::format("a chan {}", element);
  }
  return text.empty() ? text : text + hindrance(snapshot, channel, operation);
}

// "to send on Pool.work (full, 0 of 0)", "for Pool.jobs (counter 3)"; empty if it has no name.
std::string wanted(const Snapshot& snapshot, const WaitObject& object, Operation operation) {
  const bool passes = operation == Operation::send || operation == Operation::receive;
  if (object.kind == ObjectKind::channel && passes) {
    const std::string name = channel_words(snapshot, object, operation);
    const std::string_view what = operation == Operation::send ? "to send on" : "to receive from";
    return name.empty() ? name : fmt::format("{} {}", what, name);
  }
  const std::string_view name = snapshot.strings[object.name];
  const bool joins = object.kind == ObjectKind::wait_group || object.kind == ObjectKind::cond;
  if (!joins || name.empty()) return {};
  const ObjectState* state = object.state < snapshot.object_states.size()
                                 ? &snapshot.object_states[object.state]
                                 : nullptr;
  if (state == nullptr || !state->counter) return fmt::format("for {}", name);
  return fmt::format("for {} (counter {})", name, *state->counter);
}

}  // namespace

std::string goroutines(std::uint64_t count) { return counted(count, "goroutine"); }

std::string goroutines(const Scene& scene, std::span<const std::uint32_t> rows) {
  const std::uint64_t count = scene.count_of(rows);
  return count == 1 ? goroutine_name(scene, rows.front()) : goroutines(count);
}

std::string waiters(std::uint64_t count) {
  return goroutines(count) + (count == 1 ? " waits" : " wait");
}

std::string capitalised(std::string text) {
  if (!text.empty() && text.front() >= 'a' && text.front() <= 'z') {
    text.front() = static_cast<char>(text.front() - 'a' + 'A');
  }
  return text;
}

std::string doing(const Traits& traits, const Group& group) {
  return fmt::format(fmt::runtime(pattern(traits, group)), fmt::arg("s", "s"),
                     fmt::arg("be", "is"));
}

std::string doing_many(const Traits& traits, const Group& group) {
  return fmt::format(fmt::runtime(pattern(traits, group)), fmt::arg("s", ""),
                     fmt::arg("be", "are"));
}

// The most telling words that are true of all of them: the object by its name, else what is outside
// of the program (of one goroutine), else the kind of wait.
std::string doing(const Scene& scene, std::span<const std::uint32_t> rows) {
  const Traits& traits = scene.traits_of(rows.front());
  const WaitObject* object = common_object(scene, rows);
  const std::string name =
      object == nullptr ? "" : wanted(scene.snapshot(), *object, traits.operation);
  const bool one = rows.size() == 1 && scene.goroutine(rows.front()).count == 1;
  if (!name.empty()) return fmt::format("wait{} {}", one ? "s" : "", name);
  if (const std::string outside = one ? doing_outside(scene, rows.front()) : ""; !outside.empty()) {
    return outside;
  }
  const Group& group = scene.group_of(rows.front());
  return one ? doing(traits, group) : doing_many(traits, group);
}

std::string doing_outside(const Scene& scene, std::uint32_t row) {
  const Snapshot& snapshot = scene.snapshot();
  const GoroutineDetail* const detail = snapshot.detail(row);
  if (detail == nullptr) return {};
  std::string descriptor(snapshot.strings[detail->descriptor]);
  constexpr std::string_view kUsual = " established";
  if (descriptor.ends_with(kUsual)) descriptor.resize(descriptor.size() - kUsual.size());
  const std::string_view call = snapshot.strings[detail->call];
  if (!call.empty()) {
    const std::string_view name = call.substr(0, call.find('('));
    return descriptor.empty() ? fmt::format("is in the system call {}", name)
                              : fmt::format("is in the system call {} of {}", name, descriptor);
  }
  if (descriptor.empty()) return {};
  switch (scene.traits_of(row).operation) {
    case Operation::read:
      return "waits to read from " + descriptor;
    case Operation::write:
      return "waits to write to " + descriptor;
    case Operation::accept:
      return "waits for a connection to " + descriptor;
    default:
      return "waits for " + descriptor;
  }
}

std::string for_minutes(std::int32_t minutes) {
  return minutes <= 0 ? std::string() : " for " + spoken_minutes(minutes);
}

std::string at_place(const Place& place) {
  if (place.function.empty()) return "an unknown place";
  std::string text = short_function(place.function);
  if (place.file.empty()) return text;
  return fmt::format("{} ({}:{})", text, base_name(place.file), place.line);
}

std::string short_place(const Place& place) {
  if (place.file.empty()) return short_function(place.function);
  return fmt::format("{}:{}", base_name(place.file), place.line);
}

std::uint32_t entry_to_library(const Scene& scene, std::uint32_t row) {
  const auto functions = scene.functions(scene.goroutine(row).stack);
  const Wait* wait = scene.wait_of(row);
  const std::uint32_t waits = wait == nullptr ? 0 : wait->frame;
  if (waits >= functions.size()) return waits;
  const std::string_view package = parse_function_name(functions[waits]).package;
  for (std::uint32_t depth = waits + 1; depth < functions.size(); depth++) {
    if (parse_function_name(functions[depth]).package != package) return depth;
  }
  return waits;
}

std::string goroutine_name(const Scene& scene, std::uint32_t row) {
  const std::int64_t id = scene.goroutine(row).id;
  return id < 0 ? "a goroutine" : fmt::format("goroutine {}", id);
}

}  // namespace goknot::analysis
