// SPDX-License-Identifier: Apache-2.0
// The kernel's table of file locks: /proc/locks, and the lines "lock:" of /proc/PID/fdinfo/N.
#pragma once

#include "goknot/target/linux/system.h"

#include <sys/types.h>

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace goknot::target {

// To whom a file lock belongs.
enum class LockOwner : std::uint8_t {
  description,  // an open file description: flock(2), or fcntl(2) with F_OFD_SETLK
  process,      // fcntl(2) with F_SETLK, lockf(3): a process never waits for its own
};

// A file as the kernel numbers it.
struct FileNumber {
  std::uint32_t major = 0, minor = 0;  // of the device of its file system
  std::uint64_t inode = 0;

  friend bool operator==(const FileNumber&, const FileNumber&) = default;
};

// One line of the table.
struct FileLock {
  LockOwner owner = LockOwner::description;
  bool writes = false;  // exclusive
  bool waits = false;   // somebody blocks in a call that wants it ("->")
  pid_t pid = 0;        // who took it; 0: not told, as of F_OFD_SETLK
  FileNumber file;
};

// Reads "2: -> FLOCK  ADVISORY  WRITE 812 fe:00:1001 0 EOF". None for leases and delegations, whose
// holder gives them up when asked, and for what is no such line. Linux fs/locks.c lock_get_status.
std::optional<FileLock> parse_file_lock(std::string_view line);

// The locks of /proc/locks.
std::vector<FileLock> parse_file_locks(std::string_view text);

// The locks that /proc/PID/fdinfo/N shows: those that the description behind the descriptor has,
// and those of the process on that file.
std::vector<FileLock> parse_descriptor_locks(std::string_view text);

// The table as it is now, with the numbers of processes as we see them. Empty if it cannot be read.
std::vector<FileLock> list_file_locks(const System& system = {});

}  // namespace goknot::target
