// SPDX-License-Identifier: Apache-2.0
#include "goknot/target/linux/sockets.h"

#include "tests/support/outside_program.h"

#include <gtest/gtest.h>

#include <filesystem>

namespace goknot::target {

namespace {

TEST(Sockets, AConnectionHasTwoAddressesAndQueues) {
  const auto socket = parse_inet_socket(
      "   0: 0100007F:1F90 0200A8C0:D431 01 0000001A:00000003 00:00000000 00000000  1000 0 12345 1",
      "tcp");

  ASSERT_TRUE(socket);
  EXPECT_EQ(socket->inode, 12345U);
  EXPECT_EQ(socket->local, "127.0.0.1:8080");
  EXPECT_EQ(socket->remote, "192.168.0.2:54321");
  EXPECT_EQ(socket->state, "established");
  EXPECT_EQ(socket->send_queue, 26U);
  EXPECT_EQ(socket->receive_queue, 3U);
}

TEST(Sockets, AListenerHasNobodyOnTheOtherSide) {
  const auto socket = parse_inet_socket(
      " 1: 00000000000000000000000001000000:0050 00000000000000000000000000000000:0000 0A "
      "00000000:00000000 00:00000000 00000000 0 0 7 1",
      "tcp");

  ASSERT_TRUE(socket);
  EXPECT_EQ(socket->local, "[::1]:80");
  EXPECT_EQ(socket->remote, "");
  EXPECT_EQ(socket->state, "listen");
}

TEST(Sockets, MappedAddressesAreWrittenAsWhatTheyAre) {
  const auto socket = parse_inet_socket(
      " 1: 0000000000000000FFFF00000100007F:0050 0000000000000000FFFF00000100007F:C350 08 "
      "00000000:00000000 00:00000000 00000000 0 0 7 1",
      "tcp");

  ASSERT_TRUE(socket);
  EXPECT_EQ(socket->local, "127.0.0.1:80");
  EXPECT_EQ(socket->remote, "127.0.0.1:50000");
  EXPECT_EQ(socket->state, "close-wait");
}

TEST(Sockets, AUnixSocketHasAPath) {
  const auto socket =
      parse_unix_socket("ffff888100000000: 00000002 00000000 00010000 0001 01 12345 /run/a b.sock");

  ASSERT_TRUE(socket);
  EXPECT_EQ(socket->inode, 12345U);
  EXPECT_EQ(socket->local, "/run/a b.sock");
  EXPECT_EQ(socket->state, "listen");
}

TEST(Sockets, AUnixSocketMayHaveNoName) {
  const auto socket =
      parse_unix_socket("0000000000000000: 00000003 00000000 00000000 0001 03 12345");

  ASSERT_TRUE(socket);
  EXPECT_EQ(socket->local, "");
  EXPECT_EQ(socket->state, "connected");
}

TEST(Sockets, OtherLinesAreNoSockets) {
  for (const std::string_view line :
       {"", "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt uid",
        "0: 0100007F:1F90 00000000:0000 0A", "0: 01:1F90 00000000:0000 0A 0:0 0:0 0 0 0 12 1",
        "0: 0100007F:1FFFF 00000000:0000 0A 0:0 0:0 0 0 0 12 1"}) {
    EXPECT_FALSE(parse_inet_socket(line, "tcp")) << line;
    EXPECT_FALSE(parse_unix_socket(line)) << line;
  }
}

TEST(Sockets, AFewAreFoundAmongAHundredThousand) {
  const sample::TemporaryFolder folder;
  std::filesystem::create_directories(folder.path() + "/812/net");
  std::string table = "  sl  local_address …\n";
  for (int i = 0; i < 100'000; ++i) {
    table += " " + std::to_string(i) +
             ": 0100007F:1F90 0100007F:1F91 01 00000000:00000000 00:00000000 00000000 0 0 " +
             std::to_string(i + 1000) + " 1 0000000000000000 100 0 0 10 0\n";
  }
  folder.file("812/net/tcp", table);
  folder.file("812/net/unix", "Num\n0: 2 0 0 1 3 5 /x\n");

  const auto sockets =
      find_sockets(812, {100'999, 1000, 5, 6}, {.proc = folder.path(), .cgroups = ""});

  EXPECT_EQ(sockets.size(), 3U);
  EXPECT_EQ(sockets.at(5).local, "/x");
  EXPECT_EQ(sockets.at(100'999).remote, "127.0.0.1:8081");
}

}  // namespace

}  // namespace goknot::target
