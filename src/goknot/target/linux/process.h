// SPDX-License-Identifier: Apache-2.0
// Facts about a process, out of /proc: nothing is asked of the process itself.
#pragma once

#include "goknot/base/result.h"
#include "goknot/target/linux/cgroup.h"
#include "goknot/target/linux/process_status.h"
#include "goknot/target/linux/system.h"

#include <sys/types.h>

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace goknot::target {

// Whether others of the same user may read a process (PR_SET_DUMPABLE). Of a process of root it
// cannot be told.
enum class Dumpable : std::uint8_t { yes, no, unknown };

// What is known of a process. Strings come from the process and may hold anything.
struct Process {
  pid_t pid = 0;
  pid_t parent = 0;
  std::string name;        // comm: at most 15 bytes
  std::string executable;  // its path, in the process's own mount namespace; empty: not told
  bool executable_deleted = false;     // removed or replaced since the start
  std::vector<std::string> arguments;  // argv; empty: not told, or a thread of the kernel
  uid_t user = 0;                      // effective
  std::string user_name;               // "root"; the number if it has no name
  TaskState state = TaskState::unknown;
  pid_t tracer = 0;  // who debugs it; 0: nobody
  bool kernel_thread = false;
  Dumpable dumpable = Dumpable::unknown;
  std::vector<pid_t> ns_pids;  // its numbers from our pid namespace inwards
  std::uint64_t threads = 0;
  std::uint64_t rss_bytes = 0;
  std::uint64_t start_ticks = 0;         // since boot: with the pid, the identity of a process
  std::chrono::milliseconds uptime{};    // since its start
  std::chrono::milliseconds cpu_time{};  // on all CPUs so far
  std::uint64_t major_faults = 0;        // pages it had to wait for, fetched from a disk
  Cgroup cgroup;

  // Whether it cannot run at the moment: stopped, traced or frozen. It can be read nevertheless.
  bool stands_still() const;
  // Why it stands still: "stopped by a signal", "held by the debugger 77", "frozen with its
  // control group"; empty if it does not.
  std::string standstill() const;
};

// Looks at a process. Errors: not_found.
Result<Process> inspect_process(pid_t pid, const System& system = {});

// How restricted tracing is on this machine (/proc/sys/kernel/yama/ptrace_scope): 0 where Yama is
// not there.
int yama_scope(const System& system = {});

// The name of a user, or the number.
std::string user_name(uid_t user);

}  // namespace goknot::target
