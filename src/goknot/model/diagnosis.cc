// SPDX-License-Identifier: Apache-2.0
#include "goknot/model/diagnosis.h"

namespace goknot {

namespace {

template <typename E, std::size_t N>
std::string_view pick(const std::string_view (&names)[N], E value) {
  return names[static_cast<std::size_t>(value)];
}

}  // namespace

std::string_view name_of(Grade grade) {
  constexpr std::string_view kNames[] = {"possible", "likely", "proved"};
  return pick(kNames, grade);
}

std::string_view name_of(Severity severity) {
  constexpr std::string_view kNames[] = {"info", "warning", "leak", "deadlock"};
  return pick(kNames, severity);
}

std::string_view name_of(Shape shape) {
  constexpr std::string_view kNames[] = {"none", "convoy", "orphan", "cycle", "self"};
  return pick(kNames, shape);
}

std::string_view name_of(Outcome outcome) {
  constexpr std::string_view kNames[] = {"unknown",    "healthy", "suspicious",
                                         "contention", "leak",    "deadlock"};
  return pick(kNames, outcome);
}

std::string_view name_of(Relation relation) {
  constexpr std::string_view kNames[] = {"waits", "holds", "could-wake"};
  return pick(kNames, relation);
}

std::string_view name_of(Role role) {
  constexpr std::string_view kNames[] = {"holds", "waits", "created", "opened"};
  return pick(kNames, role);
}

}  // namespace goknot
