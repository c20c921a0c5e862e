// SPDX-License-Identifier: Apache-2.0
// A web server for tests: says exactly what it is told to, in this process.
#pragma once

#include <atomic>
#include <functional>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace goknot::testing_support {

// How a reply goes out.
enum class Manner {
  whole,    // at once, then the connection is closed
  drip,     // the text, then one byte every 20 ms without an end
  endless,  // the text, then zeros as fast as they are taken, without an end
  silent,   // nothing at all, until the other side gives up
};

struct Reply {
  std::string text;  // status line, headers and body, as they go over the wire
  Manner manner = Manner::whole;
};

// "HTTP/1.1 200 OK" with a body and its length.
Reply ok(const std::string& body);
// Any status with headers ("A: b\r\n…") and a body.
Reply reply(const std::string& status, const std::string& headers = {},
            const std::string& body = {});

// Listens on a free port of this machine while it lives. Serves one connection after the other.
class HttpServer {
 public:
  // `handler` gets the request as it came: request line, headers.
  using Handler = std::function<Reply(const std::string& request)>;
  explicit HttpServer(Handler handler);
  HttpServer(const HttpServer&) = delete;
  HttpServer& operator=(const HttpServer&) = delete;
  ~HttpServer();

  // "http://127.0.0.1:PORT" and what follows.
  std::string url(const std::string& path = {}) const;
  int port() const { return port_; }
  // All requests so far.
  std::vector<std::string> requests() const;
  // The first lines of them: "GET / HTTP/1.1".
  std::vector<std::string> request_lines() const;

 private:
  void serve();
  void answer(int connection);
  void keep_sending(int connection, Manner manner) const;

  Handler handler_;
  int listener_ = -1;
  int port_ = 0;
  std::atomic<bool> over_ = false;
  mutable std::mutex mutex_;
  std::vector<std::string> requests_;
  std::thread thread_;
};

}  // namespace goknot::testing_support
