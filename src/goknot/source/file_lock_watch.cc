// SPDX-License-Identifier: Apache-2.0
#include "goknot/source/file_lock_watch.h"

#include "goknot/target/file_lock_rows.h"
#include "goknot/target/linux/contended_files.h"

#include <algorithm>

namespace goknot::source {

FileLockWatch::FileLockWatch(pid_t pid) : pid_(pid), files_(target::find_contended_files(pid)) {}

void FileLockWatch::add_to(Snapshot& snapshot, std::span<const target::FileUse> uses) {
  if (uses.empty()) return;
  files_ = target::still_contended(files_, target::find_contended_files(pid_));
  target::add_file_locks(uses, files_, snapshot);
  waiters_.clear();
  for (const Wait& wait : snapshot.waits) {
    if (wait.kind == ObjectKind::file_lock) waiters_.push_back(wait.goroutine);
  }
}

bool FileLockWatch::waits(std::uint32_t row) const {
  return std::ranges::binary_search(waiters_, row);
}

bool FileLockWatch::unchanged() const {
  const auto still = target::still_contended(files_, target::find_contended_files(pid_));
  return std::ranges::equal(still, files_, {}, &target::ContendedFile::others,
                            &target::ContendedFile::others);
}

}  // namespace goknot::source
