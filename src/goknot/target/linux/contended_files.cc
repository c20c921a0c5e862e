// SPDX-License-Identifier: Apache-2.0
#include "goknot/target/linux/contended_files.h"

#include "goknot/target/linux/file_locks.h"
#include "goknot/target/linux/maps.h"
#include "goknot/target/linux/proc_file.h"
#include "goknot/target/linux/process.h"

#include <sys/stat.h>
#include <sys/sysmacros.h>

#include <algorithm>
#include <string>
#include <utility>

namespace goknot::target {

namespace {

// A descriptor of a file that somebody has locked, or of one with the same inode number.
struct OpenFile {
  int fd = -1;
  FileNumber file;  // as stat(2) tells it; a file system may show another device to the kernel
  std::vector<FileLock> locks;  // that the descriptor has
};

std::string fd_path(pid_t pid, std::string_view folder, int fd, const System& system) {
  return system.of(pid, std::string(folder) + "/" + std::to_string(fd));
}

bool has_inode(std::span<const FileLock> table, std::uint64_t inode) {
  return std::ranges::any_of(table,
                             [inode](const FileLock& lock) { return lock.file.inode == inode; });
}

// Of the thousands of descriptors of a server hardly one has a lock: those whose inode is in the
// table are looked at once more, in fdinfo, which says which descriptor it is.
std::vector<OpenFile> open_files(pid_t pid, std::span<const FileLock> table, const System& system,
                                 std::size_t most) {
  std::vector<OpenFile> files;
  const auto fds = read_numbers(system.of(pid, "fd"));
  if (!fds) return files;
  for (const std::uint32_t number : std::span(*fds).first(std::min(fds->size(), most))) {
    const int fd = static_cast<int>(number);
    struct stat status{};
    if (::stat(fd_path(pid, "fd", fd, system).c_str(), &status) != 0) continue;
    if (!S_ISREG(status.st_mode) && !S_ISDIR(status.st_mode)) continue;
    if (!has_inode(table, status.st_ino)) continue;
    OpenFile& file = files.emplace_back();
    file.fd = fd;
    file.file = {major(status.st_dev), minor(status.st_dev), status.st_ino};
    const auto info = read_proc_file(fd_path(pid, "fdinfo", fd, system));
    if (info) file.locks = parse_descriptor_locks(*info);
  }
  return files;
}

FileLockHolder holder_of(pid_t pid, bool own, const System& system) {
  FileLockHolder holder{.pid = pid, .name = {}, .standstill = {}, .own = own};
  if (const auto process = pid > 0 ? inspect_process(pid, system) : Result<Process>()) {
    holder.name = process->name;
    holder.standstill = process->standstill();
  }
  return holder;
}

// Descriptors of one file, and the number the kernel's table has for it.
// Owners have the lock. The others are open without it: one of them may be what a goroutine wants
// to lock.
class Contention {
 public:
  Contention(pid_t pid, std::span<const FileLock> table, const System& system)
      : pid_(pid), table_(table), system_(system) {}

  // None if nobody has the lock, or no descriptor is without it.
  std::optional<ContendedFile> of(std::span<const OpenFile> files) const {
    ContendedFile found;
    FileNumber number = files.front().file;
    for (const OpenFile& file : files) {
      (file.locks.empty() ? found.others : found.owners).push_back(file.fd);
      if (!file.locks.empty()) number = file.locks.front().file;
    }
    if (found.others.empty()) return std::nullopt;
    if (!found.owners.empty()) found.holders.push_back(holder_of(pid_, true, system_));
    add_strangers(number, found);
    if (found.holders.empty()) return std::nullopt;
    const auto link = read_proc_link(fd_path(pid_, "fd", files.front().fd, system_));
    if (!link) return std::nullopt;
    found.path = without_deleted(*link);
    return found;
  }

 private:
  void add_strangers(const FileNumber& number, ContendedFile& found) const {
    for (const FileLock& lock : table_) {
      if (lock.waits || !(lock.file == number) || lock.pid == pid_) continue;
      // Such a lock of our own is listed without its process.
      if (lock.pid == 0 && !found.owners.empty()) continue;
      const bool known = std::ranges::any_of(
          found.holders, [&](const FileLockHolder& holder) { return holder.pid == lock.pid; });
      if (!known) found.holders.push_back(holder_of(lock.pid, false, system_));
    }
  }

  pid_t pid_;
  std::span<const FileLock> table_;
  const System& system_;
};

}  // namespace

std::vector<ContendedFile> find_contended_files(pid_t pid, const System& system, std::size_t most) {
  std::vector<ContendedFile> contended;
  const std::vector<FileLock> table = list_file_locks(system);
  if (table.empty()) return contended;
  std::vector<OpenFile> files = open_files(pid, table, system, most);
  const Contention contention(pid, table, system);
  while (!files.empty()) {
    const FileNumber number = files.front().file;
    const auto rest = std::stable_partition(
        files.begin(), files.end(), [&](const OpenFile& file) { return file.file == number; });
    if (auto file = contention.of(std::span(files.begin(), rest))) {
      contended.push_back(*std::move(file));
    }
    files.erase(files.begin(), rest);
  }
  return contended;
}

}  // namespace goknot::target
