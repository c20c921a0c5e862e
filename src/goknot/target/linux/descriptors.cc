// SPDX-License-Identifier: Apache-2.0
#include "goknot/target/linux/descriptors.h"

#include "goknot/target/linux/maps.h"
#include "goknot/target/linux/proc_file.h"

#include <absl/container/flat_hash_map.h>
#include <fcntl.h>
#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace goknot::target {

namespace {

// "12" of "pipe:[12]".
std::optional<std::uint64_t> inode_behind(std::string_view link, std::string_view prefix) {
  if (!link.starts_with(prefix) || !link.ends_with(']')) return std::nullopt;
  link.remove_prefix(prefix.size());
  return parse_number(link.substr(0, link.size() - 1));
}

bool is_terminal(std::string_view path) {
  return path.starts_with("/dev/pts/") || path.starts_with("/dev/tty") || path == "/dev/console";
}

std::string fd_path(pid_t pid, std::string_view folder, std::uint32_t fd, const System& system) {
  return system.of(pid, fmt::format("{}/{}", folder, fd));
}

// "flags: 0100001": octal, as in open(2).
bool writes_only(pid_t pid, std::uint32_t fd, const System& system) {
  const auto text = read_proc_file(fd_path(pid, "fdinfo", fd, system), 4096);
  if (!text) return false;
  const auto flags = parse_number(value_of_line(*text, "flags"), 8);
  return flags && (*flags & O_ACCMODE) == O_WRONLY;
}

std::string name_of(pid_t pid, const System& system) {
  const auto text = read_proc_file(system.of(pid, "comm"), 64);
  return text ? text->substr(0, text->find('\n')) : "";
}

// Finds who else holds some pipes.
// A pipe has no record of who holds it: all descriptors of all processes that we may look into are
// compared by inode. Mostly it is the program itself, or its child.
class PipeSearch {
 public:
  PipeSearch(const System& system, std::size_t most_links) : system_(system), left_(most_links) {}

  void want(std::uint64_t inode) { ends_[inode]; }
  // Looks at one process after the other, beginning with `first`, until the bound is reached.
  void run(pid_t first);
  // Those that hold the other end of a pipe.
  std::vector<PipeEnd> partners(const Descriptor& descriptor) const;

 private:
  void look(pid_t pid);

  const System& system_;
  std::size_t left_;
  absl::flat_hash_map<std::uint64_t, std::vector<PipeEnd>> ends_;
};

void PipeSearch::run(pid_t first) {
  if (ends_.empty()) return;
  look(first);
  const auto pids = read_numbers(system_.proc);
  if (!pids) return;
  for (const std::uint32_t pid : *pids) {
    if (left_ == 0) return;
    if (static_cast<pid_t>(pid) != first) look(static_cast<pid_t>(pid));
  }
}

void PipeSearch::look(pid_t pid) {
  const auto fds = read_numbers(system_.of(pid, "fd"));
  if (!fds) return;
  for (const std::uint32_t fd : *fds) {
    if (left_ == 0) return;
    --left_;
    const auto link = read_proc_link(fd_path(pid, "fd", fd, system_));
    const auto inode = link ? inode_behind(*link, "pipe:[") : std::nullopt;
    const auto wanted = inode ? ends_.find(*inode) : ends_.end();
    if (wanted == ends_.end()) continue;
    wanted->second.push_back({.pid = pid,
                              .fd = static_cast<int>(fd),
                              .process = name_of(pid, system_),
                              .writes = writes_only(pid, fd, system_)});
  }
}

// Of the same process, too: a program can wait for itself through a pipe.
std::vector<PipeEnd> PipeSearch::partners(const Descriptor& descriptor) const {
  std::vector<PipeEnd> others;
  const auto found = ends_.find(descriptor.inode);
  if (found == ends_.end()) return others;
  for (const PipeEnd& end : found->second) {
    if (end.writes != descriptor.writes) others.push_back(end);
  }
  return others;
}

std::string socket_text(const Descriptor& descriptor) {
  if (!descriptor.socket) return fmt::format("socket:[{}]", descriptor.inode);
  const Socket& socket = *descriptor.socket;
  std::string text = socket.protocol;
  if (!socket.local.empty()) text += " " + socket.local;
  if (!socket.remote.empty()) text += " to " + socket.remote;
  return text + " " + socket.state;
}

std::string pipe_text(const Descriptor& descriptor) {
  const std::string verb = descriptor.writes ? "read by " : "written by ";
  if (descriptor.partners.empty()) return "pipe";
  const PipeEnd& first = descriptor.partners.front();
  std::string text = fmt::format("pipe, {}{} ({})", verb, first.process, first.pid);
  const std::size_t more = descriptor.partners.size() - 1;
  return more == 0 ? text : text + fmt::format(" and {} more", more);
}

}  // namespace

std::string Descriptor::text() const {
  switch (kind) {
    case DescriptorKind::socket:
      return socket_text(*this);
    case DescriptorKind::pipe:
      return pipe_text(*this);
    case DescriptorKind::unknown:
      return "closed";
    case DescriptorKind::file:
    case DescriptorKind::terminal:
    case DescriptorKind::epoll:
    case DescriptorKind::other:
      break;
  }
  return deleted ? name + " (deleted)" : name;
}

//     pipe:[4711]               pipe
//     socket:[4712]             socket
//     /var/log/hub (deleted)    file
//     /dev/pts/3                terminal
//     anon_inode:[eventpoll]    epoll
//     anon_inode:inotify        other
Descriptor parse_descriptor(int fd, std::string_view link) {
  Descriptor descriptor;
  descriptor.fd = fd;
  if (const auto pipe = inode_behind(link, "pipe:[")) {
    descriptor.kind = DescriptorKind::pipe;
    descriptor.inode = *pipe;
  } else if (const auto socket = inode_behind(link, "socket:[")) {
    descriptor.kind = DescriptorKind::socket;
    descriptor.inode = *socket;
  } else if (link.starts_with("/")) {
    descriptor.kind = is_terminal(link) ? DescriptorKind::terminal : DescriptorKind::file;
    descriptor.name = without_deleted(link);
    descriptor.deleted = is_deleted(link);
  } else if (!link.empty()) {
    if (link.starts_with("anon_inode:")) link.remove_prefix(11);
    if (link.starts_with('[') && link.ends_with(']')) link = link.substr(1, link.size() - 2);
    const bool epoll = link == "eventpoll";
    descriptor.kind = epoll ? DescriptorKind::epoll : DescriptorKind::other;
    descriptor.name = epoll ? "epoll" : link;
  }
  return descriptor;
}

std::vector<Descriptor> inspect_descriptors(pid_t pid, std::span<const int> fds,
                                            const System& system, std::size_t most_links) {
  std::vector<Descriptor> descriptors;
  std::vector<std::uint64_t> sockets;
  PipeSearch pipes(system, most_links);
  for (const int fd : fds) {
    const auto number = static_cast<std::uint32_t>(fd);
    const auto link = read_proc_link(fd_path(pid, "fd", number, system));
    Descriptor& descriptor = descriptors.emplace_back(parse_descriptor(fd, link.value_or("")));
    if (link) descriptor.writes = writes_only(pid, number, system);
    if (descriptor.kind == DescriptorKind::pipe) pipes.want(descriptor.inode);
    if (descriptor.kind == DescriptorKind::socket) sockets.push_back(descriptor.inode);
  }
  const auto found = find_sockets(pid, sockets, system);
  pipes.run(pid);
  for (Descriptor& descriptor : descriptors) {
    if (const auto socket = found.find(descriptor.inode);
        descriptor.kind == DescriptorKind::socket && socket != found.end()) {
      descriptor.socket = socket->second;
    }
    if (descriptor.kind == DescriptorKind::pipe) descriptor.partners = pipes.partners(descriptor);
  }
  return descriptors;
}

}  // namespace goknot::target
