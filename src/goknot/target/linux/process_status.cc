// SPDX-License-Identifier: Apache-2.0
#include "goknot/target/linux/process_status.h"

#include "goknot/target/linux/proc_file.h"

#include <array>
#include <utility>

namespace goknot::target {

namespace {

TaskState parse_state(std::string_view text) {
  switch (text.empty() ? '\0' : text.front()) {
    case 'R':
      return TaskState::running;
    case 'S':
    case 'I':
      return TaskState::sleeping;
    case 'D':
      return TaskState::disk;
    case 'T':
      return TaskState::stopped;
    case 't':
      return TaskState::traced;
    case 'Z':
      return TaskState::zombie;
    case 'X':
    case 'x':
      return TaskState::dead;
    default:
      return TaskState::unknown;
  }
}

std::optional<pid_t> parse_pid(std::string_view digits) {
  const std::optional<std::uint64_t> number = parse_number(digits);
  if (!number || *number > INT32_MAX) return std::nullopt;
  return static_cast<pid_t>(*number);
}

std::vector<pid_t> parse_pids(std::string_view words) {
  std::vector<pid_t> pids;
  while (const std::optional<pid_t> pid = parse_pid(take_word(words))) pids.push_back(*pid);
  return pids;
}

std::uint64_t number_of_line(std::string_view text, std::string_view key, int base = 10) {
  std::string_view value = value_of_line(text, key);
  return parse_number(take_word(value), base).value_or(0);
}

// The second of the four ids in "Uid:".
uid_t effective_user(std::string_view text) {
  std::string_view ids = value_of_line(text, "Uid");
  take_word(ids);
  return static_cast<uid_t>(parse_number(take_word(ids)).value_or(0));
}

// Fields of stat as proc(5) numbers them.
enum Field : std::size_t {
  kParent = 4,
  kFlags = 9,
  kMajorFaults = 12,
  kUser = 14,
  kSystem = 15,
  kThreads = 20,
  kStart = 22,
  kRss = 24,
  kCpu = 39,
  kFields = 40
};

constexpr std::uint64_t kKernelThread = 0x00200000;  // linux include/linux/sched.h: PF_KTHREAD

}  // namespace

std::string_view words_of(TaskState state) {
  switch (state) {
    case TaskState::running:
      return "running";
    case TaskState::sleeping:
      return "sleeping";
    case TaskState::disk:
      return "in the kernel, cannot be interrupted";
    case TaskState::stopped:
      return "stopped by a signal";
    case TaskState::traced:
      return "stopped by a debugger";
    case TaskState::zombie:
      return "ended";
    case TaskState::dead:
      return "ending";
    case TaskState::unknown:
      break;
  }
  return "in an unknown state";
}

//     812 (hub (v2)) S 1 812 812 0 -1 4194560 …
std::optional<ProcessStat> parse_stat(std::string_view text) {
  // The name may hold anything, parentheses and line breaks too; nothing behind it does.
  const std::size_t open = text.find('(');
  const std::size_t close = text.rfind(')');
  if (open == std::string_view::npos || close == std::string_view::npos || close < open) {
    return std::nullopt;
  }
  std::string_view before = text.substr(0, open);
  std::string_view rest = text.substr(close + 1);
  const std::optional<pid_t> pid = parse_pid(take_word(before));
  const TaskState state = parse_state(take_word(rest));
  std::array<std::uint64_t, kFields> fields{};
  std::size_t last = 0;
  for (std::size_t i = kParent; i < fields.size(); ++i) {
    const std::string_view word = take_word(rest);
    if (word.empty() && i <= kRss) return std::nullopt;
    last = word.empty() ? last : i;
    fields[i] = parse_number(word).value_or(0);  // some are negative, none of ours
  }
  if (!pid) return std::nullopt;
  return ProcessStat{.pid = *pid,
                     .name = std::string(text.substr(open + 1, close - open - 1)),
                     .state = state,
                     .parent = static_cast<pid_t>(fields[kParent]),
                     .kernel_thread = (fields[kFlags] & kKernelThread) != 0,
                     .major_faults = fields[kMajorFaults],
                     .cpu_ticks = fields[kUser] + fields[kSystem],
                     .threads = fields[kThreads],
                     .start_ticks = fields[kStart],
                     .rss_pages = fields[kRss],
                     .cpu = last >= kCpu ? static_cast<int>(fields[kCpu]) : -1};
}

ProcessStatus parse_status(std::string_view text) {
  return {.state = parse_state(value_of_line(text, "State")),
          .tracer = parse_pid(value_of_line(text, "TracerPid")).value_or(0),
          .user = effective_user(text),
          .ns_pids = parse_pids(value_of_line(text, "NSpid")),
          .capabilities = number_of_line(text, "CapEff", 16),
          .bounding = number_of_line(text, "CapBnd", 16),
          .switches = number_of_line(text, "voluntary_ctxt_switches") +
                      number_of_line(text, "nonvoluntary_ctxt_switches"),
          .seccomp = number_of_line(text, "Seccomp") != 0};
}

}  // namespace goknot::target
