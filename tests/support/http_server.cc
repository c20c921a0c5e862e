// SPDX-License-Identifier: Apache-2.0
#include "tests/support/http_server.h"

#include "goknot/base/assert.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cctype>
#include <chrono>
#include <utility>

namespace goknot::testing_support {

namespace {

bool send_all(int connection, std::string_view text) {
  while (!text.empty()) {
    const ssize_t sent = send(connection, text.data(), text.size(), MSG_NOSIGNAL);
    if (sent <= 0) return false;
    text.remove_prefix(static_cast<std::size_t>(sent));
  }
  return true;
}

// A request up to the empty line after its headers; what comes first of anything that is no HTTP.
std::string receive(int connection) {
  std::string request;
  std::array<char, 4096> part{};
  while (!request.contains("\r\n\r\n")) {
    const ssize_t got = recv(connection, part.data(), part.size(), 0);
    if (got <= 0) return {};
    request.append(part.data(), static_cast<std::size_t>(got));
    if (!std::isupper(static_cast<unsigned char>(request.front()))) break;
  }
  return request;
}

}  // namespace

Reply ok(const std::string& body) { return reply("200 OK", {}, body); }

Reply reply(const std::string& status, const std::string& headers, const std::string& body) {
  return {"HTTP/1.1 " + status + "\r\nConnection: close\r\n" + headers +
          "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body};
}

HttpServer::HttpServer(Handler handler) : handler_(std::move(handler)) {
  listener_ = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address = {};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  auto* const any = reinterpret_cast<sockaddr*>(&address);
  GOKNOT_ASSERT(bind(listener_, any, size) == 0 && listen(listener_, 16) == 0);
  GOKNOT_ASSERT(getsockname(listener_, any, &size) == 0);
  port_ = ntohs(address.sin_port);
  thread_ = std::thread([this] { serve(); });
}

HttpServer::~HttpServer() {
  over_ = true;
  shutdown(listener_, SHUT_RDWR);
  thread_.join();
  close(listener_);
}

std::string HttpServer::url(const std::string& path) const {
  return "http://127.0.0.1:" + std::to_string(port_) + path;
}

std::vector<std::string> HttpServer::requests() const {
  const std::lock_guard lock(mutex_);
  return requests_;
}

std::vector<std::string> HttpServer::request_lines() const {
  std::vector<std::string> lines;
  for (const std::string& request : requests()) {
    lines.push_back(request.substr(0, request.find("\r\n")));
  }
  return lines;
}

void HttpServer::serve() {
  while (!over_) {
    const int connection = accept(listener_, nullptr, nullptr);
    if (connection < 0) return;
    answer(connection);
    close(connection);
  }
}

void HttpServer::answer(int connection) {
  const std::string request = receive(connection);
  if (request.empty()) return;
  {
    const std::lock_guard lock(mutex_);
    requests_.push_back(request);
  }
  const Reply reply = handler_(request);
  if (send_all(connection, reply.text)) keep_sending(connection, reply.manner);
}

void HttpServer::keep_sending(int connection, Manner manner) const {
  const std::string zeros(std::size_t{1} << 16U, '0');
  while (manner != Manner::whole && !over_) {
    if (manner == Manner::endless && !send_all(connection, zeros)) return;
    if (manner == Manner::drip && !send_all(connection, "x")) return;
    if (manner == Manner::endless) continue;
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
    char byte = 0;
    if (recv(connection, &byte, 1, MSG_DONTWAIT) == 0) return;  // the other side is gone
  }
}

}  // namespace goknot::testing_support
