// SPDX-License-Identifier: Apache-2.0
#include "goknot/target/linux/file_locks.h"

#include "goknot/target/linux/proc_file.h"

#include <limits>
#include <string>

namespace goknot::target {

namespace {

constexpr std::size_t kMostLocks = 100'000;

std::optional<LockOwner> parse_owner(std::string_view word) {
  if (word == "FLOCK" || word == "OFDLCK") return LockOwner::description;
  if (word == "POSIX") return LockOwner::process;
  return std::nullopt;
}

// "fe:00:1001": numbers of the device in hexadecimal digits, of the inode in decimal ones.
std::optional<FileNumber> parse_file_number(std::string_view word) {
  const auto major = parse_number(take_until(word, ':'), 16);
  const auto minor = parse_number(take_until(word, ':'), 16);
  const auto inode = parse_number(word);
  if (!major || !minor || !inode) return std::nullopt;
  constexpr std::uint64_t kMost = std::numeric_limits<std::uint32_t>::max();
  if (*major > kMost || *minor > kMost) return std::nullopt;
  return FileNumber{static_cast<std::uint32_t>(*major), static_cast<std::uint32_t>(*minor), *inode};
}

// "812"; "-1" and whatever is no pid: 0.
pid_t parse_pid(std::string_view word) {
  const auto number = parse_number(word);
  const bool fits = number && *number <= std::uint64_t{std::numeric_limits<pid_t>::max()};
  return fits ? static_cast<pid_t>(*number) : 0;
}

}  // namespace

std::optional<FileLock> parse_file_lock(std::string_view line) {
  FileLock lock;
  const std::string_view number = take_word(line);
  if (!number.ends_with(':')) return std::nullopt;
  std::string_view word = take_word(line);
  lock.waits = word == "->";
  if (lock.waits) word = take_word(line);
  const auto owner = parse_owner(word);
  if (!owner) return std::nullopt;
  lock.owner = *owner;
  take_word(line);  // ADVISORY, MANDATORY
  lock.writes = take_word(line) == "WRITE";
  lock.pid = parse_pid(take_word(line));
  const auto file = parse_file_number(take_word(line));
  if (!file) return std::nullopt;
  lock.file = *file;
  return lock;
}

std::vector<FileLock> parse_file_locks(std::string_view text) {
  std::vector<FileLock> locks;
  while (!text.empty() && locks.size() < kMostLocks) {
    if (auto lock = parse_file_lock(take_until(text, '\n'))) locks.push_back(*lock);
  }
  return locks;
}

std::vector<FileLock> parse_descriptor_locks(std::string_view text) {
  constexpr std::string_view kKey = "lock:";
  std::vector<FileLock> locks;
  while (!text.empty() && locks.size() < kMostLocks) {
    std::string_view line = take_until(text, '\n');
    if (!line.starts_with(kKey)) continue;
    line.remove_prefix(kKey.size());
    if (auto lock = parse_file_lock(line)) locks.push_back(*lock);
  }
  return locks;
}

std::vector<FileLock> list_file_locks(const System& system) {
  const auto text = read_proc_file(system.proc + "/locks");
  return text ? parse_file_locks(*text) : std::vector<FileLock>();
}

}  // namespace goknot::target
