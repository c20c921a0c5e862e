// SPDX-License-Identifier: Apache-2.0
// What /proc/PID/stat and /proc/PID/status say, of a process or of one of its threads.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace goknot::target {

// What the scheduler says (linux fs/proc/array.c: task_state_array).
enum class TaskState : std::uint8_t {
  running,   // R: runs or could
  sleeping,  // S, I
  disk,      // D: in the kernel, cannot be interrupted
  stopped,   // T: by a signal
  traced,    // t: by a debugger
  zombie,    // Z: has ended, its parent has not collected it
  dead,      // X
  unknown,
};

// "sleeping", "stopped by a signal", …
std::string_view words_of(TaskState state);

// One line of /proc/PID/stat, as far as it is of use:
//
//   812 (a) b)) S 1 812 812 0 -1 4194560 … utime stime … num_threads 0 starttime vsize rss …
struct ProcessStat {
  pid_t pid = 0;
  std::string name;  // at most 15 bytes, whatever the program wants it to be
  TaskState state = TaskState::unknown;
  pid_t parent = 0;
  bool kernel_thread = false;
  std::uint64_t major_faults = 0;  // page faults that had to wait for a disk
  std::uint64_t cpu_ticks = 0;     // in user and kernel mode together
  std::uint64_t threads = 0;
  std::uint64_t start_ticks = 0;  // since boot: with the pid, the identity of a process
  std::uint64_t rss_pages = 0;
  int cpu = -1;  // that it was last on; -1: not told
};

// None if the text is not such a line.
std::optional<ProcessStat> parse_stat(std::string_view text);

// Lines of /proc/PID/status or /proc/PID/task/TID/status. What is not told is left as it is here.
struct ProcessStatus {
  TaskState state = TaskState::unknown;
  pid_t tracer = 0;                // 0: nobody
  uid_t user = 0;                  // effective
  std::vector<pid_t> ns_pids;      // its numbers from our pid namespace inwards
  std::uint64_t capabilities = 0;  // effective
  std::uint64_t bounding = 0;      // capabilities that can be had at all, by root too
  std::uint64_t switches = 0;      // how often this thread gave up a CPU, or had to
  bool seccomp = false;            // some system calls are filtered
};

ProcessStatus parse_status(std::string_view text);

// Linux include/uapi/linux/capability.h: CAP_SYS_PTRACE.
constexpr bool can_trace_anybody(std::uint64_t capabilities) {
  return (capabilities >> 19U & 1U) != 0;
}

}  // namespace goknot::target
