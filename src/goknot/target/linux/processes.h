// SPDX-License-Identifier: Apache-2.0
// Which processes have Go in them, and which are called something.
#pragma once

#include "goknot/base/result.h"
#include "goknot/target/build_info.h"
#include "goknot/target/linux/process.h"
#include "goknot/target/linux/refusal.h"
#include "goknot/target/linux/system.h"

#include <sys/types.h>

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace goknot::target {

// A process with a Go runtime.
struct GoProcess {
  Process process;
  std::string file;  // the one with Go in it: the program, or a library it has loaded
  bool library = false;
  BuildInfo build;                 // as far as it is told
  std::optional<Refusal> refusal;  // why it cannot be read; none: it can
};

// What there is on this machine, as far as we may see.
struct ProcessList {
  std::vector<GoProcess> processes;  // by pid
  std::size_t seen = 0;              // processes that are programs
  std::size_t hidden = 0;  // of them those that cannot be looked into, mostly of other users
  bool as_admin = false;   // whether we may look into every process; what is hidden then stays so
};

// Every process with Go in it. Processes that end meanwhile are left out.
ProcessList list_go_processes(const System& system = {});

// Processes that go by a name: their own (comm), that of their file, or of the first argument, each
// without folders. By pid; ourselves never.
std::vector<Process> find_processes(std::string_view name, const System& system = {});

// The one process of a name; where several have it, the only one with Go in it. Errors: not_found;
// usage, with the list of those that go by the name.
Result<pid_t> choose_process(std::string_view name, const System& system = {});

}  // namespace goknot::target
