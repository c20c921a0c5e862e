// SPDX-License-Identifier: Apache-2.0
#include "goknot/target/linux/refusal.h"

#include "goknot/base/text.h"
#include "goknot/target/linux/scoped_fd.h"

#include <fcntl.h>
#include <fmt/format.h>

#include <cerrno>
#include <cstring>
#include <utility>

namespace goknot::target {

namespace {

std::string in_words(const Process& process) {
  const std::string name = shortened(visible(process.name), 40);
  return name.empty() ? fmt::format("process {}", process.pid)
                      : fmt::format("process {} ({})", process.pid, name);
}

std::string as_root(const Process& process) { return fmt::format("sudo goknot {}", process.pid); }

// Gives our program the right for good, without being root each time.
std::string set_capability(const Asker& asker) {
  const std::string program = asker.program.empty() ? "$(command -v goknot)" : asker.program;
  return "sudo setcap cap_sys_ptrace=ep " + program;
}

Refusal find_yama(int scope) {
  switch (scope) {
    case 1:
      return Refusal::yama_parents;
    case 2:
      return Refusal::yama_admins;
    case 3:
      return Refusal::yama_nobody;
    default:
      return Refusal::forbidden;
  }
}

Error explain_container(const Process& process) {
  const std::string kubernetes =
      "kubectl debug -it POD --image=IMAGE_WITH_GOKNOT --target=CONTAINER --profile=general -- "
      "goknot " +
      std::to_string(process.ns_pids.empty() ? process.pid : process.ns_pids.back());
  return {.kind = Kind::denied,
          .message = in_words(process) + ": this container lacks the right to read processes",
          .hint = "start it with: docker run --cap-add SYS_PTRACE …; in Kubernetes: " + kubernetes +
                  "; or run goknot outside of the container"};
}

Error explain_yama_parents(const Process& process, const Asker& asker) {
  return {.kind = Kind::denied,
          .message = in_words(process) +
                     ": only programs that started it may read it (kernel.yama.ptrace_scope=1)",
          .hint = fmt::format("try: {}; for good: {}; or: sudo sysctl kernel.yama.ptrace_scope=0",
                              as_root(process), set_capability(asker))};
}

Error explain_yama_admins(const Process& process, const Asker& asker) {
  return {.kind = Kind::denied,
          .message = in_words(process) +
                     ": only programs with CAP_SYS_PTRACE may read it (kernel.yama.ptrace_scope=2)",
          .hint = fmt::format("try: {}; for good: {}", as_root(process), set_capability(asker))};
}

Error explain_other_user(const Process& process, const Asker& asker) {
  return {.kind = Kind::denied,
          .message = fmt::format("{}: it belongs to the user {}, and you are {}", in_words(process),
                                 process.user_name, user_name(asker.user)),
          .hint = "try: " + as_root(process)};
}

}  // namespace

std::string_view words_of(Refusal refusal) {
  switch (refusal) {
    case Refusal::vanished:
      return "gone";
    case Refusal::ended:
      return "ended";
    case Refusal::kernel_thread:
      return "a thread of the kernel";
    case Refusal::container:
      return "container without SYS_PTRACE";
    case Refusal::other_user:
      return "of another user";
    case Refusal::not_dumpable:
      return "not dumpable";
    case Refusal::yama_parents:
    case Refusal::yama_admins:
    case Refusal::yama_nobody:
      return "forbidden by ptrace_scope";
    case Refusal::forbidden:
      return "forbidden";
    case Refusal::failed:
      break;
  }
  return "cannot be read";
}

Asker inspect_asker(const System& system) {
  Asker asker;
  if (const auto text = read_proc_file(system.proc + "/self/status")) {
    const ProcessStatus status = parse_status(*text);
    asker.user = status.user;
    asker.capabilities = status.capabilities;
    asker.bounding = status.bounding;
  }
  asker.program = read_proc_link(system.proc + "/self/exe").value_or("");
  return asker;
}

// The kernel only says "no" (ptrace_may_access, linux kernel/ptrace.c). What it has asked is asked
// here again, in the order of what people can change: a container without the right, another user,
// a process that closed itself, then Yama.
Refusal find_refusal(const Process& process, const Asker& asker, SystemError error,
                     const System& system) {
  if (process.state == TaskState::zombie || process.state == TaskState::dead) return Refusal::ended;
  if (process.kernel_thread) return Refusal::kernel_thread;
  if (error == ENOENT || error == ESRCH) return Refusal::vanished;
  if (error != EPERM && error != EACCES) return Refusal::failed;
  const int scope = yama_scope(system);
  if (can_trace_anybody(asker.capabilities)) {
    return scope == 3 ? Refusal::yama_nobody : Refusal::forbidden;
  }
  const bool other = process.user != asker.user;
  const bool closed = process.dumpable == Dumpable::no;
  // What is not in the bounding set cannot be had by anybody in here, root included
  // (capabilities(7)).
  if (!can_trace_anybody(asker.bounding)) return Refusal::container;
  if (other) return Refusal::other_user;
  if (closed) return Refusal::not_dumpable;
  return find_yama(scope);
}

Error explain(Refusal refusal, const Process& process, const Asker& asker) {
  const std::string who = in_words(process);
  switch (refusal) {
    case Refusal::vanished:
      return {.kind = Kind::not_found, .message = who + ": there is no such process", .hint = {}};
    case Refusal::ended:
      return {.kind = Kind::not_found,
              .message = who + ": it has ended; its parent has not collected it",
              .hint = fmt::format("its parent is process {}", process.parent)};
    case Refusal::kernel_thread:
      return {.kind = Kind::unsupported,
              .message = who + ": a thread of the kernel, not a program",
              .hint = "goknot ps lists what can be read"};
    case Refusal::container:
      return explain_container(process);
    case Refusal::other_user:
      return explain_other_user(process, asker);
    case Refusal::not_dumpable:
      return {.kind = Kind::denied,
              .message = who + ": it is closed to other processes (PR_SET_DUMPABLE 0)",
              .hint = "try: " + as_root(process) + "; for good: " + set_capability(asker)};
    case Refusal::yama_parents:
      return explain_yama_parents(process, asker);
    case Refusal::yama_admins:
      return explain_yama_admins(process, asker);
    case Refusal::yama_nobody:
      return {.kind = Kind::denied,
              .message = who + ": nobody may read processes (kernel.yama.ptrace_scope=3)",
              .hint =
                  "it stays so until the next boot: set kernel.yama.ptrace_scope=1 in "
                  "/etc/sysctl.d and boot again"};
    case Refusal::forbidden:
      return {.kind = Kind::denied,
              .message = who + ": the system forbids to read it",
              .hint = can_trace_anybody(asker.capabilities)
                          ? "a security module or another user namespace stands before it; run "
                            "goknot on the host itself"
                          : "try: " + as_root(process)};
    case Refusal::failed:
      break;
  }
  return {.kind = Kind::io, .message = who + ": its memory cannot be read", .hint = {}};
}

Error refused(pid_t pid, SystemError error, const System& system) {
  Result<Process> process = inspect_process(pid, system);
  if (!process) return std::move(process).error();
  const Asker asker = inspect_asker(system);
  const Refusal refusal = find_refusal(*process, asker, error, system);
  Error answer = explain(refusal, *process, asker);
  if (refusal == Refusal::failed) answer.message += std::string(": ") + std::strerror(error);
  return answer;
}

// The kernel asks for the right when the file is opened; nothing is read, and nobody is stopped.
std::optional<Refusal> check_readable(const Process& process, const Asker& asker,
                                      const System& system) {
  const ScopedFd file(::open(system.of(process.pid, "mem").c_str(), O_RDONLY | O_CLOEXEC));
  const SystemError error = file.is_open() ? 0 : errno;
  const bool is_program = process.state != TaskState::zombie && !process.kernel_thread;
  if (error == 0 && is_program) return std::nullopt;
  return find_refusal(process, asker, error, system);
}

}  // namespace goknot::target
