// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "goknot/target/architecture.h"
#include "goknot/target/linux/threads.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace goknot::target {

// The name of a system call: "epoll_pwait"; empty for numbers that are not known.
std::string_view syscall_name(Architecture architecture, std::uint64_t number);

// How many arguments a system call takes; none if that is not known here.
std::optional<std::size_t> syscall_arity(std::string_view name);

// The descriptor a thread's system call is about (that of read, accept4, epoll_pwait, …); none if
// it is about none, or if the thread is in none.
std::optional<int> descriptor_of(Architecture architecture, const KernelEntry& entry);

}  // namespace goknot::target
