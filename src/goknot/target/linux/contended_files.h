// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "goknot/target/file_uses.h"
#include "goknot/target/linux/system.h"

#include <sys/types.h>

#include <cstddef>
#include <vector>

namespace goknot::target {

// The files of a process whose lock somebody has while another descriptor of the process does not:
// by the kernel's table of locks, which is read first and mostly settles it. At most `most`
// descriptors are looked at.
std::vector<ContendedFile> find_contended_files(pid_t pid, const System& system = {},
                                                std::size_t most = 20'000);

}  // namespace goknot::target
