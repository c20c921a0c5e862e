// SPDX-License-Identifier: Apache-2.0
#include "goknot/source/described.h"

#include "goknot/target/linux/descriptors.h"
#include "goknot/target/linux/syscalls.h"
#include "goknot/target/linux/threads.h"

#include <absl/container/flat_hash_map.h>
#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <vector>

namespace goknot::source {

namespace {

// "read(7, 0xc0000b2000, 200)": small numbers as people write them. Of a call whose arguments are
// not known, without the zeros behind.
std::string call_words(target::Architecture architecture, const target::KernelEntry& entry) {
  const std::string_view name = target::syscall_name(architecture, entry.number);
  const auto arity = target::syscall_arity(name);
  std::size_t count = arity.value_or(entry.arguments.size());
  while (!arity && count > 1 && entry.arguments[count - 1] == 0) --count;
  std::string arguments;
  for (std::size_t i = 0; i < count; ++i) {
    constexpr std::uint64_t kSmall = 1024;
    const std::uint64_t value = entry.arguments[i];
    arguments += i == 0 ? "" : ", ";
    arguments += value < kSmall ? fmt::format("{}", value) : fmt::format("{:#x}", value);
  }
  return name.empty() ? fmt::format("system call {}({})", entry.number, arguments)
                      : fmt::format("{}({})", name, arguments);
}

// The threads of a process by the numbers that it knows them by itself.
absl::flat_hash_map<std::int32_t, target::Thread> threads_of(pid_t pid) {
  absl::flat_hash_map<std::int32_t, target::Thread> threads;
  for (target::Thread& thread : target::list_threads(pid)) {
    const std::int32_t inner = thread.inner_tid;
    threads.emplace(inner, std::move(thread));
  }
  return threads;
}

void add_calls(pid_t pid, target::Architecture architecture, std::span<const std::uint32_t> rows,
               Snapshot& snapshot) {
  std::vector<std::uint32_t> calling;
  std::ranges::copy_if(rows, std::back_inserter(calling), [&snapshot](std::uint32_t row) {
    return snapshot.goroutines[row].state == State::syscall && snapshot.details[row].thread > 0;
  });
  if (calling.empty()) return;
  const auto threads = threads_of(pid);
  for (const std::uint32_t row : calling) {
    GoroutineDetail& detail = snapshot.details[row];
    const auto found = threads.find(detail.thread);
    if (found == threads.end()) continue;
    const target::KernelEntry& entry = found->second.entry;
    if (entry.place != target::KernelEntry::Place::syscall) continue;
    detail.call = snapshot.strings.add(call_words(architecture, entry));
    if (const auto fd = target::descriptor_of(architecture, entry)) detail.fd = *fd;
  }
}

void add_descriptors(pid_t pid, std::span<const std::uint32_t> rows, Snapshot& snapshot) {
  std::vector<int> fds;
  for (const std::uint32_t row : rows) {
    if (snapshot.details[row].fd >= 0) fds.push_back(snapshot.details[row].fd);
  }
  std::ranges::sort(fds);
  fds.erase(std::ranges::unique(fds).begin(), fds.end());
  if (fds.empty()) return;
  absl::flat_hash_map<int, StringId> words;
  for (const target::Descriptor& descriptor : target::inspect_descriptors(pid, fds)) {
    words.emplace(descriptor.fd, snapshot.strings.add(descriptor.text()));
  }
  for (const std::uint32_t row : rows) {
    const auto found = words.find(snapshot.details[row].fd);
    if (found != words.end()) snapshot.details[row].descriptor = found->second;
  }
}

}  // namespace

void describe_goroutines(pid_t pid, target::Architecture architecture,
                         std::span<const std::uint32_t> rows, Snapshot& snapshot) {
  if (snapshot.details.size() != snapshot.goroutines.size()) return;
  add_calls(pid, architecture, rows, snapshot);
  add_descriptors(pid, rows, snapshot);
}

void forget_descriptions(std::span<const std::uint32_t> rows, Snapshot& snapshot) {
  for (const std::uint32_t row : rows) {
    if (row >= snapshot.details.size()) continue;
    GoroutineDetail& detail = snapshot.details[row];
    detail.descriptor = StringId();
    // That number was an argument of the call; of who is parked it stood in memory, and stays.
    if (detail.call) detail.fd = -1;
    detail.call = StringId();
  }
}

}  // namespace goknot::source
