// SPDX-License-Identifier: Apache-2.0
#include "goknot/target/linux/cgroup.h"

#include "goknot/target/linux/proc_file.h"

#include <algorithm>
#include <array>
#include <utility>

namespace goknot::target {

namespace {

// What stands before the id in the last part of a path: "docker-0123….scope".
struct Runtime {
  std::string_view prefix;
  std::string_view name;
};

constexpr std::array kRuntimes = {
    Runtime{"docker", "docker"},      Runtime{"cri-containerd", "containerd"},
    Runtime{"nerdctl", "containerd"}, Runtime{"containerd", "containerd"},
    Runtime{"crio", "cri-o"},         Runtime{"libpod", "podman"},
    Runtime{"podman", "podman"},
};

constexpr std::size_t kIdSize = 64;
// Version 1 writes the largest multiple of a page for "no limit".
constexpr std::uint64_t kNoLimit = std::uint64_t{1} << 60U;

bool is_id(std::string_view text) {
  return text.size() == kIdSize && text.find_first_not_of("0123456789abcdef") == text.npos;
}

std::string runtime_of(std::string_view prefix) {
  const auto* known = std::ranges::find(kRuntimes, prefix, &Runtime::prefix);
  return known == kRuntimes.end() ? "" : std::string(known->name);
}

// The uid in "pod0123-45" or "kubepods-burstable-pod0123_45.slice"; empty: none.
std::string pod_of(std::string_view part) {
  if (part.ends_with(".slice")) part.remove_suffix(6);
  const std::size_t at = part.rfind("pod");
  if (at == part.npos || (at != 0 && part[at - 1] != '-')) return {};
  std::string uid(part.substr(at + 3));
  std::ranges::replace(uid, '_', '-');
  const bool is_uid = uid.size() >= 32 && uid.find_first_not_of("0123456789abcdef-") == uid.npos;
  return is_uid ? uid : "";
}

// The container of one part of a path, "docker-0123….scope" or an id alone.
std::optional<Container> parse_part(std::string_view part, std::string_view before) {
  if (part.ends_with(".scope")) part.remove_suffix(6);
  if (part.size() < kIdSize || !is_id(part.substr(part.size() - kIdSize))) return std::nullopt;
  Container container{
      .runtime = {}, .id = std::string(part.substr(part.size() - kIdSize)), .pod = {}};
  part.remove_suffix(kIdSize);
  if (part.ends_with('-') || part.ends_with(':')) part.remove_suffix(1);
  if (part.find("conmon") != part.npos) return std::nullopt;  // the monitor, outside of it
  container.runtime = runtime_of(part.empty() ? before : part);
  return container;
}

std::vector<std::string_view> parts_of(std::string_view path) {
  std::vector<std::string_view> parts;
  while (!path.empty()) {
    const std::string_view part = take_until(path, '/');
    if (!part.empty()) parts.push_back(part);
  }
  return parts;
}

// The first line of a file, empty if there is none.
std::string first_line(const std::string& path) {
  const auto text = read_proc_file(path, 4096);
  return text ? text->substr(0, text->find('\n')) : "";
}

// Lets `look` see the folder of a group and of each one above it, up to the hierarchy's own.
// A limit holds for all groups below: the tightest counts, so every folder up to the root is asked.
template <typename Look>
void climb(const std::string& hierarchy, std::string path, Look look) {
  if (path.find("/..") != path.npos) path.clear();  // lies above what we can see
  while (true) {
    look(hierarchy + path);
    if (path.empty()) return;
    path.resize(std::min(path.rfind('/'), path.size() - 1));
  }
}

template <typename T>
void tighten(std::optional<T>& limit, T other) {
  limit = limit ? std::min(*limit, other) : other;
}

void tighten_memory(Limits& limits, const std::string& line) {
  const std::optional<std::uint64_t> bytes = parse_number(line);
  if (bytes && *bytes < kNoLimit) tighten(limits.memory_bytes, *bytes);
}

// A quota of 150000 µs in each period of 100000 µs are 1.5 CPUs; "max" is no number.
void tighten_cpus(Limits& limits, std::string_view quota, std::string_view period) {
  const std::optional<std::uint64_t> used = parse_number(quota);
  const std::optional<std::uint64_t> of = parse_number(period);
  if (!used || !of || *of == 0) return;
  tighten(limits.cpus, static_cast<double>(*used) / static_cast<double>(*of));
}

// "throttled_usec 12" of version 2, "throttled_time 12000" of version 1. Groups above may throttle,
// too.
void add_throttling(Cgroup& group, const std::string& folder) {
  const auto text = read_proc_file(folder + "/cpu.stat", 4096);
  if (!text) return;
  std::string_view rest = *text;
  while (!rest.empty()) {
    std::string_view line = take_until(rest, '\n');
    const std::string_view key = take_word(line);
    const std::uint64_t number = parse_number(take_word(line)).value_or(0);
    if (key == "throttled_usec") group.throttled_nanos += number * 1000;
    if (key == "throttled_time") group.throttled_nanos += number;
  }
}

// Version 2: one tree, at the root of the mount or beside version 1 in "unified".
void inspect_unified(Cgroup& group, const std::string& tree, const std::string& path) {
  climb(tree, path, [&group](const std::string& folder) {
    tighten_memory(group.limits, first_line(folder + "/memory.max"));
    const std::string cpu = first_line(folder + "/cpu.max");
    std::string_view rest = cpu;
    const std::string_view quota = take_word(rest);
    tighten_cpus(group.limits, quota, take_word(rest));
    add_throttling(group, folder);
    const auto events = read_proc_file(folder + "/cgroup.events", 4096);
    if (events && events->find("frozen 1") != events->npos) group.frozen = true;
  });
}

bool controls(const CgroupLine& line, std::string_view controller) {
  std::string_view rest = line.controllers;
  while (!rest.empty()) {
    if (take_until(rest, ',') == controller) return true;
  }
  return false;
}

// Version 1: a tree for each controller.
void inspect_hierarchy(Cgroup& group, const System& system, const CgroupLine& line) {
  if (controls(line, "memory")) {
    climb(system.cgroups + "/memory", line.path, [&group](const std::string& folder) {
      tighten_memory(group.limits, first_line(folder + "/memory.limit_in_bytes"));
    });
  }
  if (controls(line, "cpu")) {
    climb(system.cgroups + "/cpu", line.path, [&group](const std::string& folder) {
      tighten_cpus(group.limits, first_line(folder + "/cpu.cfs_quota_us"),
                   first_line(folder + "/cpu.cfs_period_us"));
      add_throttling(group, folder);
    });
  }
  if (controls(line, "freezer")) {
    climb(system.cgroups + "/freezer", line.path, [&group](const std::string& folder) {
      if (first_line(folder + "/freezer.state") == "FROZEN") group.frozen = true;
    });
  }
}

}  // namespace

//     0::/system.slice/docker-0123….scope                    version 2
//     4:cpu,cpuacct:/kubepods/burstable/pod0123-45/0123…     version 1
std::vector<CgroupLine> parse_cgroup(std::string_view text) {
  std::vector<CgroupLine> lines;
  while (!text.empty()) {
    std::string_view line = take_until(text, '\n');
    const std::string_view number = take_until(line, ':');
    const std::string_view controllers = take_until(line, ':');
    if (!parse_number(number) || !line.starts_with('/')) continue;
    lines.push_back({.controllers = std::string(controllers), .path = std::string(line)});
  }
  return lines;
}

std::string Container::short_name() const {
  const std::string name = is_id(id) ? id.substr(0, 12) : id;
  return runtime.empty() ? name : runtime + " " + name;
}

std::optional<Container> parse_container(std::string_view path) {
  const std::vector<std::string_view> parts = parts_of(path);
  std::string pod;
  for (const std::string_view part : parts) {
    if (pod.empty()) pod = pod_of(part);
  }
  for (std::size_t i = parts.size(); i-- > 0;) {
    const std::string_view before = i == 0 ? std::string_view() : parts[i - 1];
    std::optional<Container> container = parse_part(parts[i], before);
    if (!container && (before == "lxc" || parts[i].starts_with("lxc.payload."))) {
      const std::string_view name = before == "lxc" ? parts[i] : parts[i].substr(12);
      container = Container{.runtime = "lxc", .id = std::string(name), .pod = {}};
    }
    if (!container) continue;
    container->pod = pod;
    return container;
  }
  return std::nullopt;
}

Cgroup inspect_cgroup(std::string_view text, const System& system) {
  Cgroup group;
  for (const CgroupLine& line : parse_cgroup(text)) {
    if (line.path.size() > group.path.size()) group.path = line.path;
    if (!group.container) group.container = parse_container(line.path);
    if (!line.controllers.empty()) {
      inspect_hierarchy(group, system, line);
      continue;
    }
    inspect_unified(group, system.cgroups, line.path);
    inspect_unified(group, system.cgroups + "/unified", line.path);
  }
  return group;
}

}  // namespace goknot::target
