// SPDX-License-Identifier: Apache-2.0
#include "goknot/source/http.h"

#include "goknot/base/quantity.h"
#include "goknot/base/text.h"
#include "goknot/base/version.h"

#include <curl/curl.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <memory>
#include <new>
#include <system_error>
#include <utility>

namespace goknot::source {

namespace {

using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;

constexpr int kRedirects = 5;
// A proxy elsewhere would ask itself: the program that is meant runs here.
constexpr const char* kThisMachine = "localhost,127.0.0.1,::1";

struct FreeUrl {
  void operator()(CURLU* url) const { curl_url_cleanup(url); }
};
struct FreeEasy {
  void operator()(CURL* easy) const { curl_easy_cleanup(easy); }
};
struct FreeList {
  void operator()(curl_slist* list) const { curl_slist_free_all(list); }
};

std::string part_of(CURLU* url, CURLUPart part, unsigned flags) {
  char* text = nullptr;
  if (curl_url_get(url, part, &text, flags) != CURLUE_OK) return {};
  std::string copy(text);
  curl_free(text);
  return copy;
}

bool same_server(const Url& a, const Url& b) {
  return a.scheme == b.scheme && a.port == b.port &&
         std::ranges::equal(a.host, b.host, [](char x, char y) {
           return std::tolower(static_cast<unsigned char>(x)) ==
                  std::tolower(static_cast<unsigned char>(y));
         });
}

// A document as it arrives.
struct Arriving {
  Growing body;
  std::size_t limit = 0;
  bool too_large = false;
};

// libcurl's write callback: anything but the size given stops the transfer.
std::size_t arrive(const char* bytes, std::size_t one, std::size_t count, void* to) {
  auto& arriving = *static_cast<Arriving*>(to);
  const std::size_t size = one * count;
  if (size > arriving.limit - arriving.body.size()) {
    arriving.too_large = true;
    return 0;
  }
  try {
    arriving.body.append({bytes, size});
  } catch (const std::bad_alloc&) {  // must not pass through the frames of a C library
    arriving.too_large = true;
    return 0;
  }
  return size;
}

// One question to one server, without following redirects.
class Question {
 public:
  Question(const Url& url, const HttpOptions& options) : url_(url), options_(options) {}

  Result<HttpAnswer> ask(milliseconds time);
  // Where the server says the document is.
  std::string redirect() const;

 private:
  Result<Unit> prepare(milliseconds time);
  Result<Unit> add_headers();
  void set_access();
  void set_proxy();
  HttpAnswer take_answer();
  std::unexpected<Error> explain(CURLcode code) const;
  std::string detail() const;
  std::unexpected<Error> explain_timeout() const;
  template <typename T>
  void set(CURLoption option, T value) {
    curl_easy_setopt(easy_.get(), option, value);
  }

  const Url& url_;
  const HttpOptions& options_;
  std::unique_ptr<CURL, FreeEasy> easy_{curl_easy_init()};
  std::unique_ptr<curl_slist, FreeList> headers_;
  std::array<char, CURL_ERROR_SIZE> complaint_{};
  Arriving arriving_;
};

Result<Unit> Question::add_headers() {
  for (const std::string& header : options_.headers) {
    if (header.find_first_of("\r\n") != std::string::npos || !header.contains(':')) {
      return fail(Kind::usage, visible(header) + ": not a header", "it looks like \"Name: value\"");
    }
    curl_slist* longer = curl_slist_append(headers_.get(), header.c_str());
    if (longer == nullptr) throw std::bad_alloc();
    static_cast<void>(headers_.release());
    headers_.reset(longer);
  }
  set(CURLOPT_HTTPHEADER, headers_.get());
  return Unit{};
}

void Question::set_access() {
  const bool own = !url_.user.empty() || !url_.password.empty();
  const std::string& user = own ? url_.user : options_.user;
  const std::string& password = own ? url_.password : options_.password;
  if (!user.empty() || !password.empty()) {
    set(CURLOPT_HTTPAUTH, CURLAUTH_BASIC);
    set(CURLOPT_USERNAME, user.c_str());
    set(CURLOPT_PASSWORD, password.c_str());
  }
  if (options_.insecure) {
    set(CURLOPT_SSL_VERIFYPEER, 0L);
    set(CURLOPT_SSL_VERIFYHOST, 0L);
  }
}

void Question::set_proxy() {
  // Set in any case, else libcurl looks into the environment.
  set(CURLOPT_PROXY, (url_.scheme == "https" ? options_.https_proxy : options_.http_proxy).c_str());
  const std::string direct = options_.no_proxy == "*"    ? "*"
                             : options_.no_proxy.empty() ? kThisMachine
                                                         : options_.no_proxy + "," + kThisMachine;
  set(CURLOPT_NOPROXY, direct.c_str());
}

Result<Unit> Question::prepare(milliseconds time) {
  if (!easy_) throw std::bad_alloc();
  arriving_.limit = options_.limit;
  const std::string agent = "goknot/" + std::string(version());
  set(CURLOPT_URL, text_of(url_).c_str());
  set(CURLOPT_PROTOCOLS_STR, "http,https");
  set(CURLOPT_FOLLOWLOCATION, 0L);
  // Else libcurl times the look-up of a name with SIGALRM, which a program with threads cannot
  // have.
  set(CURLOPT_NOSIGNAL, 1L);
  // What the user typed is what is asked for, "/a/../b" too.
  set(CURLOPT_PATH_AS_IS, 1L);
  set(CURLOPT_USERAGENT, agent.c_str());
  set(CURLOPT_ERRORBUFFER, complaint_.data());
  set(CURLOPT_CONNECTTIMEOUT_MS,
      static_cast<long>(std::min(options_.connect_timeout, time).count()));
  set(CURLOPT_TIMEOUT_MS, static_cast<long>(time.count()));
  set(CURLOPT_WRITEFUNCTION, &arrive);
  set(CURLOPT_WRITEDATA, static_cast<void*>(&arriving_));
  set_access();
  set_proxy();
  return add_headers();
}

Result<HttpAnswer> Question::ask(milliseconds time) {
  TRY(prepare(time));
  const CURLcode code = curl_easy_perform(easy_.get());
  if (code == CURLE_OK) return take_answer();
  // A program may end, or be ended, while it prints its goroutines. What came until then is worth
  // more than an error.
  const bool broke = code == CURLE_PARTIAL_FILE || code == CURLE_RECV_ERROR;
  if (!broke || arriving_.body.size() == 0) return explain(code);
  HttpAnswer answer = take_answer();
  answer.complete = false;
  return answer;
}

HttpAnswer Question::take_answer() {
  long status = 0;
  const char* type = nullptr;
  curl_easy_getinfo(easy_.get(), CURLINFO_RESPONSE_CODE, &status);
  curl_easy_getinfo(easy_.get(), CURLINFO_CONTENT_TYPE, &type);
  arriving_.body.trim();
  return {.status = static_cast<int>(status),
          .content_type = type == nullptr ? std::string() : std::string(type),
          .body = std::move(arriving_.body)};
}

std::string Question::redirect() const {
  const char* where = nullptr;
  curl_easy_getinfo(easy_.get(), CURLINFO_REDIRECT_URL, &where);
  return where == nullptr ? std::string() : std::string(where);
}

std::unexpected<Error> Question::explain_timeout() const {
  curl_off_t connected = 0;
  curl_easy_getinfo(easy_.get(), CURLINFO_PRETRANSFER_TIME_T, &connected);
  const std::string name = text_of(url_);
  const std::string hint = "try: a longer --timeout";
  const std::size_t came = arriving_.body.size();
  if (connected == 0) return fail(Kind::interrupted, name + ": no connection in time", hint);
  if (came == 0) return fail(Kind::interrupted, name + ": no answer in time", hint);
  return fail(Kind::interrupted,
              fmt::format("{}: the answer did not end in time ({} came)", name, spoken_bytes(came)),
              hint);
}

std::string Question::detail() const {
  long system = 0;
  curl_easy_getinfo(easy_.get(), CURLINFO_OS_ERRNO, &system);
  if (system != 0) return std::generic_category().message(static_cast<int>(system));
  return visible(complaint_.data());
}

std::unexpected<Error> Question::explain(CURLcode code) const {
  const std::string name = text_of(url_);
  const auto io = [&](std::string_view what, std::string hint) {
    const std::string more = detail();
    return fail(Kind::io,
                fmt::format("{}: {}{}", name, what, more.empty() ? "" : " (" + more + ")"),
                std::move(hint));
  };
  switch (code) {
    case CURLE_COULDNT_RESOLVE_HOST:
      return fail(Kind::not_found, name + ": no such host");
    case CURLE_COULDNT_RESOLVE_PROXY:
      return fail(Kind::not_found, name + ": the proxy is no such host");
    case CURLE_COULDNT_CONNECT:
      return io("nobody answers there", "does the program run, and listen on this port?");
    case CURLE_OPERATION_TIMEDOUT:
      return explain_timeout();
    case CURLE_PEER_FAILED_VERIFICATION:
      return io("its certificate is not trusted",
                "try: --insecure, if you trust the way to this host");
    case CURLE_SSL_CONNECT_ERROR:
      return io("no TLS there", "try: the same with http://");
    case CURLE_GOT_NOTHING:
      return io("the connection was closed without an answer",
                url_.scheme == "http" ? "try: the same with https://" : "");
    case CURLE_UNSUPPORTED_PROTOCOL:
    case CURLE_WEIRD_SERVER_REPLY:
      return io("what answers there does not speak HTTP", "is it the port of net/http/pprof?");
    case CURLE_WRITE_ERROR:
      return fail(Kind::unsupported, fmt::format("{}: larger than {}, the most that is read", name,
                                                 spoken_bytes(options_.limit)));
    default:
      return io("the connection broke", {});
  }
}

bool has_usual_port(const Url& url) { return url.port == (url.scheme == "https" ? "443" : "80"); }

bool is_redirect(int status) { return status >= 300 && status < 400 && status != 304; }

// Where an answer sends us, if we go there.
// Name and password go along. A dump from another server would be shown as one of this server, too.
Result<Url> follow(const Url& from, const std::string& where) {
  Url to = TRY(parse_url(where));
  if (!same_server(from, to)) {
    return fail(Kind::io, text_of(from) + ": redirects to another server: " + visible(text_of(to)),
                "try: goknot " + visible(text_of(to)) + ", if you trust it");
  }
  to.user = from.user;
  to.password = from.password;
  return to;
}

}  // namespace

Result<Url> parse_url(std::string_view text) {
  const std::unique_ptr<CURLU, FreeUrl> parsed(curl_url());
  if (!parsed) throw std::bad_alloc();
  const std::string whole(text);
  if (curl_url_set(parsed.get(), CURLUPART_URL, whole.c_str(), CURLU_URLENCODE) != CURLUE_OK) {
    return fail(Kind::usage, "not a URL that is understood", "it looks like http://HOST:PORT");
  }
  Url url{.scheme = part_of(parsed.get(), CURLUPART_SCHEME, 0),
          .host = part_of(parsed.get(), CURLUPART_HOST, 0),
          .port = part_of(parsed.get(), CURLUPART_PORT, CURLU_DEFAULT_PORT),
          .path = part_of(parsed.get(), CURLUPART_PATH, 0),
          .query = part_of(parsed.get(), CURLUPART_QUERY, 0),
          .user = part_of(parsed.get(), CURLUPART_USER, CURLU_URLDECODE),
          .password = part_of(parsed.get(), CURLUPART_PASSWORD, CURLU_URLDECODE)};
  if (url.scheme == "http" || url.scheme == "https") return url;
  return fail(Kind::usage, url.scheme + ":// is not read", "http:// and https:// are");
}

std::string text_of(const Url& url) {
  return fmt::format("{}://{}{}{}{}{}{}", url.scheme, url.host, has_usual_port(url) ? "" : ":",
                     has_usual_port(url) ? "" : url.port, url.path, url.query.empty() ? "" : "?",
                     url.query);
}

Result<HttpAnswer> fetch(const Url& url, const HttpOptions& options) {
  const Clock::time_point end = Clock::now() + options.timeout;
  Url here = url;
  for (int i = 0; i <= kRedirects; ++i) {
    const auto left = std::chrono::duration_cast<milliseconds>(end - Clock::now());
    Question question(here, options);
    // libcurl takes 0 for "as long as it likes".
    HttpAnswer answer = TRY(question.ask(std::max(left, milliseconds(1))));
    const std::string where = question.redirect();
    if (!is_redirect(answer.status) || where.empty()) return answer;
    here = TRY(follow(here, where));
  }
  return fail(Kind::io, text_of(url) + ": redirects in a circle");
}

}  // namespace goknot::source
