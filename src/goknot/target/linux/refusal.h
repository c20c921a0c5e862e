// SPDX-License-Identifier: Apache-2.0
// Why a process cannot be read, and what to do about it.
#pragma once

#include "goknot/base/result.h"
#include "goknot/target/linux/proc_file.h"
#include "goknot/target/linux/process.h"
#include "goknot/target/linux/system.h"

#include <sys/types.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace goknot::target {

// Why the kernel lets nobody, or not us, read a process.
enum class Refusal : std::uint8_t {
  vanished,       // there is no such process, or not any more
  ended,          // a zombie
  kernel_thread,  // has no memory of its own
  container,      // we are in a container that must not trace
  other_user,
  not_dumpable,  // it closed itself to others of its user
  yama_parents,  // ptrace_scope 1: only those that started it may
  yama_admins,   // ptrace_scope 2: only those with CAP_SYS_PTRACE may
  yama_nobody,   // ptrace_scope 3: nobody may, until the next boot
  forbidden,     // for a reason that cannot be seen: a security module, a foreign user namespace
  failed,        // not a matter of rights
};

// In a few words, for a table: "of another user".
std::string_view words_of(Refusal refusal);

// Who asks: this program.
struct Asker {
  uid_t user = 0;
  std::uint64_t capabilities = 0;  // effective
  std::uint64_t bounding = 0;      // what can be had at all, by root too
  std::string program;             // our own path
};

// Ourselves, as /proc/self tells.
Asker inspect_asker(const System& system = {});

// The most likely reason why the system answered `error` when `asker` wanted to read a process.
Refusal find_refusal(const Process& process, const Asker& asker, SystemError error,
                     const System& system = {});

// Says it in a sentence, with the command to try as the hint.
Error explain(Refusal refusal, const Process& process, const Asker& asker);

// The reason why `error` was the answer to a wish to read a process, found and explained.
Error refused(pid_t pid, SystemError error, const System& system = {});

// Whether a process can be read by us now; if not, why. Costs an open(2) of /proc/PID/mem.
std::optional<Refusal> check_readable(const Process& process, const Asker& asker,
                                      const System& system = {});

}  // namespace goknot::target
