// SPDX-License-Identifier: Apache-2.0
#include "goknot/target/layouts/layout.h"

#include <fmt/format.h>

#include <algorithm>
#include <initializer_list>
#include <iterator>
#include <utility>

namespace goknot::target {

namespace {

// From a release on, a value.
struct Run {
  GoVersion from;
  std::int32_t value;
};

#define AT(minor, value) Run{{minor, 0}, value},
#define AT_PATCH(minor, patch, value) Run{{minor, patch}, value},
#define NONE(minor) Run{{minor, 0}, kAbsent},
#define NONE_PATCH(minor, patch) Run{{minor, patch}, kAbsent},

// The value of the last run that has begun; kAbsent before the first.
std::int32_t value_at(GoVersion version, std::initializer_list<Run> runs) {
  std::int32_t value = kAbsent;
  for (const Run& run : runs) {
    if (run.from <= version) value = run.value;
  }
  return value;
}

// The newest release of each minor version that was compared with the tables, ascending.
constexpr GoVersion kReleases[] = {
#define RELEASE(minor, patch) {minor, patch},
#include "goknot/target/layouts/releases.def"
#undef RELEASE
};

// The release whose tables serve for `version`, which is not older than the first.
// A patch release newer than all that were compared is taken for the newest of its minor version,
// and a minor version newer than all for the newest of all.
GoVersion nearest_known(GoVersion version) {
  const auto* const after =
      std::ranges::upper_bound(kReleases, version.minor, {}, &GoVersion::minor);
  return std::min(*std::prev(after), version);
}

void fill_offsets(Layout& layout) {
  const GoVersion version = layout.known;
#define STRUCT(Type, name)
#define FIELD(name, field, runs) layout.name.field = value_at(version, {runs});
#define ARM64(name, field, runs) \
  if (layout.architecture == Architecture::arm64) layout.name.field = value_at(version, {runs});
#define END(name)
#include "goknot/target/layouts/structures.def"
#undef STRUCT
#undef FIELD
#undef ARM64
#undef END
}

// Puts what a number stands for in its place; absent numbers have none.
template <typename Value, std::size_t Size>
void place(std::array<Value, Size>& table, std::int32_t number, Value value) {
  if (number >= 0) table.at(static_cast<std::size_t>(number)) = value;
}

void fill_func_ids(Layout& layout) {
  const GoVersion version = layout.known;
#define FUNC_ID(name, runs) place(layout.func_ids, value_at(version, {runs}), FuncId::name);
#include "goknot/target/layouts/func_id.def"
#undef FUNC_ID
}

void fill_wait_reasons(Layout& layout) {
  const GoVersion version = layout.known;
#define REASON(name, runs) \
  place(layout.wait_reasons, value_at(version, {runs}), Parked{WaitReason::name, false});
#define DURABLE(name, runs) \
  place(layout.wait_reasons, value_at(version, {runs}), Parked{WaitReason::name, true});
#include "goknot/target/layouts/wait_reason.def"
#undef REASON
#undef DURABLE
}

#undef AT
#undef AT_PATCH
#undef NONE
#undef NONE_PATCH

// Go: runtime/runtime2.go, _Gidle and those behind it. 5 and 7 have names there and no use.
struct StatusRow {
  std::uint32_t number;
  GStatus status;
};

constexpr StatusRow kStatuses[] = {
    {0, {.state = State::idle}},
    {1, {.state = State::runnable}},
    {2, {.state = State::running}},
    {3, {.state = State::syscall}},
    {4, {.state = State::waiting}},
    {6, {.state = State::dead}},
    {8, {.state = State::copystack}},
    {9, {.state = State::preempted}},
    {10, {.state = State::waiting, .leaked = true}},
    {11, {.state = State::dead, .dead_extra = true}},
};

// _Gscan: somebody, mostly the collector, has the stack for himself.
constexpr std::uint32_t kScan = 0x1000;

}  // namespace

Result<Layout> layout_of(GoVersion version, Architecture architecture) {
  if (version.minor < kReleases[0].minor) {
    return fail(Kind::unsupported,
                fmt::format("the program was built by {}, and the structures of a runtime before "
                            "go1.{} are not known",
                            text_of(version), kReleases[0].minor));
  }
  Layout layout;
  layout.version = version;
  layout.known = nearest_known(version);
  layout.architecture = architecture;
  fill_offsets(layout);
  fill_func_ids(layout);
  fill_wait_reasons(layout);
  return layout;
}

Parked wait_reason(GoVersion version, std::uint8_t number) {
  const Result<Layout> layout = layout_of(version, Architecture::amd64);
  return layout ? layout->wait_reason(number) : Parked{};
}

GStatus status_of(std::uint32_t atomicstatus) {
  const auto* const row = std::ranges::find(kStatuses, atomicstatus & ~kScan, &StatusRow::number);
  GStatus status = row == std::end(kStatuses) ? GStatus{} : row->status;
  status.scan = (atomicstatus & kScan) != 0;
  return status;
}

}  // namespace goknot::target
