// SPDX-License-Identifier: Apache-2.0
#include "goknot/target/linux/descriptors.h"

#include "tests/support/child.h"
#include "tests/support/outside_program.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>
#include <filesystem>

namespace goknot::target {

namespace {

using testing_support::Child;

Descriptor inspect(int fd) {
  return inspect_descriptors(::getpid(), std::array{fd}, {}, 50'000).front();
}

// A listener and both ends of a connection to it, on this machine.
class Connection {
 public:
  Connection() {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof(address);
    auto* any = reinterpret_cast<sockaddr*>(&address);
    ::bind(listener_, any, size);
    ::listen(listener_, 1);
    ::getsockname(listener_, any, &size);
    port_ = ntohs(address.sin_port);
    ::connect(client_, any, size);
    server_ = ::accept(listener_, nullptr, nullptr);
  }
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;
  ~Connection() {
    for (const int fd : {listener_, client_, server_}) ::close(fd);
  }
  int listener() const { return listener_; }
  int client() const { return client_; }
  std::string address() const { return "127.0.0.1:" + std::to_string(port_); }

 private:
  int listener_ = ::socket(AF_INET, SOCK_STREAM, 0);
  int client_ = ::socket(AF_INET, SOCK_STREAM, 0);
  int server_ = -1;
  int port_ = 0;
};

TEST(Descriptors, LinksTellTheirKind) {
  EXPECT_EQ(parse_descriptor(3, "pipe:[12]").inode, 12U);
  EXPECT_EQ(parse_descriptor(3, "socket:[34]").kind, DescriptorKind::socket);
  EXPECT_EQ(parse_descriptor(3, "anon_inode:[eventpoll]").kind, DescriptorKind::epoll);
  EXPECT_EQ(parse_descriptor(3, "anon_inode:inotify").text(), "inotify");
  EXPECT_EQ(parse_descriptor(3, "anon_inode:[eventfd]").text(), "eventfd");
  EXPECT_EQ(parse_descriptor(3, "/dev/pts/0").kind, DescriptorKind::terminal);
  EXPECT_EQ(parse_descriptor(3, "/a (deleted)").text(), "/a (deleted)");
  EXPECT_EQ(parse_descriptor(3, "pipe:[x]").kind, DescriptorKind::other);
  EXPECT_EQ(parse_descriptor(3, "").text(), "closed");
}

TEST(Descriptors, AConnectionHasBothAddresses) {
  const Connection connection;

  const Descriptor descriptor = inspect(connection.client());

  ASSERT_TRUE(descriptor.socket);
  EXPECT_EQ(descriptor.socket->remote, connection.address());
  EXPECT_EQ(descriptor.socket->state, "established");
  EXPECT_EQ(descriptor.text(),
            "tcp " + descriptor.socket->local + " to " + connection.address() + " established");
}

TEST(Descriptors, AListenerListens) {
  const Connection connection;

  EXPECT_EQ(inspect(connection.listener()).text(), "tcp " + connection.address() + " listen");
}

TEST(Descriptors, AUnixSocketIsFound) {
  int ends[2] = {-1, -1};
  ASSERT_EQ(::socketpair(AF_UNIX, SOCK_STREAM, 0, ends), 0);

  EXPECT_EQ(inspect(ends[0]).text(), "unix connected");

  ::close(ends[0]);
  ::close(ends[1]);
}

TEST(Descriptors, APipeNamesWhoHasTheOtherEnd) {
  int ends[2] = {-1, -1};
  ASSERT_EQ(::pipe(ends), 0);
  const Child child([&ends] { ::close(ends[0]); });  // keeps the end that writes
  ::close(ends[1]);

  const Descriptor descriptor = inspect(ends[0]);

  ASSERT_EQ(descriptor.partners.size(), 1U);
  EXPECT_EQ(descriptor.partners[0].pid, child.pid());
  EXPECT_EQ(descriptor.partners[0].fd, ends[1]);
  EXPECT_TRUE(descriptor.partners[0].writes);
  EXPECT_EQ(descriptor.text(), "pipe, written by " + descriptor.partners[0].process + " (" +
                                   std::to_string(child.pid()) + ")");
  ::close(ends[0]);
}

TEST(Descriptors, TheSearchForPartnersIsBounded) {
  int ends[2] = {-1, -1};
  ASSERT_EQ(::pipe(ends), 0);

  const auto descriptors = inspect_descriptors(::getpid(), std::array{ends[0]}, {}, 0);

  EXPECT_TRUE(descriptors[0].partners.empty());
  EXPECT_EQ(descriptors[0].text(), "pipe");
  ::close(ends[0]);
  ::close(ends[1]);
}

TEST(Descriptors, FilesHavePaths) {
  const sample::TemporaryFolder folder;
  const std::string path = folder.file("log", "");
  const int file = ::open(path.c_str(), O_WRONLY);

  EXPECT_EQ(inspect(file).text(), path);
  EXPECT_TRUE(inspect(file).writes);
  std::filesystem::remove(path);
  EXPECT_TRUE(inspect(file).deleted);
  ::close(file);
}

TEST(Descriptors, OthersHaveAWord) {
  const int epoll = ::epoll_create1(0);
  const int event = ::eventfd(0, 0);

  EXPECT_EQ(inspect(epoll).kind, DescriptorKind::epoll);
  EXPECT_EQ(inspect(event).text(), "eventfd");
  EXPECT_EQ(inspect(-1).kind, DescriptorKind::unknown);
  ::close(epoll);
  ::close(event);
}

}  // namespace

}  // namespace goknot::target
