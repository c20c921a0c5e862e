// SPDX-License-Identifier: Apache-2.0
#include "goknot/source/http_source.h"

#include "tests/support/http_server.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <string>

namespace goknot::source {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;
using testing_support::HttpServer;
using testing_support::ok;
using testing_support::Reply;
using testing_support::reply;

constexpr const char* kDump = "goroutine 1 [select (no cases)]:\nmain.main()\n\t/a/m.go:3\n";

HttpSourceOptions quick() {
  HttpSourceOptions options;
  options.http.timeout = 5s;
  return options;
}

// A program with so many goroutines that serves net/http/pprof.
HttpServer::Handler program_with(int goroutines) {
  return [goroutines](const std::string& request) {
    if (request.contains("?debug=2 ")) return ok(kDump);
    const std::string total = std::to_string(goroutines);
    if (request.starts_with("GET /debug/pprof/goroutineleak?debug=1 ")) {
      return ok("goroutineleak profile: total 3\n");
    }
    if (request.starts_with("GET /debug/pprof/goroutine?debug=1 ")) {
      return ok("goroutine profile: total " + total + "\n" + total + " @ 0x1\n");
    }
    return reply("404 Not Found", {}, "404 page not found\n");
  };
}

TEST(HttpSource, AHostIsAskedForCountsFirstAndThenForEverything) {
  const HttpServer server(program_with(10'000));

  const auto received = receive_url(server.url(), quick());

  ASSERT_TRUE(received.has_value()) << received.error().message;
  EXPECT_EQ(received->bytes.view(), kDump);
  EXPECT_EQ(received->declared_total, 10'000U);
  EXPECT_THAT(received->taken_at, testing::MatchesRegex("20..-..-..T..:..:..Z"));
  EXPECT_THAT(received->gaps, IsEmpty());
  EXPECT_THAT(server.request_lines(), ElementsAre("GET /debug/pprof/goroutine?debug=1 HTTP/1.1",
                                                  "GET /debug/pprof/goroutine?debug=2 HTTP/1.1"));
}

TEST(HttpSource, AProgramWithManyGoroutinesIsAskedForCountsOnlyAndAGapSaysSo) {
  const HttpServer server(program_with(10'001));

  const auto received = receive_url(server.url("/debug/pprof/"), quick());

  ASSERT_TRUE(received.has_value());
  EXPECT_TRUE(received->bytes.view().starts_with("goroutine profile: total 10001"));
  ASSERT_THAT(received->gaps, SizeIs(1));
  EXPECT_THAT(received->gaps[0].what, HasSubstr("10,001 goroutines"));
  EXPECT_TRUE(received->complete);
  EXPECT_THAT(server.requests(), SizeIs(1));
}

TEST(HttpSource, FullAsksForEverythingHoweverManyThereAre) {
  const HttpServer server(program_with(2'000'000));
  HttpSourceOptions options = quick();
  options.full = true;

  const auto received = receive_url(server.url("/debug/pprof"), options);

  ASSERT_TRUE(received.has_value());
  EXPECT_EQ(received->bytes.view(), kDump);
}

TEST(HttpSource, TheLeakProfileIsAskedOnRequestOnly) {
  const HttpServer server(program_with(20'000));
  HttpSourceOptions options = quick();
  options.profile = Profile::goroutine_leak;

  const auto received = receive_url(server.url(), options);

  ASSERT_TRUE(received.has_value());
  EXPECT_EQ(received->bytes.view(), "goroutineleak profile: total 3\n");
  EXPECT_THAT(server.request_lines(),
              ElementsAre("GET /debug/pprof/goroutine?debug=1 HTTP/1.1",
                          "GET /debug/pprof/goroutineleak?debug=1 HTTP/1.1"));
}

TEST(HttpSource, IfEverythingIsRefusedTheCountsStand) {
  const HttpServer server([](const std::string& request) {
    if (request.contains("debug=2")) return reply("504 Gateway Timeout");
    return ok("goroutine profile: total 5\n");
  });

  const auto received = receive_url(server.url(), quick());

  ASSERT_TRUE(received.has_value());
  EXPECT_EQ(received->bytes.view(), "goroutine profile: total 5\n");
  ASSERT_THAT(received->gaps, SizeIs(1));
  EXPECT_THAT(received->gaps[0].what, HasSubstr("answers 504"));
}

TEST(HttpSource, APrefixBeforeTheEndpointIsKept) {
  const HttpServer server([](const std::string&) { return ok("goroutine profile: total 1\n"); });

  ASSERT_TRUE(receive_url(server.url("/api/debug/pprof/"), quick()).has_value());

  EXPECT_EQ(server.request_lines().at(0), "GET /api/debug/pprof/goroutine?debug=1 HTTP/1.1");
}

TEST(HttpSource, AnyOtherPathIsReadAsItIs) {
  const HttpServer server([](const std::string&) { return ok(kDump); });

  for (const char* path : {"/_stack", "/debug/pprof/goroutine?debug=2", "/?stacks=all"}) {
    const auto received = receive_url(server.url(path), quick());
    ASSERT_TRUE(received.has_value());
    EXPECT_EQ(received->bytes.view(), kDump);
    EXPECT_EQ(received->taken_at, "");
    EXPECT_EQ(server.request_lines().back(), "GET " + std::string(path) + " HTTP/1.1");
  }
}

TEST(HttpSource, AnAnswerThatBreaksOffIsIncomplete) {
  const HttpServer server([](const std::string&) -> Reply {
    return {"HTTP/1.1 200 OK\r\nContent-Length: 9999\r\n\r\ngoroutine 1"};
  });

  const auto received = receive_url(server.url("/_stack"), quick());

  ASSERT_TRUE(received.has_value());
  EXPECT_FALSE(received->complete);
  EXPECT_THAT(received->gaps, SizeIs(1));
}

TEST(HttpSource, NamesDoNotShowThePassword) {
  const HttpServer server([](const std::string&) { return ok(kDump); });

  const auto received = receive_url(
      "http://me:secret@127.0.0.1:" + std::to_string(server.port()) + "/_stack", quick());

  ASSERT_TRUE(received.has_value());
  EXPECT_EQ(received->name, server.url("/_stack"));
}

struct Refusal {
  const char* status;
  const char* body;
  Kind kind;
  const char* message;
  const char* hint;
};

class HttpRefusal : public testing::TestWithParam<Refusal> {};

TEST_P(HttpRefusal, IsExplained) {
  const Refusal& refusal = GetParam();
  const HttpServer server(
      [&](const std::string&) { return reply(refusal.status, {}, refusal.body); });

  const auto received = receive_url(server.url(), quick());

  ASSERT_FALSE(received.has_value());
  EXPECT_EQ(received.error().kind, refusal.kind);
  EXPECT_THAT(received.error().message, HasSubstr(refusal.message));
  EXPECT_THAT(received.error().hint, HasSubstr(refusal.hint));
}

INSTANTIATE_TEST_SUITE_P(
    Statuses, HttpRefusal,
    testing::Values(Refusal{"401 Unauthorized", "", Kind::denied, "answers 401", "--user"},
                    Refusal{"403 Forbidden", "no\x1b[2J", Kind::denied, "answers 403 (no\\x1b[2J)",
                            ""},
                    Refusal{"404 Not Found", "404 page not found\n", Kind::not_found,
                            "answers 404 (404 page not found)", "import _ \"net/http/pprof\""},
                    Refusal{"400 Bad Request", "Client sent an HTTP request to an HTTPS server.\n",
                            Kind::io, "answers 400", "https://"},
                    Refusal{"502 Bad Gateway", "<html><head><title>502 Bad Gateway</title>",
                            Kind::io, "answers 502 (502 Bad Gateway)", ""},
                    Refusal{"200 OK", "<!DOCTYPE html><title>Log in</title>", Kind::unsupported,
                            "HTML page", ""}));

}  // namespace
}  // namespace goknot::source
