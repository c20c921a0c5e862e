// SPDX-License-Identifier: Apache-2.0
#include "goknot/source/http_source.h"

#include "goknot/base/quantity.h"
#include "goknot/base/text.h"
#include "goknot/source/describe.h"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <charconv>
#include <chrono>
#include <ctime>
#include <optional>
#include <utility>

namespace goknot::source {

namespace {

constexpr std::string_view kPprof = "/debug/pprof";
constexpr std::size_t kShownColumns = 100;

// What stands before "goroutine?debug=1" in the paths of an endpoint; none if the URL is another.
std::optional<std::string> endpoint_of(const Url& url) {
  if (!url.query.empty()) return std::nullopt;
  std::string_view path = url.path;
  if (path == "/") return std::string(kPprof) + "/";
  if (path.ends_with('/')) path.remove_suffix(1);
  if (!path.ends_with(kPprof)) return std::nullopt;
  return std::string(path) + "/";
}

Url with_path(const Url& url, std::string path, std::string query) {
  Url other = url;
  other.path = std::move(path);
  other.query = std::move(query);
  return other;
}

// "goroutine profile: total 126" of the first line.
std::optional<std::uint64_t> parse_total(std::string_view text) {
  constexpr std::string_view kBefore = "goroutine profile: total ";
  if (!text.starts_with(kBefore)) return std::nullopt;
  text.remove_prefix(kBefore.size());
  std::uint64_t total = 0;
  const auto parsed = std::from_chars(text.data(), text.data() + text.size(), total);
  return parsed.ec == std::errc() ? std::optional(total) : std::nullopt;
}

// What an error page says, in one line: its title, or its first line.
std::string gist(std::string_view page) {
  const std::size_t title = page.find("<title>");
  if (title != std::string_view::npos) page.remove_prefix(title + 7);
  const std::string_view line = page.substr(0, page.find_first_of("\r\n<"));
  return shortened(visible(line.substr(0, 4 * kShownColumns)), kShownColumns);
}

// go1.26 net/http/server.go: conn.serve answers so when its listener expects TLS.
bool wants_tls(std::string_view page) {
  return page.starts_with("Client sent an HTTP request to an HTTPS server");
}

std::string hint_for_missing(const Url& url) {
  if (!url.path.contains(kPprof)) return {};
  return "the program must import _ \"net/http/pprof\" and serve it on this port; under another "
         "path: goknot " +
         text_of(with_path(url, "/PATH", {}));
}

// Why an answer with this status is none.
Error refused(const Url& url, const HttpAnswer& answer) {
  const std::string said = gist(answer.body.view());
  std::string message = fmt::format("{}: answers {}{}", text_of(url), answer.status,
                                    said.empty() ? "" : " (" + said + ")");
  if (wants_tls(said)) return {Kind::io, std::move(message), "try: the same with https://"};
  switch (answer.status) {
    case 401:
      return {Kind::denied, std::move(message), "try: --user NAME:PASSWORD, or --header"};
    case 403:
    case 407:
      return {Kind::denied, std::move(message), {}};
    case 404:
      return {Kind::not_found, std::move(message), hint_for_missing(url)};
    default:
      return {Kind::io, std::move(message), {}};
  }
}

// Asks for a document that is there.
Result<HttpAnswer> get(const Url& url, const HttpOptions& options) {
  HttpAnswer answer = TRY(fetch(url, options));
  if (answer.status != 200) return std::unexpected(refused(url, answer));
  return answer;
}

Received receive(const Url& url, HttpAnswer answer) {
  const std::string name = visible(text_of(url));
  Received received{.name = name, .bytes = Buffer(std::move(answer.body))};
  if (!answer.complete) {
    received.gaps.push_back({name, "the connection broke before the end", "what came after that"});
    received.complete = false;
  }
  return received;
}

std::string now() {
  const std::time_t seconds =
      std::chrono::system_clock::to_time_t(std::chrono::system_clock::now());
  return fmt::format("{:%Y-%m-%dT%H:%M:%SZ}", fmt::gmtime(seconds));
}

// The dialogue with one pprof endpoint.
class Endpoint {
 public:
  Endpoint(const Url& url, std::string folder, const HttpSourceOptions& options)
      : url_(url), folder_(std::move(folder)), options_(options) {}

  Result<Received> receive_profile() const;

 private:
  Url document(std::string_view profile, int debug) const {
    return with_path(url_, fmt::format("{}{}", folder_, profile), fmt::format("debug={}", debug));
  }
  Result<Received> receive_short(HttpAnswer goroutines, Gap why) const;
  Result<Received> receive_best(HttpAnswer goroutines, std::uint64_t total) const;
  Gap too_many(std::uint64_t total) const;

  const Url& url_;
  std::string folder_;
  const HttpSourceOptions& options_;
};

constexpr std::string_view name_of(Profile profile) {
  return profile == Profile::goroutine ? "goroutine" : "goroutineleak";
}

Gap Endpoint::too_many(std::uint64_t total) const {
  return {.where = visible(text_of(url_)),
          .what = fmt::format("asked for counts only (debug=1): printing {} one by one would stop "
                              "the program for a while; --full does",
                              counted(total, "goroutine")),
          .hides = "goroutine ids, arguments, and for how long they wait"};
}

// The profile that counts equal stacks.
Result<Received> Endpoint::receive_short(HttpAnswer goroutines, Gap why) const {
  const Url url = document(name_of(options_.profile), 1);
  if (options_.profile == Profile::goroutine_leak) goroutines = TRY(get(url, options_.http));
  Received received = receive(url, std::move(goroutines));
  received.gaps.push_back(std::move(why));
  return received;
}

// Every goroutine by itself if that does little harm.
Result<Received> Endpoint::receive_best(HttpAnswer goroutines, std::uint64_t total) const {
  if (total > options_.full_up_to && !options_.full) {
    return receive_short(std::move(goroutines), too_many(total));
  }
  const Url url = document(name_of(options_.profile), 2);
  auto all = get(url, options_.http);
  if (all) return receive(url, *std::move(all));
  if (options_.profile == Profile::goroutine_leak) return std::unexpected(std::move(all).error());
  return receive_short(std::move(goroutines),
                       {.where = visible(text_of(url)),
                        .what = "debug=2 could not be had: " + all.error().message,
                        .hides = "goroutine ids, arguments, and for how long they wait"});
}

Result<Received> Endpoint::receive_profile() const {
  const Url url = document("goroutine", 1);
  HttpAnswer goroutines = TRY(get(url, options_.http));
  const auto total = parse_total(goroutines.body.view());
  if (!total) {
    return std::unexpected(describe_unknown(goroutines.body.view()).with(visible(text_of(url))));
  }
  Received received = TRY(receive_best(std::move(goroutines), *total));
  received.declared_total = total;
  received.taken_at = now();
  return received;
}

}  // namespace

Result<Received> receive_url(std::string_view text, const HttpSourceOptions& options) {
  const Url url = TRY(parse_url(text));
  if (auto folder = endpoint_of(url)) {
    return Endpoint(url, *std::move(folder), options).receive_profile();
  }
  return receive(url, TRY(get(url, options.http)));
}

}  // namespace goknot::source
