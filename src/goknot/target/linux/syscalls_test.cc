// SPDX-License-Identifier: Apache-2.0
#include "goknot/target/linux/syscalls.h"

#include <gtest/gtest.h>
#include <sys/syscall.h>

namespace goknot::target {

namespace {

using Place = KernelEntry::Place;

TEST(Syscalls, NumbersDifferByMachine) {
  EXPECT_EQ(syscall_name(Architecture::amd64, 202), "futex");
  EXPECT_EQ(syscall_name(Architecture::arm64, 98), "futex");
  EXPECT_EQ(syscall_name(Architecture::amd64, 0), "read");
  EXPECT_EQ(syscall_name(Architecture::arm64, 63), "read");
  EXPECT_EQ(syscall_name(Architecture::arm64, 22), "epoll_pwait");
  EXPECT_EQ(syscall_name(Architecture::amd64, 467), "open_tree_attr");
}

TEST(Syscalls, NumbersAreThoseOfThisMachinesHeaders) {
#if defined(__x86_64__)
  constexpr Architecture kHere = Architecture::amd64;
#else
  constexpr Architecture kHere = Architecture::arm64;
#endif
  EXPECT_EQ(syscall_name(kHere, SYS_ppoll), "ppoll");
  EXPECT_EQ(syscall_name(kHere, SYS_waitid), "waitid");
  EXPECT_EQ(syscall_name(kHere, SYS_newfstatat), "newfstatat");
  EXPECT_EQ(syscall_name(kHere, SYS_clone3), "clone3");
}

TEST(Syscalls, UnknownNumbersHaveNoName) {
  EXPECT_EQ(syscall_name(Architecture::amd64, 9999), "");
  EXPECT_EQ(syscall_name(Architecture::amd64, UINT64_MAX), "");
  EXPECT_EQ(syscall_name(Architecture::arm64, 1000), "");
}

TEST(Syscalls, AReadIsAboutItsDescriptor) {
  const KernelEntry entry{.place = Place::syscall, .number = 0, .arguments = {7, 0x1000, 4096}};

  EXPECT_EQ(descriptor_of(Architecture::amd64, entry), 7);
}

TEST(Syscalls, AFutexIsAboutNone) {
  const KernelEntry futex{.place = Place::syscall, .number = 202, .arguments = {7}};
  const KernelEntry running{.place = Place::running, .number = 0, .arguments = {7}};
  const KernelEntry closed{.place = Place::syscall, .number = 0, .arguments = {UINT64_MAX}};

  EXPECT_FALSE(descriptor_of(Architecture::amd64, futex));
  EXPECT_FALSE(descriptor_of(Architecture::amd64, running));
  EXPECT_FALSE(descriptor_of(Architecture::amd64, closed));
}

TEST(SyscallArity, IsKnownOfCallsThatLast) {
  EXPECT_EQ(syscall_arity("read"), 3U);
  EXPECT_EQ(syscall_arity("pause"), 0U);
  EXPECT_EQ(syscall_arity("getpid"), std::nullopt);
}

}  // namespace

}  // namespace goknot::target
