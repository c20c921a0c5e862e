// SPDX-License-Identifier: Apache-2.0
// Where the fields of the runtime's structures lie in one release of Go, on one kind of machine.
#pragma once

#include "goknot/base/result.h"
#include "goknot/model/status.h"
#include "goknot/target/architecture.h"
#include "goknot/target/go_version.h"

#include <array>
#include <cstdint>
#include <span>

namespace goknot::target {

// The offset of a field the release does not have.
inline constexpr std::int32_t kAbsent = -1;

// How many roots runtime.semtable has. go1.13 to go1.27 runtime/sema.go: semTabSize.
inline constexpr std::uint64_t kSemtableSize = 251;

// A function the runtime knows by number; `normal` for all others.
enum class FuncId : std::uint8_t {
  normal,
#define FUNC_ID(name, runs) name,
#include "goknot/target/layouts/func_id.def"
#undef FUNC_ID
};

// Why a goroutine is parked, and whether in a bubble of testing/synctest where only others of the
// bubble can end the wait.
struct Parked {
  WaitReason reason = WaitReason::none;
  bool durable = false;

  friend bool operator==(const Parked&, const Parked&) = default;
};

// What g.atomicstatus says.
struct GStatus {
  State state = State::unknown;
  bool scan = false;        // someone looks at its stack just now (_Gscan)
  bool leaked = false;      // the runtime has found that nothing can wake it (1.26)
  bool dead_extra = false;  // kept for a thread that C has made (1.26)

  friend bool operator==(const GStatus&, const GStatus&) = default;
};

// The offsets of one release: `layout.g.goid`, in bytes, kAbsent if it has no such field. What
// there is, and what it means, is said in structures.def and the files it names.
struct Layout {
#define STRUCT(Type, name) struct Type {
#define FIELD(name, field, runs) std::int32_t field = kAbsent;
#define ARM64(name, field, runs)
#define END(name) \
  }               \
  name;
#include "goknot/target/layouts/structures.def"
#undef STRUCT
#undef FIELD
#undef ARM64
#undef END

  GoVersion version;  // the release that was asked for
  GoVersion known;    // the release whose offsets these are
  Architecture architecture = Architecture::amd64;

  // Whether just this release was compared with the tables.
  bool exact() const { return version == known; }
  // Whether the release is of a minor version the tables have never seen.
  bool newer_than_known() const { return version.minor > known.minor; }

  // The function a funcID byte stands for; normal for a number that has no meaning.
  FuncId func_id(std::uint8_t number) const {
    return number < func_ids.size() ? func_ids[number] : FuncId::normal;
  }
  // The reason a g.waitreason byte stands for; none for a number that has no meaning.
  Parked wait_reason(std::uint8_t number) const {
    return number < wait_reasons.size() ? wait_reasons[number] : Parked{};
  }

  // By number, for the two functions above.
  std::array<FuncId, 32> func_ids{};
  std::array<Parked, 64> wait_reasons{};
};

// The layout of a release: of a point release we have not seen the nearest lower one, of a minor
// release we have not seen the newest. unsupported before 1.13.
Result<Layout> layout_of(GoVersion version, Architecture architecture);

// What a g.waitreason byte means in a release. Layout::wait_reason is faster.
Parked wait_reason(GoVersion version, std::uint8_t number);

// Takes g.atomicstatus apart; numbers no release uses are unknown. go1.27 runtime/runtime2.go:
// _Gidle to _Gdeadextra.
GStatus status_of(std::uint32_t atomicstatus);

}  // namespace goknot::target
