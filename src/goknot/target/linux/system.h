// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <sys/types.h>

#include <string>
#include <string_view>

namespace goknot::target {

// Where the kernel shows what it knows. Tests build trees of their own.
struct System {
  std::string proc = "/proc";
  std::string cgroups = "/sys/fs/cgroup";

  // The path of a file of a process: "/proc/12/status".
  std::string of(pid_t pid, std::string_view name) const {
    return proc + "/" + std::to_string(pid) + "/" + std::string(name);
  }
  // The path of a file of one of its threads: "/proc/12/task/13/status".
  std::string of(pid_t pid, pid_t tid, std::string_view name) const {
    return of(pid, "task/" + std::to_string(tid) + "/" + std::string(name));
  }
};

}  // namespace goknot::target
