// SPDX-License-Identifier: Apache-2.0
#include "goknot/target/linux/process.h"

#include "goknot/target/linux/maps.h"
#include "goknot/target/linux/proc_file.h"

#include <pwd.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <utility>

namespace goknot::target {

namespace {

using std::chrono::milliseconds;

milliseconds ticks_to_time(std::uint64_t ticks) {
  const auto per_second = static_cast<std::uint64_t>(std::max(1L, ::sysconf(_SC_CLK_TCK)));
  return milliseconds(ticks / per_second * 1000 + ticks % per_second * 1000 / per_second);
}

// "42.17 80.11": seconds since boot, as the time namespace counts them.
milliseconds time_since_boot(const System& system) {
  const auto text = read_proc_file(system.proc + "/uptime");
  if (!text) return milliseconds(0);
  std::string_view rest = *text;
  std::string_view seconds = take_word(rest);
  const std::uint64_t whole = parse_number(take_until(seconds, '.')).value_or(0);
  const std::uint64_t hundredths = parse_number(seconds.substr(0, 2)).value_or(0);
  return milliseconds(whole * 1000 + hundredths * 10);
}

// Files of a process that must not be dumped belong to root, those of others to their user (linux
// fs/proc/base.c: task_dump_owner).
Dumpable inspect_dumpable(pid_t pid, uid_t user, const System& system) {
  struct stat file{};
  if (user == 0 || ::stat(system.of(pid, "fd").c_str(), &file) != 0) return Dumpable::unknown;
  return file.st_uid == user ? Dumpable::yes : Dumpable::no;
}

std::vector<std::string> split_arguments(std::string_view text) {
  std::vector<std::string> arguments;
  while (!text.empty()) arguments.emplace_back(take_until(text, '\0'));
  return arguments;
}

void add_names(Process& process, const System& system) {
  if (const auto path = read_proc_link(system.of(process.pid, "exe"))) {
    process.executable = without_deleted(*path);
    process.executable_deleted = is_deleted(*path);
  }
  constexpr std::size_t kMostArguments = std::size_t{1} << 20U;
  if (const auto text = read_proc_file(system.of(process.pid, "cmdline"), kMostArguments)) {
    process.arguments = split_arguments(*text);
  }
  process.user_name = user_name(process.user);
}

}  // namespace

bool Process::stands_still() const { return !standstill().empty(); }

std::string Process::standstill() const {
  if (state == TaskState::traced && tracer != 0) {
    return "held by the debugger " + std::to_string(tracer);
  }
  if (state == TaskState::stopped || state == TaskState::traced) {
    return std::string(words_of(state));
  }
  return cgroup.frozen ? "frozen with its control group" : "";
}

Result<Process> inspect_process(pid_t pid, const System& system) {
  const auto stat_text = read_proc_file(system.of(pid, "stat"));
  const auto status_text = read_proc_file(system.of(pid, "status"));
  std::optional<ProcessStat> stat = stat_text ? parse_stat(*stat_text) : std::nullopt;
  if (!stat || !status_text) {
    return fail(Kind::not_found, "process " + std::to_string(pid) + ": there is no such process");
  }
  const ProcessStatus status = parse_status(*status_text);
  const milliseconds started = ticks_to_time(stat->start_ticks);
  Process process{
      .pid = pid,
      .parent = stat->parent,
      .name = std::move(stat->name),
      .executable = {},
      .arguments = {},
      .user = status.user,
      .user_name = {},
      .state = stat->state,
      .tracer = status.tracer,
      .kernel_thread = stat->kernel_thread,
      .dumpable = inspect_dumpable(pid, status.user, system),
      .ns_pids = status.ns_pids,
      .threads = stat->threads,
      .rss_bytes = stat->rss_pages * static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE)),
      .start_ticks = stat->start_ticks,
      .uptime = std::max(time_since_boot(system) - started, milliseconds(0)),
      .cpu_time = ticks_to_time(stat->cpu_ticks),
      .major_faults = stat->major_faults,
      .cgroup = {}};
  add_names(process, system);
  if (const auto groups = read_proc_file(system.of(pid, "cgroup"))) {
    process.cgroup = inspect_cgroup(*groups, system);
  }
  return process;
}

int yama_scope(const System& system) {
  const auto text = read_proc_file(system.proc + "/sys/kernel/yama/ptrace_scope");
  if (!text) return 0;
  const std::optional<std::uint64_t> scope = parse_number(text->substr(0, text->find('\n')));
  return scope && *scope <= 3 ? static_cast<int>(*scope) : 0;
}

std::string user_name(uid_t user) {
  passwd entry{};
  passwd* found = nullptr;
  std::array<char, 4096> texts{};
  if (::getpwuid_r(user, &entry, texts.data(), texts.size(), &found) == 0 && found != nullptr) {
    return found->pw_name;
  }
  return std::to_string(user);
}

}  // namespace goknot::target
