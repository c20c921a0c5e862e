// SPDX-License-Identifier: Apache-2.0
#include "goknot/target/linux/syscalls.h"

#include <algorithm>
#include <array>
#include <climits>
#include <cstddef>
#include <iterator>

namespace goknot::target {

namespace {

// One line of syscalls.def; -1: not on that machine.
struct Call {
  std::string_view name;
  int amd64;
  int arm64;
};

constexpr Call kCalls[] = {
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

// How many arguments those take that a program stays in for long. linux 6.1
// include/linux/syscalls.h.
struct Arity {
  std::string_view name;
  std::size_t count;
};

constexpr Arity kArities[] = {{"read", 3},
                              {"write", 3},
                              {"pread64", 4},
                              {"pwrite64", 4},
                              {"readv", 3},
                              {"writev", 3},
                              {"poll", 3},
                              {"ppoll", 5},
                              {"select", 5},
                              {"pselect6", 6},
                              {"nanosleep", 2},
                              {"clock_nanosleep", 4},
                              {"wait4", 4},
                              {"waitid", 5},
                              {"futex", 6},
                              {"flock", 2},
                              {"fcntl", 3},
                              {"ioctl", 3},
                              {"connect", 3},
                              {"accept", 3},
                              {"accept4", 4},
                              {"recvfrom", 6},
                              {"sendto", 6},
                              {"recvmsg", 3},
                              {"sendmsg", 3},
                              {"epoll_wait", 4},
                              {"epoll_pwait", 6},
                              {"fsync", 1},
                              {"fdatasync", 1},
                              {"openat", 4},
                              {"open", 3},
                              {"newfstatat", 4},
                              {"statx", 5},
                              {"getdents64", 3},
                              {"unlinkat", 3},
                              {"close", 1},
                              {"rt_sigtimedwait", 4},
                              {"sendfile", 4},
                              {"splice", 6},
                              {"pause", 0}};

}  // namespace

std::optional<std::size_t> syscall_arity(std::string_view name) {
  const auto* const found = std::ranges::find(kArities, name, &Arity::name);
  return found == std::end(kArities) ? std::nullopt : std::optional(found->count);
}

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
