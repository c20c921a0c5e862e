// SPDX-License-Identifier: Apache-2.0
#include "goknot/analysis/asked.h"

#include "goknot/model/arguments.h"
#include "goknot/model/function_name.h"

#include <algorithm>

namespace goknot::analysis {

namespace {

// The type in whose method a lock was taken; for those that belong to a function of the standard
// library, as a sync.Once, the type that called it.
std::string type_around(std::span<const std::string_view> functions, std::size_t frame) {
  for (; frame < functions.size(); ++frame) {
    const std::string_view package = parse_function_name(functions[frame]).package;
    if (!is_standard_package(package)) return owner_type(functions[frame]);
  }
  return {};
}

// The receiver of a frame, if it is a method and the dump is sure of it. A closure has none.
std::optional<std::uint64_t> receiver(const Scene& scene, std::uint32_t row, std::uint32_t depth,
                                      std::string_view function) {
  if (!parse_function_name(function).suffix.empty()) return std::nullopt;
  const Argument word = first_argument(scene.snapshot().argument_text(scene.goroutine(row), depth));
  return word.known && word.exact ? std::optional(word.value) : std::nullopt;
}

// Whether a function is a closure of one of these.
bool is_closure_of(std::string_view function, const auto& functions) {
  return std::ranges::any_of(functions, [&](std::string_view outer) {
    return function.starts_with(outer) && function.substr(outer.size()).starts_with(".func");
  });
}

}  // namespace

std::string owner_type(std::string_view function) {
  const FunctionName name = parse_function_name(function);
  if (name.type.empty() || is_standard_package(name.package)) return {};
  return std::string(name.package) + "." + std::string(name.type);
}

std::uint32_t started_frame(const Scene& scene, std::size_t index) {
  const std::uint32_t entry = scene.traits(index).entry_frame;
  const auto functions = scene.functions(scene.groups()[index].stack);
  if (entry == 0 || entry >= functions.size()) return entry;
  return parse_function_name(functions[entry]).is_wrapper() ? entry - 1 : entry;
}

Asked::Asked(const Scene& scene, const Holder& holder)
    : scene_(scene),
      row_(holder.row),
      joins_(scene.traits_of(holder.row).standing == Standing::join) {
  const auto functions = scene.functions(scene.goroutine(holder.row).stack);
  const std::string owner = type_around(functions, holder.frame);
  for (std::uint32_t d = scene.traits_of(holder.row).wait_frame; d < functions.size(); d++) {
    if (d > holder.frame) break;
    functions_.insert(functions[d]);
    const std::string type = owner_type(functions[d]);
    if (type.empty()) continue;
    Receivers& objects = type == owner ? owner_ : objects_;
    const auto value = receiver(scene, holder.row, d, functions[d]);
    const auto [entry, added] = objects.try_emplace(type, value);
    // Of two objects of one type either may be asked.
    if (!added && entry->second != value) entry->second.reset();
  }
}

bool Asked::is_started_here(std::uint32_t row) const {
  const Goroutine& goroutine = scene_.goroutine(row);
  const std::string_view creator = scene_.snapshot().function(goroutine.creator);
  if (goroutine.parent > 0) {
    return goroutine.parent == scene_.goroutine(row_).id &&
           (functions_.contains(creator) || objects_.contains(owner_type(creator)));
  }
  if (functions_.contains(creator)) return true;
  // By a helper that starts what it is given.
  if (!objects_.contains(owner_type(creator))) return false;
  const auto functions = scene_.functions(goroutine.stack);
  return std::ranges::any_of(functions,
                             [&](auto function) { return is_closure_of(function, functions_); });
}

// Where the receiver of that job is shown, it is the very object.
bool Asked::works_for(std::uint32_t row, const Receivers& objects, Match match) const {
  const Goroutine& goroutine = scene_.goroutine(row);
  const auto functions = scene_.functions(goroutine.stack);
  const std::uint32_t started = started_frame(scene_, scene_.group_index(row));
  if (started >= functions.size()) return false;
  if (const auto object = objects.find(owner_type(functions[started])); object != objects.end()) {
    const auto value = receiver(scene_, row, started, functions[started]);
    if (value && object->second) return *value == *object->second;
    return match == Match::type;
  }
  const std::string_view creator = scene_.snapshot().function(goroutine.creator);
  return match == Match::type && objects.contains(owner_type(creator));
}

// Who waits for others to be done waits for some alone, so there it must be shown for whom they
// work.
bool Asked::is_answerer(std::uint32_t row) const {
  const Match match = joins_ ? Match::object : Match::type;
  return row != row_ && (is_started_here(row) || works_for(row, objects_, match));
}

// Up to go1.21 the function that the compiler makes for `go l.loop(c)` looks like any other.
bool Asked::is_called_for_owner(std::uint32_t row) const {
  const auto functions = scene_.functions(scene_.goroutine(row).stack);
  const std::uint32_t started = started_frame(scene_, scene_.group_index(row));
  if (started == 0 || started >= functions.size()) return false;
  if (parse_function_name(functions[started]).suffix.empty()) return false;
  const auto owner = owner_.find(owner_type(functions[started - 1]));
  if (owner == owner_.end() || !owner->second) return false;
  return receiver(scene_, row, started - 1, functions[started - 1]) == owner->second;
}

bool Asked::may_answer(std::uint32_t row) const {
  return row != row_ &&
         (is_answerer(row) || works_for(row, owner_, Match::object) || is_called_for_owner(row));
}

// Who waits for all to be done waits for those who are stuck as well.
bool Asked::has_free_answerer(std::span<const std::uint32_t> waiters) const {
  if (joins_) return false;
  absl::flat_hash_set<std::string_view> jobs;
  const auto job_of = [&](std::size_t group) {
    const auto functions = scene_.functions(scene_.groups()[group].stack);
    const std::uint32_t depth = started_frame(scene_, group);
    return depth < functions.size() ? functions[depth] : std::string_view();
  };
  for (const std::uint32_t row : waiters) {
    if (is_answerer(row)) jobs.insert(job_of(scene_.group_index(row)));
  }
  for (std::size_t i = 0; i < scene_.groups().size(); i++) {
    const Group& group = scene_.groups()[i];
    const Traits& traits = scene_.traits(i);
    if (traits.standing == Standing::system || traits.standing == Standing::framework) continue;
    const bool runs = group.state == State::running || group.state == State::runnable;
    const bool stuck = traits.standing == Standing::lock || traits.operation == Operation::send;
    if (!runs && (stuck || !jobs.contains(job_of(i)))) continue;
    const bool free = std::ranges::any_of(group.members, [&](std::uint32_t row) {
      return is_answerer(row) && !std::ranges::binary_search(waiters, row);
    });
    if (free) return true;
  }
  return false;
}

}  // namespace goknot::analysis
