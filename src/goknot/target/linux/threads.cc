// SPDX-License-Identifier: Apache-2.0
#include "goknot/target/linux/threads.h"

#include "goknot/target/linux/proc_file.h"

#include <utility>

namespace goknot::target {

namespace {

// "0x7f5a86b6f2ad"; numbers of system calls stand without 0x.
std::optional<std::uint64_t> take_hex(std::string_view& rest) {
  std::string_view word = take_word(rest);
  if (!word.starts_with("0x")) return std::nullopt;
  return parse_number(word.substr(2), 16);
}

// One number of a file, by its place among the words; 0 if it is not there.
std::uint64_t number_in(const std::string& path) {
  const auto text = read_proc_file(path);
  if (!text) return 0;
  std::string_view rest = *text;
  return parse_number(take_word(rest)).value_or(0);
}

}  // namespace

KernelEntry parse_kernel_entry(std::string_view text) {
  using Place = KernelEntry::Place;
  std::string_view rest = take_until(text, '\n');
  const std::string_view first = take_word(rest);
  if (first == "running") return {.place = Place::running};
  const std::optional<std::uint64_t> number = parse_number(first);
  if (!number && first != "-1") return {};
  KernelEntry entry{.place = number ? Place::syscall : Place::blocked,
                    .number = number.value_or(0)};
  if (number) {
    for (std::uint64_t& argument : entry.arguments) {
      const std::optional<std::uint64_t> value = take_hex(rest);
      if (!value) return {};
      argument = *value;
    }
  }
  const std::optional<std::uint64_t> sp = take_hex(rest);
  const std::optional<std::uint64_t> pc = take_hex(rest);
  if (!sp || !pc) return {};
  entry.sp = *sp;
  entry.pc = *pc;
  return entry;
}

bool Thread::stood_still_since(const Thread& earlier) const {
  return tid == earlier.tid && switches == earlier.switches && cpu_nanos == earlier.cpu_nanos &&
         state != TaskState::running && entry == earlier.entry;
}

std::optional<Thread> find_thread(pid_t pid, pid_t tid, const System& system) {
  const auto text = read_proc_file(system.of(pid, tid, "status"));
  if (!text) return std::nullopt;
  const ProcessStatus status = parse_status(*text);
  Thread thread{.tid = tid,
                .inner_tid = status.ns_pids.empty() ? tid : status.ns_pids.back(),
                .name = {},
                .state = status.state,
                .entry = {},
                .switches = status.switches};
  if (auto name = read_proc_file(system.of(pid, tid, "comm"))) {
    thread.name = name->substr(0, name->rfind('\n'));
  }
  if (const auto entry = read_proc_file(system.of(pid, tid, "syscall"))) {
    thread.entry = parse_kernel_entry(*entry);
  }
  thread.cpu_nanos = number_in(system.of(pid, tid, "schedstat"));
  return thread;
}

std::vector<Thread> list_threads(pid_t pid, const System& system) {
  std::vector<Thread> threads;
  const auto tids = read_numbers(system.of(pid, "task"));
  if (!tids) return threads;
  threads.reserve(tids->size());
  for (const std::uint32_t tid : *tids) {
    if (std::optional<Thread> thread = find_thread(pid, static_cast<pid_t>(tid), system)) {
      threads.push_back(*std::move(thread));
    }
  }
  return threads;
}

}  // namespace goknot::target
