// SPDX-License-Identifier: Apache-2.0
#include "goknot/target/linux/syscalls.h"

#include <algorithm>
#include <array>
#include <climits>
#include <cstddef>

namespace goknot::target {

namespace {

// One line of syscalls.def; -1: not on that machine.
struct Call {
  std::string_view name;
  int amd64;
  int arm64;
};

constexpr std::array kCalls = {
#define SYSCALL(name, amd64, arm64) Call{#name, amd64, arm64},
#include "goknot/target/linux/syscalls.def"
#undef SYSCALL
};

constexpr std::size_t kMostNumbers = 512;
using Names = std::array<std::string_view, kMostNumbers>;

constexpr Names names_by(int Call::* number) {
  Names names;
  for (const Call& call : kCalls) {
    if (call.*number >= 0) names.at(static_cast<std::size_t>(call.*number)) = call.name;
  }
  return names;
}

constexpr Names kAmd64 = names_by(&Call::amd64);
constexpr Names kArm64 = names_by(&Call::arm64);

// Calls that may sleep and whose first argument is a descriptor.
constexpr std::array<std::string_view, 41> kAboutDescriptors = {
    "read",      "write",           "pread64",         "pwrite64",       "readv",     "writev",
    "preadv",    "pwritev",         "preadv2",         "pwritev2",       "fsync",     "fdatasync",
    "flock",     "fcntl",           "ioctl",           "connect",        "accept",    "accept4",
    "recvfrom",  "sendto",          "recvmsg",         "sendmsg",        "recvmmsg",  "sendmmsg",
    "epoll_ctl", "epoll_wait",      "epoll_pwait",     "epoll_pwait2",   "sendfile",  "splice",
    "tee",       "vmsplice",        "getdents64",      "getdents",       "ftruncate", "fallocate",
    "close",     "copy_file_range", "sync_file_range", "io_uring_enter", "syncfs"};

}  // namespace

std::string_view syscall_name(Architecture architecture, std::uint64_t number) {
  const Names& names = architecture == Architecture::amd64 ? kAmd64 : kArm64;
  return number < names.size() ? names[number] : std::string_view();
}

std::optional<int> descriptor_of(Architecture architecture, const KernelEntry& entry) {
  if (entry.place != KernelEntry::Place::syscall) return std::nullopt;
  const std::string_view name = syscall_name(architecture, entry.number);
  if (std::ranges::find(kAboutDescriptors, name) == kAboutDescriptors.end()) return std::nullopt;
  const std::uint64_t fd = entry.arguments[0] & UINT32_MAX;  // the kernel looks at 32 bits
  if (fd > INT_MAX) return std::nullopt;
  return static_cast<int>(fd);
}

}  // namespace goknot::target
