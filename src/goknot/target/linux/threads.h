// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "goknot/target/linux/process_status.h"
#include "goknot/target/linux/system.h"
#include "goknot/target/memory.h"

#include <sys/types.h>

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace goknot::target {

// Where a thread is, as /proc/PID/task/TID/syscall tells without stopping it.
struct KernelEntry {
  enum class Place : std::uint8_t {
    unknown,  // not told: no right to know, or it ended
    running,  // on a CPU or wanting one
    syscall,  // asleep in a system call
    blocked,  // asleep in the kernel for another reason: a page fault, a signal that stops it
  };

  Place place = Place::unknown;
  std::uint64_t number = 0;  // of the system call
  std::array<std::uint64_t, 6> arguments{};
  Address sp = 0;  // of the user's stack; 0 unless asleep
  Address pc = 0;

  friend bool operator==(const KernelEntry&, const KernelEntry&) = default;
};

// Reads "running", "-1 SP PC" or "NUMBER ARGUMENT×6 SP PC".
KernelEntry parse_kernel_entry(std::string_view text);

// A thread of a process.
struct Thread {
  pid_t tid = 0;        // as we number it
  pid_t inner_tid = 0;  // as its own pid namespace does; this is what the program knows (m.procid)
  std::string name;
  TaskState state = TaskState::unknown;
  KernelEntry entry;
  std::uint64_t cpu_nanos = 0;  // time on a CPU so far
  std::uint64_t switches = 0;   // how often it gave up a CPU, or had to

  // Whether it did not run between an earlier look at the same thread and this one.
  bool stood_still_since(const Thread& earlier) const;
};

// The threads of a process, by number; those that end meanwhile are left out. Empty if there is no
// such process.
std::vector<Thread> list_threads(pid_t pid, const System& system = {});

// One thread; none if it has ended.
std::optional<Thread> find_thread(pid_t pid, pid_t tid, const System& system = {});

}  // namespace goknot::target
