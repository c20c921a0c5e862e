// SPDX-License-Identifier: Apache-2.0
// What the descriptors of a process are, and who has the other end.
#pragma once

#include "goknot/target/linux/sockets.h"
#include "goknot/target/linux/system.h"

#include <sys/types.h>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace goknot::target {

// What the link /proc/PID/fd/N says.
enum class DescriptorKind : std::uint8_t {
  unknown,  // closed meanwhile, or not told
  file,     // or folder, or device
  terminal,
  pipe,
  socket,
  epoll,
  other,  // "anon_inode:[eventfd]", …: `name` has the word
};

// Who holds a pipe too.
struct PipeEnd {
  pid_t pid = 0;
  int fd = -1;
  std::string process;  // its name
  bool writes = false;  // the end that is written to
};

// A descriptor of a process.
struct Descriptor {
  int fd = -1;
  DescriptorKind kind = DescriptorKind::unknown;
  std::string name;               // path of a file; "eventfd", "inotify", "timerfd", … of others
  bool deleted = false;           // the file was removed
  std::uint64_t inode = 0;        // of a pipe or socket
  bool writes = false;            // opened for writing only; of a pipe: which end it is
  std::optional<Socket> socket;   // none if its table does not have it (other families)
  std::vector<PipeEnd> partners;  // of a pipe: who has the other end

  // In a few words: "tcp 127.0.0.1:80 to 127.0.0.1:50000 established", "pipe, read by cat (813)",
  // "/var/log/hub.log", "eventfd". May hold hostile bytes.
  std::string text() const;
};

// Reads what such a link says: "pipe:[12]", "socket:[34]", "anon_inode:[eventpoll]", "/dev/pts/0".
Descriptor parse_descriptor(int fd, std::string_view link);

// Looks at some descriptors of a process, in their order. Sockets are looked up in its network
// namespace; the other ends of pipes first in the process itself, then in others, looking at
// `most_links` descriptors at most.
std::vector<Descriptor> inspect_descriptors(pid_t pid, std::span<const int> fds,
                                            const System& system = {},
                                            std::size_t most_links = 50'000);

}  // namespace goknot::target
