// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "goknot/model/snapshot.h"
#include "goknot/target/architecture.h"

#include <sys/types.h>

#include <cstdint>
#include <span>

namespace goknot::source {

// Notes in the details of some goroutines of a process what the kernel tells only one by one: what
// the descriptors are that they wait for, and which system calls they are in.
void describe_goroutines(pid_t pid, target::Architecture architecture,
                         std::span<const std::uint32_t> rows, Snapshot& snapshot);

// Takes back what was noted of goroutines that have moved meanwhile.
void forget_descriptions(std::span<const std::uint32_t> rows, Snapshot& snapshot);

}  // namespace goknot::source
