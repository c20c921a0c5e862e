// SPDX-License-Identifier: Apache-2.0
// What groups of processes (cgroups, versions 1 and 2) say: containers, limits, whether frozen.
//
// Every process is in one group of the single tree of version 2, or in one of each tree of version
// 1 (cgroups(7)). Runtimes of containers name groups after their containers:
//
//     /system.slice/docker-0123….scope
//     /kubepods.slice/kubepods-burstable.slice/kubepods-burstable-pod89ab_….slice/cri-containerd-0123….scope
//     /docker/0123…                             version 1
#pragma once

#include "goknot/target/linux/system.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace goknot::target {

// One line of /proc/PID/cgroup: "4:memory:/a/b" in version 1, "0::/a/b" in version 2.
struct CgroupLine {
  std::string controllers;  // "cpu,cpuacct"; empty in version 2
  std::string path;
};

std::vector<CgroupLine> parse_cgroup(std::string_view text);

// Who runs a container and what it calls it.
struct Container {
  std::string runtime;  // "docker", "containerd", "cri-o", "podman", "lxc"; empty: not told
  std::string id;
  std::string pod;  // of Kubernetes, its uid; empty: none

  // "docker 0123456789ab": ids are cut as their tools do.
  std::string short_name() const;
};

// The container that the path of a group belongs to; none if it is none of the known forms.
std::optional<Container> parse_container(std::string_view path);

// What a process may use at most: the tightest limit of its group and those above.
struct Limits {
  std::optional<std::uint64_t> memory_bytes;
  std::optional<double> cpus;
};

// What the groups of a process say.
struct Cgroup {
  std::string path;  // the longest, as the process's namespace or ours shows it
  std::optional<Container> container;
  Limits limits;
  bool frozen = false;
  std::uint64_t throttled_nanos = 0;  // how long its quota of CPU time was used up, so far
};

// Looks at the groups named by the text of /proc/PID/cgroup. What is not told stays empty.
Cgroup inspect_cgroup(std::string_view text, const System& system = {});

}  // namespace goknot::target
