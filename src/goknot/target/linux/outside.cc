// SPDX-License-Identifier: Apache-2.0
#include "goknot/target/linux/outside.h"

#include "goknot/target/linux/descriptors.h"
#include "goknot/target/linux/proc_file.h"
#include "goknot/target/linux/process.h"
#include "goknot/target/linux/syscalls.h"

#include <fmt/format.h>
#include <sys/wait.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <limits>
#include <thread>

namespace goknot::target {

namespace {

constexpr std::chrono::milliseconds kSlowReader{100};

std::string descriptor_info(pid_t pid, int fd, const System& system) {
  const auto text = read_proc_file(system.of(pid, fmt::format("fdinfo/{}", fd)), 4096);
  return text.value_or("");
}

std::optional<pid_t> as_pid(std::optional<std::uint64_t> number) {
  if (!number || *number == 0) return std::nullopt;
  if (*number > std::uint64_t{std::numeric_limits<pid_t>::max()}) return std::nullopt;
  return static_cast<pid_t>(*number);
}

// The descriptors of a process that are the other end of a pipe, if nobody else has one.
std::vector<int> only_ends_of(pid_t pid, const Descriptor& pipe) {
  std::vector<int> ends;
  for (const PipeEnd& end : pipe.partners) {
    if (end.pid != pid) return {};
    ends.push_back(end.fd);
  }
  return ends;
}

// Whether a child waits to write into a pipe that only we can read.
// Go: cmd.StdoutPipe(), then cmd.Wait() before everything was read: the child blocks in write
// because the pipe is full (64 KB, pipe(7)), and the program in wait4 for the child to end.
void note_full_pipe(pid_t pid, Architecture architecture, const System& system, Outside& child) {
  const auto thread = find_thread(child.pid, child.pid, system);
  if (!thread) return;
  const auto fd = descriptor_of(architecture, thread->entry);
  const std::string_view call = syscall_name(architecture, thread->entry.number);
  if (!fd || (call != "write" && call != "writev")) return;
  const Descriptor pipe = inspect_descriptors(child.pid, std::array{*fd}, system).front();
  if (pipe.kind != DescriptorKind::pipe) return;
  child.pipe_ends = only_ends_of(pid, pipe);
  if (child.pipe_ends.empty()) return;
  // A reader that is only slow takes something every now and then.
  std::this_thread::sleep_for(kSlowReader);
  const auto later = find_thread(child.pid, child.pid, system);
  if (!later || !later->stood_still_since(*thread)) return;
  child.outlook = Outlook::own;
  child.why = "waits until this process reads what it has written into a pipe";
}

Outside look_at_child(pid_t pid, pid_t child, Architecture architecture, const System& system) {
  Outside outside{.kind = OutsideKind::child, .what = fmt::format("child {}", child), .pid = child};
  const auto process = inspect_process(child, system);
  if (!process) return outside;
  outside.name = process->name;
  outside.what += fmt::format(" ({})", process->name);
  outside.why = process->standstill();
  if (!outside.why.empty()) {
    outside.outlook = Outlook::halted;
  } else {
    note_full_pipe(pid, architecture, system, outside);
  }
  return outside;
}

// A file in a call that cannot be interrupted.
std::optional<Outside> look_at_file(pid_t pid, const Thread& thread, Architecture architecture,
                                    const System& system) {
  const auto fd = descriptor_of(architecture, thread.entry);
  if (thread.state != TaskState::disk || !fd) return std::nullopt;
  const std::string info = descriptor_info(pid, *fd, system);
  const auto mounts = read_proc_file(system.of(pid, "mountinfo"));
  const auto path = read_proc_link(system.of(pid, fmt::format("fd/{}", *fd)));
  Outside outside{.kind = OutsideKind::filesystem, .outlook = Outlook::halted};
  outside.what = fmt::format(
      "{} ({})", path.value_or("a file"),
      file_system_of(mounts ? std::string_view(*mounts) : "", value_of_line(info, "mnt_id")));
  outside.why = "its file system does not answer, and the call cannot be interrupted";
  return outside;
}

}  // namespace

std::optional<pid_t> awaited_child(pid_t pid, Architecture architecture, const KernelEntry& entry,
                                   const System& system) {
  if (entry.place != KernelEntry::Place::syscall) return std::nullopt;
  const std::string_view call = syscall_name(architecture, entry.number);
  if (call == "wait4") return as_pid(entry.arguments[0]);
  if (call != "waitid") return std::nullopt;
  if (entry.arguments[0] == P_PID) return as_pid(entry.arguments[1]);
  constexpr std::uint64_t kPidfd = 3;  // linux include/uapi/linux/wait.h: P_PIDFD
  if (entry.arguments[0] != kPidfd || entry.arguments[1] > 0xffffff) return std::nullopt;
  const std::string info = descriptor_info(pid, static_cast<int>(entry.arguments[1]), system);
  return as_pid(parse_number(value_of_line(info, "Pid")));
}

//     36 35 98:0 /mnt1 /mnt2 rw,noatime master:1 - nfs4 server:/export rw      (proc(5))
// Between the options and the dash stand any number of fields.
std::string_view file_system_of(std::string_view mountinfo, std::string_view mount) {
  while (!mountinfo.empty() && !mount.empty()) {
    std::string_view line = take_until(mountinfo, '\n');
    if (take_word(line) != mount) continue;
    while (!line.empty() && take_word(line) != "-") {
    }
    return take_word(line);
  }
  return {};
}

std::optional<Outside> look_outside(pid_t pid, const Thread& thread, Architecture architecture,
                                    const System& system) {
  if (const auto child = awaited_child(pid, architecture, thread.entry, system)) {
    return look_at_child(pid, *child, architecture, system);
  }
  return look_at_file(pid, thread, architecture, system);
}

}  // namespace goknot::target
