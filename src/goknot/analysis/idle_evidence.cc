// SPDX-License-Identifier: Apache-2.0
#include "goknot/analysis/idle_evidence.h"

#include "goknot/analysis/library_name.h"
#include "goknot/analysis/shape_states.h"
#include "goknot/model/function_name.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <string>
#include <vector>

namespace goknot::analysis {

namespace {

// How many functions a goroutine may stand in and still be waiting in its own.
constexpr std::size_t kEntryDepth = 2;

std::string lower_case(std::string_view text) {
  std::string lower(text);
  std::ranges::transform(lower, lower.begin(), [](unsigned char c) { return std::tolower(c); });
  return lower;
}

// The frames a person sees, innermost first.
std::vector<std::string_view> visible(std::span<const std::string_view> functions) {
  std::vector<std::string_view> frames(functions.begin(), functions.end());
  std::erase_if(frames, is_waiting_frame);
  return frames;
}

// Whether the word is the whole name or its first word: "newPool", "New", not "newsletter".
bool begins_with_word(std::string_view name, std::string_view word) {
  if (!lower_case(name.substr(0, word.size())).starts_with(word)) return false;
  const std::string_view rest = name.substr(word.size());
  return rest.empty() || std::islower(static_cast<unsigned char>(rest[0])) == 0;
}

bool is_constructor(std::string_view function) {
  constexpr std::array<std::string_view, 8> kWords = {"new",   "open", "dial",  "connect",
                                                      "start", "run",  "serve", "init"};
  const std::string_view name = parse_function_name(function).name;
  return std::ranges::any_of(kWords, [&](auto word) { return begins_with_word(name, word); }) ||
         name.ends_with("OnStart") || name.ends_with("Enable");
}

bool is_loop(std::string_view function) {
  constexpr std::array<std::string_view, 9> kFirst = {"watch",     "flush",    "reap",
                                                      "process",   "monitor",  "heartbeat",
                                                      "keepalive", "dispatch", "background"};
  constexpr std::array<std::string_view, 11> kLast = {"loop",   "worker",    "janitor",  "daemon",
                                                      "pump",   "watcher",   "monitor",  "flusher",
                                                      "reaper", "heartbeat", "keepalive"};
  const std::string name = lower_case(parse_function_name(function).name);
  return name == "run" ||
         std::ranges::any_of(kFirst, [&](auto word) { return name.starts_with(word); }) ||
         std::ranges::any_of(kLast, [&](auto word) { return name.ends_with(word); });
}

bool is_input(std::string_view function) {
  constexpr std::array<std::string_view, 14> kReads = {"internal/poll.(*FD).Accept",
                                                       "internal/poll.(*FD).Read",
                                                       "internal/poll.(*FD).RawRead",
                                                       "internal/poll.(*FD).Pread",
                                                       "net.(*netFD).accept",
                                                       "net.(*netFD).Accept",
                                                       "net.(*netFD).Read",
                                                       "net.(*netFD).read",
                                                       "os/signal.signal_recv",
                                                       "syscall.Read",
                                                       "syscall.read",
                                                       "golang.org/x/sys/unix.Read",
                                                       "golang.org/x/sys/unix.EpollWait",
                                                       "golang.org/x/sys/unix.Kevent"};
  return std::ranges::any_of(kReads, [&](auto read) { return function.starts_with(read); });
}

bool waits_for_others(std::span<const std::string_view> functions, std::string_view status) {
  const StateSet states = status.empty() ? states_of_frames(functions) : possible_states(status);
  return (states & (*state_set("select") | *state_set("chan receive"))) != 0;
}

// Who made it: told, or to be seen from the closure that it began with.
std::string_view creator(std::string_view created_by, std::string_view outermost) {
  const bool is_closure = !parse_function_name(outermost).suffix.empty();
  return !created_by.empty() || !is_closure ? created_by : outermost;
}

}  // namespace

IdleEvidence idle_evidence(std::span<const std::string_view> functions, std::string_view status,
                           std::string_view created_by) {
  const std::vector<std::string_view> frames = visible(functions);
  if (frames.empty()) return {};
  const auto entry = std::span(frames).last(std::min(frames.size(), kEntryDepth));
  return {
      .entry_function_waits = frames.size() <= kEntryDepth && waits_for_others(functions, status),
      .created_by_constructor = is_constructor(creator(created_by, frames.back())),
      .loop_name = std::ranges::any_of(entry, is_loop),
      .io_read = is_input(frames.front())};
}

}  // namespace goknot::analysis
