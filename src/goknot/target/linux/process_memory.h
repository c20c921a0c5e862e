// SPDX-License-Identifier: Apache-2.0
// The memory of a running process, read from outside while it runs on.
#pragma once

#include "goknot/base/result.h"
#include "goknot/target/linux/maps.h"
#include "goknot/target/linux/scoped_fd.h"
#include "goknot/target/memory.h"

#include <sys/types.h>

#include <cstddef>
#include <memory>
#include <span>
#include <vector>

namespace goknot::target {

// Reads with process_vm_readv(2), up to 1024 pieces in one call, and what that refuses (pages
// without rights, a seccomp filter that forbids the call) from /proc/PID/mem. Both need the right
// to trace the process, and neither stops it. The file belongs to the program that ran when it was
// opened: after exec or exit nothing more can be read from it.
class ProcessMemory final : public Memory {
 public:
  // What process_vm_readv is used for: everything, or nothing because it is not to be had.
  enum class Way { vectored, file };

  // `file` is /proc/PID/mem; a byte at `probe` can be read.
  ProcessMemory(pid_t pid, ScopedFd file, Way way, std::vector<Mapping> mappings, Address probe);

  std::size_t read_some(Address address, std::span<std::byte> into) const override;
  void read_all(std::span<Piece> pieces) const override;
  std::span<const Region> regions() const override { return regions_; }

  // The mappings with the files they come from, in the order of `regions`.
  std::span<const Mapping> mappings() const { return mappings_; }
  // Whether the same program still runs in the process: it neither ended nor became another by
  // exec. What was read before is of that program only if this is true afterwards.
  bool alive() const;

 private:
  std::size_t read_vectored(Address address, std::span<std::byte> into) const;
  std::size_t read_file(Address address, std::span<std::byte> into) const;
  std::size_t read_batch(std::span<Piece> batch) const;

  pid_t pid_;
  ScopedFd file_;
  Way way_;
  std::vector<Mapping> mappings_;
  std::vector<Region> regions_;
  Address probe_;
};

// Opens the memory of a process. Errors: not_found (there is no such process, or it has ended),
// denied, unsupported (a process without memory of its own: a thread of the kernel).
Result<std::unique_ptr<ProcessMemory>> open_process_memory(pid_t pid);
// The same, reading in one of the two ways only.
Result<std::unique_ptr<ProcessMemory>> open_process_memory(pid_t pid, ProcessMemory::Way way);

}  // namespace goknot::target
