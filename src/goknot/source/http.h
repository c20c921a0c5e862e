// SPDX-License-Identifier: Apache-2.0
// Asking a web server for one document, through libcurl.
#pragma once

#include "goknot/base/growing.h"
#include "goknot/base/result.h"

#include <chrono>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace goknot::source {

// An http or https URL taken apart.
struct Url {
  std::string scheme;  // lower case
  std::string host;    // IPv6 addresses in brackets
  std::string port;    // never empty
  std::string path;    // begins with "/"
  std::string query;   // without "?", or empty
  std::string user;    // decoded, as the password
  std::string password;
};

// Takes a URL apart. Errors: usage.
Result<Url> parse_url(std::string_view text);

// The URL as it may be shown and asked: without user and password, and without the usual port.
std::string text_of(const Url& url);

// How to ask, and how long.
struct HttpOptions {
  std::vector<std::string> headers;     // "Name: value"
  std::string user, password;           // for basic authentication; those of the URL go first
  bool insecure = false;                // any certificate will do
  std::string http_proxy, https_proxy;  // URLs of proxies, empty: none. The environment is not read
  std::string no_proxy;  // hosts asked directly, as in NO_PROXY; this machine always is
  std::chrono::milliseconds connect_timeout{10'000};
  std::chrono::milliseconds timeout{60'000};  // for everything together
  std::size_t limit = std::size_t{1} << 30U;  // bytes of the document
};

// What came back.
struct HttpAnswer {
  int status = 0;            // 200
  std::string content_type;  // "text/html; charset=utf-8", or empty
  Growing body;
  bool complete = true;  // false: the connection broke before the end
};

// Asks for a document. Redirects are followed to the same scheme, host and port only, at most five.
// Errors: not_found (no such host), io (nobody listens, TLS, protocol, redirects elsewhere),
// interrupted (time-out), unsupported (larger than the limit), usage. Messages begin with the URL.
Result<HttpAnswer> fetch(const Url& url, const HttpOptions& options);

}  // namespace goknot::source
