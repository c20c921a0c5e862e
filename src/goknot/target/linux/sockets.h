// SPDX-License-Identifier: Apache-2.0
// The tables of sockets: /proc/PID/net/{tcp,tcp6,udp,udp6,unix}.
#pragma once

#include "goknot/target/linux/system.h"

#include <absl/container/flat_hash_map.h>
#include <sys/types.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace goknot::target {

// A socket as its network namespace knows it.
struct Socket {
  std::uint64_t inode = 0;
  std::string protocol;  // "tcp", "udp", "unix"
  std::string local;     // "127.0.0.1:80", "[::1]:80", "/run/hub.sock", "@abstract"; may be empty
  std::string remote;    // empty: not connected
  std::string state;     // "established", "listen", …
  std::uint64_t send_queue = 0;     // bytes the other side has not taken
  std::uint64_t receive_queue = 0;  // bytes nobody has read yet; of a listener: waiting connections
};

// One line of tcp, tcp6, udp or udp6; `protocol` is the name without the 6:
//
//   0: 0100007F:1F90 00000000:0000 0A 00000000:00000000 00:00000000 00000000 0 0 12345 1 …
//
// None if it is no such line.
std::optional<Socket> parse_inet_socket(std::string_view line, std::string_view protocol);

// One line of unix:
//
//   ffff8881: 00000002 00000000 00010000 0001 01 12345 /run/hub.sock
std::optional<Socket> parse_unix_socket(std::string_view line);

// The sockets with these inodes in the network namespace of a process, by inode. Each table is read
// at most once, and none that is not needed any more.
absl::flat_hash_map<std::uint64_t, Socket> find_sockets(pid_t pid,
                                                        const std::vector<std::uint64_t>& inodes,
                                                        const System& system = {});

}  // namespace goknot::target
