// SPDX-License-Identifier: Apache-2.0
#include "goknot/target/linux/sockets.h"

#include "goknot/target/linux/proc_file.h"

#include <absl/container/flat_hash_set.h>
#include <arpa/inet.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <utility>

namespace goknot::target {

namespace {

// An address as the tables write it: words of 32 bits in the machine's order, in hexadecimal.
struct Host {
  std::array<std::uint32_t, 4> words{};
  std::size_t count = 0;
};

// "0100007F" is 127.0.0.1 on little-endian machines; IPv6 is four such words.
std::optional<Host> parse_host(std::string_view digits) {
  Host host{.words = {}, .count = digits.size() / 8};
  if (digits.size() != 8 && digits.size() != 32) return std::nullopt;
  for (std::size_t i = 0; i < host.count; ++i) {
    const auto word = parse_number(digits.substr(i * 8, 8), 16);
    if (!word) return std::nullopt;
    host.words[i] = static_cast<std::uint32_t>(*word);
  }
  return host;
}

// An IPv4 address inside IPv6 is written as what it is.
bool is_mapped(const Host& host) {
  return host.count == 4 && host.words[0] == 0 && host.words[1] == 0 &&
         host.words[2] == htonl(0xffff);
}

std::string text_of(const Host& host, std::uint64_t port) {
  std::array<char, INET6_ADDRSTRLEN> text{};
  if (host.count == 1 || is_mapped(host)) {
    ::inet_ntop(AF_INET, &host.words[host.count - 1], text.data(), text.size());
    return fmt::format("{}:{}", text.data(), port);
  }
  ::inet_ntop(AF_INET6, host.words.data(), text.data(), text.size());
  return fmt::format("[{}]:{}", text.data(), port);
}

// "0100007F:1F90"
struct Endpoint {
  Host host;
  std::uint64_t port = 0;

  bool is_any() const {
    const bool here = std::ranges::all_of(host.words, [](std::uint32_t word) { return word == 0; });
    return here && port == 0;
  }
};

std::optional<Endpoint> parse_endpoint(std::string_view text) {
  const std::optional<Host> host = parse_host(take_until(text, ':'));
  const std::optional<std::uint64_t> port = parse_number(text, 16);
  if (!host || !port || *port > UINT16_MAX) return std::nullopt;
  return Endpoint{.host = *host, .port = *port};
}

// linux include/net/tcp_states.h, from 1 on.
constexpr std::array<std::string_view, 12> kStates = {
    "established", "syn-sent",   "syn-received", "fin-wait-1", "fin-wait-2", "time-wait",
    "closed",      "close-wait", "last-ack",     "listen",     "closing",    "syn-received"};

std::string state_of(std::uint64_t number, std::string_view protocol) {
  if (number == 0 || number > kStates.size()) return {};
  if (protocol != "tcp" && number != 1) return "unconnected";
  return std::string(kStates[number - 1]);
}

std::string unix_state(std::uint64_t number, std::uint64_t flags) {
  constexpr std::uint64_t kListens = 0x10000;  // linux include/uapi/linux/net.h: __SO_ACCEPTCON
  if ((flags & kListens) != 0) return "listen";
  switch (number) {  // linux include/uapi/linux/net.h: socket_state
    case 2:
      return "connecting";
    case 3:
      return "connected";
    case 4:
      return "disconnecting";
    default:
      return "unconnected";
  }
}

// A table of /proc/PID/net and the protocol of its lines.
struct Table {
  std::string_view file;
  std::string_view protocol;
};

constexpr std::array kTables = {Table{"net/tcp", "tcp"}, Table{"net/tcp6", "tcp"},
                                Table{"net/unix", "unix"}, Table{"net/udp", "udp"},
                                Table{"net/udp6", "udp"}};

// Where the inode stands among the words of a line.
//     0: 0100007F:1F90 00000000:0000 0A 00000000:00000000 00:00000000 00000000 1000 0 4712 …
//        local         remote        state unsent:unread  timer       …         user   inode
//     0000000000000000: 00000002 00000000 00010000 0001 01 4713 /run/hub.sock
//                       references        flags         state inode path
std::optional<std::uint64_t> inode_of(std::string_view line, std::string_view protocol) {
  const std::size_t before = protocol == "unix" ? 6 : 9;
  for (std::size_t i = 0; i < before; ++i) take_word(line);
  return parse_number(take_word(line));
}

}  // namespace

std::optional<Socket> parse_inet_socket(std::string_view line, std::string_view protocol) {
  const std::optional<std::uint64_t> inode = inode_of(line, protocol);
  take_word(line);  // its place in the table
  const std::optional<Endpoint> local = parse_endpoint(take_word(line));
  const std::optional<Endpoint> remote = parse_endpoint(take_word(line));
  const std::optional<std::uint64_t> state = parse_number(take_word(line), 16);
  std::string_view queues = take_word(line);
  const std::optional<std::uint64_t> unsent = parse_number(take_until(queues, ':'), 16);
  const std::optional<std::uint64_t> unread = parse_number(queues, 16);
  if (!inode || !local || !remote || !state || !unsent || !unread) return std::nullopt;
  return Socket{.inode = *inode,
                .protocol = std::string(protocol),
                .local = text_of(local->host, local->port),
                .remote = remote->is_any() ? "" : text_of(remote->host, remote->port),
                .state = state_of(*state, protocol),
                .send_queue = *unsent,
                .receive_queue = *unread};
}

std::optional<Socket> parse_unix_socket(std::string_view line) {
  take_word(line);  // its address, hidden from most
  take_word(line);  // references
  take_word(line);  // protocol, always 0
  const std::optional<std::uint64_t> flags = parse_number(take_word(line), 16);
  take_word(line);  // stream, datagram, …
  const std::optional<std::uint64_t> state = parse_number(take_word(line), 16);
  const std::optional<std::uint64_t> inode = parse_number(take_word(line));
  if (!flags || !state || !inode) return std::nullopt;
  line.remove_prefix(line.empty() ? 0 : 1);
  return Socket{.inode = *inode,
                .protocol = "unix",
                .local = std::string(line),
                .remote = {},
                .state = unix_state(*state, *flags)};
}

// A table may have a million lines: of each only the inode is read, until a line is wanted.
absl::flat_hash_map<std::uint64_t, Socket> find_sockets(pid_t pid,
                                                        const std::vector<std::uint64_t>& inodes,
                                                        const System& system) {
  absl::flat_hash_map<std::uint64_t, Socket> found;
  absl::flat_hash_set<std::uint64_t> wanted(inodes.begin(), inodes.end());
  for (const Table& table : kTables) {
    if (wanted.empty()) break;
    const auto text = read_proc_file(system.of(pid, table.file));
    if (!text) continue;
    std::string_view rest = *text;
    while (!rest.empty() && !wanted.empty()) {
      const std::string_view line = take_until(rest, '\n');
      const std::optional<std::uint64_t> inode = inode_of(line, table.protocol);
      if (!inode || !wanted.contains(*inode)) continue;
      std::optional<Socket> socket = table.protocol == "unix"
                                         ? parse_unix_socket(line)
                                         : parse_inet_socket(line, table.protocol);
      if (!socket) continue;
      wanted.erase(*inode);
      found.emplace(*inode, *std::move(socket));
    }
  }
  return found;
}

}  // namespace goknot::target
