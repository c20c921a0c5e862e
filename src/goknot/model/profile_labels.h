// SPDX-License-Identifier: Apache-2.0
// How a snapshot is written as a pprof profile, so that it can be read back whole: the names of
// labels and comments (docs/formats/profile.md). Every goroutine is one sample.
#pragma once

#include "goknot/model/origin.h"
#include "goknot/model/snapshot.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace goknot {

// Labels of a sample that CockroachDB's Go writes, too.
inline constexpr std::string_view kLabelGoroutine = "go::goroutine";             // number
inline constexpr std::string_view kLabelCreatedBy = "go::goroutine_created_by";  // number
inline constexpr std::string_view kLabelState = "go::goroutine_state";           // status as text
inline constexpr std::string_view kLabelWaitMinutes = "go::goroutine_wait_minutes";  // number

// Our own. A label of the program whose name begins like ours is written behind kLabelUser.
inline constexpr std::string_view kLabelOurs = "goknot::";
inline constexpr std::string_view kLabelUser = "goknot::label::";
inline constexpr std::string_view kLabelCreator = "goknot::creator";      // location number
inline constexpr std::string_view kLabelLine = "goknot::line";            // number
inline constexpr std::string_view kLabelBubble = "goknot::bubble";        // number
inline constexpr std::string_view kLabelCoarse = "goknot::state";         // word of kStateWords
inline constexpr std::string_view kLabelReason = "goknot::reason";        // as Go prints it
inline constexpr std::string_view kLabelFlags = "goknot::flags";          // "system leaked"
inline constexpr std::string_view kLabelElided = "goknot::elided";        // JSON: at, count
inline constexpr std::string_view kLabelArguments = "goknot::arguments";  // a line for each frame
inline constexpr std::string_view kLabelWait = "goknot::wait";            // JSON, one per wait
inline constexpr std::string_view kLabelHold = "goknot::hold";            // JSON, one per hold
inline constexpr std::string_view kLabelDetail = "goknot::detail";        // JSON
inline constexpr std::string_view kLabelReach = "goknot::reach";          // word of kReachWords
inline constexpr std::string_view kLabelDeferred = "goknot::deferred";    // JSON, newest first
inline constexpr std::string_view kLabelOutside = "goknot::outside";      // JSON
inline constexpr std::string_view kLabelReference = "goknot::reference";  // text: an object
inline constexpr std::string_view kLabelAncestor = "goknot::ancestor";    // JSON, youngest first

// Comments: each is one row, its name and JSON: #goknot::object {"kind":"mutex","name":"Hub.mu"}.
// What has its usual value is left out. `go tool pprof` does not show comments that begin with "#".
inline constexpr std::string_view kCommentSnapshot = "#goknot::snapshot/1";
inline constexpr std::string_view kCommentOrigin = "#goknot::origin";
inline constexpr std::string_view kCommentObject = "#goknot::object";
inline constexpr std::string_view kCommentFileHold = "#goknot::file_hold";
inline constexpr std::string_view kCommentOmission = "#goknot::omission";
inline constexpr std::string_view kCommentSecondLook = "#goknot::second_look";
inline constexpr std::string_view kCommentGap = "#goknot::gap";

// A field of a pprof Location that pprof does not know and skips: a frame's offset × 4, plus 2 for
// foreign and 1 for inlined.
inline constexpr std::uint32_t kFieldFrameDetails = 1000;

// The words of the flags.
inline constexpr std::string_view kFlagWords[] = {"system",  "leaked",  "locked",
                                                  "durable", "current", "cut"};

// The words of enumerations that the report does not name, in the order of their values.
inline constexpr std::string_view kStateWords[] = {"unknown",   "idle",      "runnable",
                                                   "running",   "syscall",   "waiting",
                                                   "copystack", "preempted", "dead"};
inline constexpr std::string_view kIdentityWords[] = {"none", "owner", "inexact", "exact"};
inline constexpr std::string_view kEvidenceWords[] = {
    "lock_word", "pending_unlock", "call_site", "kernel_table", "count_match", "below_method"};
inline constexpr std::string_view kReachWords[] = {"unknown", "reached", "unreached", "never"};
inline constexpr std::string_view kOutsideWords[] = {"unknown", "pipe", "child", "resolver",
                                                     "filesystem"};
inline constexpr std::string_view kOutlookWords[] = {"open", "halted", "own"};
inline constexpr std::string_view kMeanwhileWords[] = {"ran", "idle", "held"};
inline constexpr std::string_view kDetailWords[] = {"counts", "listing", "stacks", "runtime",
                                                    "memory"};
inline constexpr std::string_view kCauseWords[] = {
    "none",         "signal",      "all_asleep", "no_goroutines", "synctest_deadlock",
    "test_timeout", "leak_report", "panic",      "fatal",         "data_race"};

// The last of the enumerations that the report does name.
inline constexpr SourceKind kLastSourceKind = SourceKind::history;
inline constexpr ObjectKind kLastObjectKind = ObjectKind::empty_select;
inline constexpr Operation kLastOperation = Operation::call;

// The word for a value of an enumeration.
template <typename Enum>
constexpr std::string_view word_of(std::span<const std::string_view> words, Enum value) {
  return words[static_cast<std::size_t>(value)];
}

// The value that a word stands for, or none.
template <typename Enum>
constexpr std::optional<Enum> value_of(std::span<const std::string_view> words,
                                       std::string_view word) {
  const auto found = std::ranges::find(words, word);
  if (found == words.end()) return std::nullopt;
  return static_cast<Enum>(found - words.begin());
}

// The value, up to `last`, that `name_of` gives this name, or none.
template <typename Enum>
std::optional<Enum> value_named(std::string_view (*name_of)(Enum), Enum last,
                                std::string_view name) {
  for (std::size_t value = 0; value <= static_cast<std::size_t>(last); value++) {
    if (name_of(static_cast<Enum>(value)) == name) return static_cast<Enum>(value);
  }
  return std::nullopt;
}

}  // namespace goknot
