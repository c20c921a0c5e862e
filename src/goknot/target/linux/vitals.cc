// SPDX-License-Identifier: Apache-2.0
#include "goknot/target/linux/vitals.h"

#include "goknot/target/linux/proc_file.h"
#include "goknot/target/linux/process.h"

#include <chrono>
#include <string_view>

namespace goknot::target {

namespace {

// "cpu_nanos waiting_nanos turns" of every thread (linux fs/proc/base.c: proc_pid_schedstat). All
// zero in a kernel without CONFIG_SCHED_INFO.
void add_threads(pid_t pid, const System& system, Vitals& vitals) {
  const auto tids = read_numbers(system.of(pid, "task"));
  if (!tids) return;
  for (const std::uint32_t tid : *tids) {
    const auto text = read_proc_file(system.of(pid, static_cast<pid_t>(tid), "schedstat"));
    if (!text) continue;
    std::string_view rest = std::string_view(*text).substr(0, text->find('\n'));
    vitals.cpu_nanos += parse_number(take_word(rest)).value_or(0);
    vitals.waiting_nanos += parse_number(take_word(rest)).value_or(0);
    vitals.turns += parse_number(take_word(rest)).value_or(0);
  }
}

std::uint64_t nanos_of(std::chrono::milliseconds time) {
  return static_cast<std::uint64_t>(std::chrono::nanoseconds(time).count());
}

}  // namespace

std::optional<Vitals> read_vitals(pid_t pid, const System& system) {
  const Result<Process> process = inspect_process(pid, system);
  if (!process) return std::nullopt;
  Vitals vitals{.major_faults = process->major_faults,
                .throttled_nanos = process->cgroup.throttled_nanos,
                .standstill = process->standstill()};
  add_threads(pid, system, vitals);
  if (vitals.cpu_nanos == 0) vitals.cpu_nanos = nanos_of(process->cpu_time);
  return vitals;
}

}  // namespace goknot::target
