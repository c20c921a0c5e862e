// SPDX-License-Identifier: Apache-2.0
// What a thread that sleeps in the kernel waits for, and whether it can come.
#pragma once

#include "goknot/model/snapshot.h"
#include "goknot/target/architecture.h"
#include "goknot/target/linux/system.h"
#include "goknot/target/linux/threads.h"

#include <sys/types.h>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace goknot::target {

// What one thread waits for outside its program.
struct Outside {
  OutsideKind kind = OutsideKind::unknown;
  Outlook outlook = Outlook::open;
  std::string what = {};            // "child 812 (cat)", "/mnt/share/a (nfs4)"
  std::string why = {};             // what shows the outlook: "stopped by a signal"
  pid_t pid = 0;                    // of the process that should bring it, 0: none
  std::string name = {};            // its command
  std::vector<int> pipe_ends = {};  // ours, at which that process waits
};

// The child that a system call waits for (wait4, waitid); none if it is another call, or if it
// waits for any child.
std::optional<pid_t> awaited_child(pid_t pid, Architecture architecture, const KernelEntry& entry,
                                   const System& system = {});

// The type of the file system with this number in the text of /proc/PID/mountinfo ("27" of
// "27 1 254:0 / / rw - ext4 /dev/vda rw"); empty if it is not there.
std::string_view file_system_of(std::string_view mountinfo, std::string_view mount);

// What the thread waits for, none if that is nothing of these kinds.
std::optional<Outside> look_outside(pid_t pid, const Thread& thread, Architecture architecture,
                                    const System& system = {});

}  // namespace goknot::target
