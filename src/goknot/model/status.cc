// SPDX-License-Identifier: Apache-2.0
#include "goknot/model/status.h"

#include <algorithm>
#include <iterator>

namespace goknot {

namespace {

struct ReasonRow {
  std::string_view text;
  WaitKind kind;
};

constexpr ReasonRow kReasons[] = {
    {"", WaitKind::none},
#define WAIT_REASON(name, text, kind) {text, WaitKind::kind},
#include "goknot/model/wait_reason.def"
#undef WAIT_REASON
};

struct StateRow {
  std::string_view text;
  State state;
};

// go1.27 runtime/traceback.go: gStatusStrings; "moribund" and "enqueue" are from 1.0 and 1.4
// to 1.6.
constexpr StateRow kStates[] = {
    {"running", State::running},     {"runnable", State::runnable},   {"syscall", State::syscall},
    {"waiting", State::waiting},     {"idle", State::idle},           {"dead", State::dead},
    {"copystack", State::copystack}, {"preempted", State::preempted}, {"enqueue", State::waiting},
    {"moribund", State::dead},       {"leaked", State::waiting},
};

// Words the runtime adds to a reason without changing what is waited for.
constexpr std::string_view kSuffixes[] = {" (durable)", " (synctest)", " (leaked)", " (scan)"};

// "chan receive (nil chan)" keeps its words: they are part of the reason, not added to it.
std::string_view without_suffixes(std::string_view text) {
  for (bool again = true; again;) {
    again = false;
    for (const std::string_view suffix : kSuffixes) {
      if (!text.ends_with(suffix)) continue;
      text.remove_suffix(suffix.size());
      again = true;
    }
  }
  return text;
}

}  // namespace

Status parse_status(std::string_view text) {
  Status status{.text = text};
  const std::string_view bare = without_suffixes(text);
  if (bare.empty()) return status;
  const auto state = std::ranges::find(kStates, bare, &StateRow::text);
  const auto reason = std::ranges::find(kReasons, bare, &ReasonRow::text);
  if (reason != std::end(kReasons)) {
    status.state = State::waiting;
    status.reason = static_cast<WaitReason>(std::distance(std::begin(kReasons), reason));
  } else {
    status.state = state != std::end(kStates) ? state->state : State::waiting;
  }
  return status;
}

WaitKind wait_kind(WaitReason reason) { return kReasons[static_cast<std::size_t>(reason)].kind; }

std::string_view wait_reason_text(WaitReason reason) {
  return kReasons[static_cast<std::size_t>(reason)].text;
}

}  // namespace goknot
