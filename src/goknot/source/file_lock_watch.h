// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "goknot/model/snapshot.h"
#include "goknot/target/file_uses.h"

#include <sys/types.h>

#include <cstdint>
#include <span>
#include <vector>

namespace goknot::source {

// The contended file locks of a process, before it is read, after, and at a later look.
class FileLockWatch {
 public:
  explicit FileLockWatch(pid_t pid);

  // Files to look for while reading.
  std::span<const target::ContendedFile> files() const { return files_; }
  // Writes who waits for which lock into a snapshot whose waits are complete. The kernel's table is
  // asked once more: what it says must have been so all the while.
  void add_to(Snapshot& snapshot, std::span<const target::FileUse> uses);
  // Whether a goroutine (row of that snapshot) waits for a file lock. Who tries again and again
  // moves between the tries, and stays where it is nevertheless.
  bool waits(std::uint32_t row) const;
  // Whether the same descriptors have and want these locks now.
  bool unchanged() const;

 private:
  pid_t pid_;
  std::vector<target::ContendedFile> files_;
  std::vector<std::uint32_t> waiters_;  // sorted
};

}  // namespace goknot::source
