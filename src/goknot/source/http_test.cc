// SPDX-License-Identifier: Apache-2.0
#include "goknot/source/http.h"

#include "tests/support/http_server.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <cstdlib>
#include <string>

namespace goknot::source {
namespace {

using namespace std::chrono_literals;
using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;
using testing_support::HttpServer;
using testing_support::Manner;
using testing_support::ok;
using testing_support::Reply;
using testing_support::reply;

HttpOptions quick() {
  HttpOptions options;
  options.timeout = 5s;
  return options;
}

Result<HttpAnswer> get(const std::string& url, const HttpOptions& options = quick()) {
  return fetch(*parse_url(url), options);
}

TEST(Url, IsTakenApart) {
  const auto url = parse_url("HTTP://me:p%40ss@Example.com:8080/debug/pprof/?debug=1");

  ASSERT_TRUE(url.has_value());
  EXPECT_EQ(url->scheme, "http");
  EXPECT_EQ(url->port, "8080");
  EXPECT_EQ(url->path, "/debug/pprof/");
  EXPECT_EQ(url->query, "debug=1");
  EXPECT_EQ(url->user, "me");
  EXPECT_EQ(url->password, "p@ss");
}

TEST(Url, IsShownWithoutPassword) {
  EXPECT_EQ(text_of(*parse_url("https://me:secret@host/_stack")), "https://host/_stack");
  EXPECT_EQ(text_of(*parse_url("http://host:6060")), "http://host:6060/");
  EXPECT_EQ(text_of(*parse_url("http://[::1]:6060/")), "http://[::1]:6060/");
}

TEST(Url, OtherSchemesAndNonsenseAreWrongQuestions) {
  for (const char* text : {"ftp://host/x", "http://", "http://host:port/", "http://a b/"}) {
    const auto url = parse_url(text);
    ASSERT_FALSE(url.has_value()) << text;
    EXPECT_EQ(url.error().kind, Kind::usage) << text;
  }
}

TEST(Http, GivesStatusTypeAndBody) {
  const HttpServer server([](const std::string&) {
    return reply("404 Not Found", "Content-Type: text/plain\r\n", "404 page not found\n");
  });

  const auto answer = get(server.url("/x"));

  ASSERT_TRUE(answer.has_value()) << answer.error().message;
  EXPECT_EQ(answer->status, 404);
  EXPECT_EQ(answer->content_type, "text/plain");
  EXPECT_EQ(answer->body.view(), "404 page not found\n");
  EXPECT_THAT(server.request_lines(), ElementsAre("GET /x HTTP/1.1"));
}

TEST(Http, ReadsChunkedBodies) {
  const HttpServer server([](const std::string&) -> Reply {
    return {
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
        "5\r\ngorou\r\n4\r\ntine\r\n0\r\n\r\n"};
  });

  const auto answer = get(server.url());

  ASSERT_TRUE(answer.has_value());
  EXPECT_EQ(answer->body.view(), "goroutine");
}

TEST(Http, ABodyThatBreaksOffIsKeptAndSaidToBeIncomplete) {
  const HttpServer server([](const std::string&) -> Reply {
    return {"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\ngoroutine 1"};
  });

  const auto answer = get(server.url());

  ASSERT_TRUE(answer.has_value()) << answer.error().message;
  EXPECT_FALSE(answer->complete);
  EXPECT_EQ(answer->body.view(), "goroutine 1");
}

TEST(Http, SendsHeadersAndBasicAuthentication) {
  const HttpServer server([](const std::string&) { return ok("fine"); });
  HttpOptions options = quick();
  options.headers = {"X-Scope: team-a"};
  options.user = "me";
  options.password = "secret";

  ASSERT_TRUE(get(server.url(), options).has_value());

  EXPECT_THAT(server.requests().at(0), AllOf(HasSubstr("X-Scope: team-a\r\n"),
                                             HasSubstr("Authorization: Basic bWU6c2VjcmV0\r\n"),
                                             HasSubstr("User-Agent: goknot/")));
}

TEST(Http, CredentialsOfTheUrlGoFirst) {
  const HttpServer server([](const std::string&) { return ok("fine"); });
  HttpOptions options = quick();
  options.user = "other";

  const std::string url = "http://me:secret@127.0.0.1:" + std::to_string(server.port());
  ASSERT_TRUE(get(url, options).has_value());

  EXPECT_THAT(server.requests().at(0), HasSubstr("Authorization: Basic bWU6c2VjcmV0\r\n"));
}

TEST(Http, AHeaderWithALineBreakIsAWrongQuestion) {
  HttpOptions options = quick();
  options.headers = {"A: b\r\nHost: evil"};

  const auto answer = get("http://127.0.0.1:1/", options);

  ASSERT_FALSE(answer.has_value());
  EXPECT_EQ(answer.error().kind, Kind::usage);
}

TEST(Http, FollowsRedirectsOnTheSameServer) {
  const HttpServer server([](const std::string& request) {
    if (request.starts_with("GET /old ")) return reply("302 Found", "Location: /new?a=1\r\n");
    return ok("here");
  });

  const auto answer = get(server.url("/old"));

  ASSERT_TRUE(answer.has_value()) << answer.error().message;
  EXPECT_EQ(answer->body.view(), "here");
  EXPECT_THAT(server.request_lines(), ElementsAre("GET /old HTTP/1.1", "GET /new?a=1 HTTP/1.1"));
}

TEST(Http, DoesNotFollowRedirectsToAnotherPortOrScheme) {
  const HttpServer other([](const std::string&) { return ok("stolen"); });
  const HttpServer server([&](const std::string& request) {
    const bool scheme = request.starts_with("GET /scheme");
    const std::string to = scheme ? "https://127.0.0.1/" : other.url("/x");
    return reply("307 Temporary Redirect", "Location: " + to + "\r\n");
  });

  for (const char* path : {"/scheme", "/port"}) {
    const auto answer = get(server.url(path));
    ASSERT_FALSE(answer.has_value());
    EXPECT_EQ(answer.error().kind, Kind::io);
    EXPECT_THAT(answer.error().message, HasSubstr("redirects to another server"));
  }
  EXPECT_THAT(other.requests(), IsEmpty());
}

TEST(Http, RedirectsInACircleEnd) {
  const HttpServer server(
      [](const std::string&) { return reply("301 Moved Permanently", "Location: /\r\n"); });

  const auto answer = get(server.url());

  ASSERT_FALSE(answer.has_value());
  EXPECT_THAT(answer.error().message, HasSubstr("redirects in a circle"));
  EXPECT_THAT(server.requests(), SizeIs(6));
}

class HttpTimeout : public testing::TestWithParam<Manner> {};

TEST_P(HttpTimeout, EndsAnAnswerThatDoesNot) {
  const HttpServer server([](const std::string&) -> Reply {
    const bool silent = GetParam() == Manner::silent;
    return {silent ? "" : "HTTP/1.1 200 OK\r\n\r\ngoroutine", GetParam()};
  });
  HttpOptions options = quick();
  options.timeout = 200ms;

  const auto answer = get(server.url(), options);

  ASSERT_FALSE(answer.has_value());
  EXPECT_EQ(answer.error().kind, Kind::interrupted);
  EXPECT_THAT(answer.error().message, HasSubstr("in time"));
}

INSTANTIATE_TEST_SUITE_P(Manners, HttpTimeout, testing::Values(Manner::drip, Manner::silent));

TEST(Http, AnEndlessBodyEndsAtTheLimit) {
  const HttpServer server(
      [](const std::string&) -> Reply { return {"HTTP/1.1 200 OK\r\n\r\n", Manner::endless}; });
  HttpOptions options = quick();
  options.limit = std::size_t{1} << 20U;

  const auto answer = get(server.url(), options);

  ASSERT_FALSE(answer.has_value());
  EXPECT_EQ(answer.error().kind, Kind::unsupported);
  EXPECT_THAT(answer.error().message, HasSubstr("larger than 1.0 MB"));
}

TEST(Http, NobodyListeningIsSaid) {
  std::string gone;
  {
    gone = HttpServer([](const std::string&) { return ok(""); }).url();
  }

  const auto answer = get(gone);

  ASSERT_FALSE(answer.has_value());
  EXPECT_EQ(answer.error().kind, Kind::io);
  EXPECT_EQ(answer.error().message, gone + "/: nobody answers there (Connection refused)");
}

TEST(Http, ErrorsDoNotShowThePassword) {
  const auto answer = get("http://me:secret@127.0.0.1:1/");

  ASSERT_FALSE(answer.has_value());
  EXPECT_THAT(answer.error().message, Not(HasSubstr("secret")));
}

TEST(Http, AnUnknownHostIsNotFound) {
  const auto answer = get("http://no-such-host.invalid/");

  ASSERT_FALSE(answer.has_value());
  EXPECT_EQ(answer.error().kind, Kind::not_found);
}

TEST(Http, AServerWithoutTlsIsSaidToHaveNone) {
  const HttpServer server([](const std::string&) { return ok(""); });

  const auto answer = get("https://127.0.0.1:" + std::to_string(server.port()) + "/");

  ASSERT_FALSE(answer.has_value());
  EXPECT_EQ(answer.error().hint, "try: the same with http://");
}

TEST(Http, WhatDoesNotSpeakHttpIsSaid) {
  const HttpServer server([](const std::string&) -> Reply { return {"SSH-2.0-OpenSSH\r\n"}; });

  const auto answer = get(server.url());

  ASSERT_FALSE(answer.has_value());
  EXPECT_THAT(answer.error().message, HasSubstr("does not speak HTTP"));
}

TEST(Http, AProxyIsAskedUnlessTheHostIsExcepted) {
  const HttpServer proxy([](const std::string&) { return ok("from the proxy"); });
  HttpOptions options = quick();
  options.http_proxy = proxy.url();

  const auto through = get("http://pprof.invalid/x", options);
  options.no_proxy = "other,.invalid";
  const auto direct = get("http://pprof.invalid/x", options);

  ASSERT_TRUE(through.has_value()) << through.error().message;
  EXPECT_EQ(through->body.view(), "from the proxy");
  EXPECT_FALSE(direct.has_value());
  EXPECT_THAT(proxy.request_lines(), ElementsAre("GET http://pprof.invalid/x HTTP/1.1"));
}

TEST(Http, TheProxyOfTheEnvironmentIsNotAsked) {
  const HttpServer proxy([](const std::string&) { return ok("from the proxy"); });
  setenv("http_proxy", proxy.url().c_str(), 1);

  const auto answer = get("http://pprof.invalid/x");

  unsetenv("http_proxy");
  EXPECT_FALSE(answer.has_value());
  EXPECT_THAT(proxy.requests(), IsEmpty());
}

TEST(Http, ThisMachineIsNeverAskedThroughAProxy) {
  const HttpServer server([](const std::string&) { return ok("direct"); });
  HttpOptions options = quick();
  options.http_proxy = "http://127.0.0.1:1";

  const auto answer = get(server.url(), options);

  ASSERT_TRUE(answer.has_value());
  EXPECT_EQ(answer->body.view(), "direct");
}

}  // namespace
}  // namespace goknot::source
