// SPDX-License-Identifier: Apache-2.0
#include "goknot/analysis/shapes.h"

#include "goknot/embedded.h"

#include <gtest/gtest.h>

#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace goknot::analysis {
namespace {

using Stack = std::vector<std::string_view>;

Shapes parsed(std::string_view table) {
  Result<Shapes> shapes = Shapes::parse(table);
  EXPECT_TRUE(shapes.has_value()) << shapes.error().message;
  return shapes ? *std::move(shapes) : Shapes();
}

const Shapes& embedded() {
  static const Shapes shapes = parsed(embedded::shapes_txt);
  return shapes;
}

std::string_view id(const LibraryShape* shape) { return shape == nullptr ? "" : shape->id; }

// The row for a stack in the table that the program carries.
std::string_view known(const Stack& stack, std::string_view status = {},
                       std::string_view created_by = {}) {
  return id(embedded().match(stack, status, created_by));
}

TEST(Shapes, AKeepAliveConnectionOfTheHttpServerIsIdle) {
  const Stack stack = {"internal/poll.runtime_pollWait", "internal/poll.(*pollDesc).wait",
                       "internal/poll.(*FD).Read",       "net.(*conn).Read",
                       "net/http.(*connReader).Read",    "bufio.(*Reader).fill",
                       "bufio.(*Reader).Peek",           "net/http.(*conn).serve"};

  const LibraryShape* shape = embedded().match(stack, "IO wait", "net/http.(*Server).Serve");

  ASSERT_NE(shape, nullptr);
  EXPECT_EQ(shape->id, "http-server-idle");
  EXPECT_EQ(shape->kind, ShapeClass::idle);
}

TEST(Shapes, TheStateTellsAnUnclosedBodyFromAnIdleConnection) {
  const Stack body = {"net/http.(*persistConn).readLoop"};
  const Stack idle = {"net.(*conn).Read", "bufio.(*Reader).Peek",
                      "net/http.(*persistConn).readLoop"};

  EXPECT_EQ(known(body, "select"), "http-client-body");
  EXPECT_EQ(known(idle, "IO wait"), "http-client-idle-read");
}

TEST(Shapes, ARunningGoroutineFitsNoWait) {
  EXPECT_EQ(known({"net/http.(*persistConn).readLoop"}, "running"), "");
}

TEST(Shapes, FramesTellTheStateThatAProfileDoesNot) {
  EXPECT_EQ(known({"runtime.gopark", "runtime.selectgo", "net/http.(*persistConn).readLoop"}),
            "http-client-body");
}

TEST(Shapes, SemacquireIsEveryLockOfOldReleases) {
  const Stack stack = {"sync.runtime_Semacquire", "sync.(*WaitGroup).Wait", "main.run"};

  EXPECT_EQ(known(stack, "semacquire"), "sync-wg");
  EXPECT_EQ(known(stack, "sync.WaitGroup.Wait"), "sync-wg");
}

TEST(Shapes, TheMachineryOfWaitingNeedNotBeNamed) {
  const Stack stack = {"runtime.gopark",
                       "internal/sync.runtime_SemacquireMutex",
                       "internal/sync.(*Mutex).lockSlow",
                       "internal/sync.(*Mutex).Lock",
                       "sync.(*Mutex).Lock",
                       "go.etcd.io/bbolt.(*DB).beginRWTx",
                       "go.etcd.io/bbolt.(*DB).Begin"};

  EXPECT_EQ(known(stack, "sync.Mutex.Lock"), "bbolt-writer-wait");
}

TEST(Shapes, ClosuresWrappersAndTypeArgumentsAreTheFunctionTheyBelongTo) {
  EXPECT_EQ(
      known({"github.com/dgraph-io/ristretto/v2.(*Cache[...]).processItems.gowrap1"}, "select"),
      "ristretto-cache");
  EXPECT_EQ(known({"github.com/allegro/bigcache/v3.newBigCache.func1"}, "select"),
            "bigcache-clean");
}

TEST(Shapes, AnInlinedClosureIsFoundByItsTail) {
  EXPECT_EQ(
      known({"k8s.io/apimachinery/pkg/util/wait.PollImmediateUntil.poller.func1.1"}, "select"),
      "k8s-wait-poller");
}

TEST(Shapes, EscapedDotsOfAPathAreDots) {
  EXPECT_EQ(known({"gopkg.in/natefinch/lumberjack%2ev2.(*Logger).millRun"}, "chan receive"),
            "lumberjack-mill");
}

TEST(Shapes, ForksVendoredCopiesAndOtherMajorVersionsAreTheSameLibrary) {
  for (const std::string_view home :
       {"github.com/IBM", "github.com/Shopify", "example.com/app/vendor/github.com/IBM",
        "app/Godeps/_workspace/src/github.com/Shopify"}) {
    const std::string package = std::string(home) + "/sarama";
    const std::string loop = package + ".(*client).backgroundMetadataUpdater";
    const std::string outer = package + ".withRecover";
    EXPECT_EQ(known({loop, outer}, "select"), "sarama-meta") << package;
  }
  EXPECT_EQ(known({"k8s.io/klog.(*loggingT).flushDaemon"}, "chan receive"), "klog-flush");
}

TEST(Shapes, AStandardPackageIsNotFoundAtTheEndOfAnotherPath) {
  EXPECT_EQ(known({"example.com/x/sync.(*Mutex).Lock"}, "sync.Mutex.Lock"), "");
}

TEST(Shapes, Http2IsTheSameInAllItsHomes) {
  for (const std::string_view function :
       {"net/http.(*http2serverConn).serve", "net/http/internal/http2.(*serverConn).serve",
        "golang.org/x/net/http2.(*serverConn).serve",
        "vendor/golang.org/x/net/http2.(*serverConn).serve"}) {
    EXPECT_EQ(known({function, "net/http.(*conn).serve"}, "select"), "h2-server") << function;
  }
}

TEST(Shapes, OlderPackagesHaveAliases) {
  EXPECT_EQ(
      known({"time.Sleep", "github.com/boltdb/bolt.flock", "github.com/boltdb/bolt.Open"}, "sleep"),
      "bbolt-flock");
}

TEST(Shapes, AnInlinedInnermostFunctionMayBeMissingIfTheStateIsTold) {
  const Stack stack = {"sync.runtime_notifyListWait",
                       "github.com/nats-io/nats%2ego.(*Conn).waitForMsgs"};

  EXPECT_EQ(known(stack, "sync.Cond.Wait"), "nats-sub");
}

TEST(Shapes, TheCreatorDecidesBetweenEqualPatterns) {
  const Stack stack = {"google.golang.org/grpc/internal/transport.(*controlBuffer).get",
                       "google.golang.org/grpc/internal/transport.(*loopyWriter).run"};

  EXPECT_EQ(known(stack, "select", "google.golang.org/grpc/internal/transport.newHTTP2Client"),
            "grpc-client-loopy");
  EXPECT_EQ(known(stack, "select", "google.golang.org/grpc/internal/transport.NewServerTransport"),
            "grpc-server-loopy");
}

TEST(Shapes, TheOutermostFunctionStandsInForACreatorThatIsNotTold) {
  const Stack stack = {"runtime.selectgo",
                       "google.golang.org/grpc/internal/transport.(*controlBuffer).get",
                       "google.golang.org/grpc/internal/transport.(*loopyWriter).run",
                       "google.golang.org/grpc/internal/transport.NewServerTransport.func2"};

  EXPECT_EQ(known(stack), "grpc-server-loopy");
}

TEST(Shapes, AnEqualsSignMakesTheCreatorACondition) {
  EXPECT_EQ(known({"main.tick"}, "IO wait", "time.goFunc"), "time-afterfunc");
  EXPECT_EQ(known({"main.tick"}, "IO wait", "main.main"), "");
}

TEST(Shapes, ALibraryWinsOverTheStandardLibraryItWaitsIn) {
  const Stack stack = {"net/http.(*persistConn).roundTrip", "net/http.(*Transport).roundTrip",
                       "github.com/hashicorp/consul/api.(*Lock).monitorLock"};

  EXPECT_EQ(known(stack, "select"), "consul-lock");
}

TEST(Shapes, WhatAGoroutineWaitsInWinsOverWhoCalledIt) {
  const Stack stack = {"database/sql.(*DB).conn", "main.handle", "net/http.serverHandler.ServeHTTP",
                       "net/http.(*conn).serve"};

  EXPECT_EQ(known(stack, "select"), "sql-conn-wait");
  EXPECT_EQ(id(embedded().within(stack, {})), "http-server-handler");
}

TEST(Shapes, ABasicWaitIsTheLastThingToSay) {
  EXPECT_EQ(known({"sync.(*Mutex).Lock", "main.f"}, "sync.Mutex.Lock"), "sync-mutex");
  EXPECT_EQ(known({"sync.(*Mutex).Lock", "main.f", "testing.tRunner"}, "sync.Mutex.Lock"),
            "test-body");
}

TEST(Shapes, AWriterIsNeverIdle) {
  const Stack stack = {"internal/poll.(*FD).Write", "net.(*conn).Write",
                       "github.com/nats-io/nats-server/v2/server.(*client).flushOutbound",
                       "github.com/nats-io/nats-server/v2/server.(*client).readLoop"};

  EXPECT_EQ(known(stack, "IO wait"), "net-conn-write");
}

TEST(Shapes, EmptyAndStrangeStacksAreUnknown) {
  EXPECT_EQ(known({}, "select"), "");
  EXPECT_EQ(known({"", ".", "(*", "a.(*b", "h2:"}, "select", "..."), "");
}

TEST(Shapes, BothEndsOfAnEndlessStackAreSeen) {
  Stack stack(100'000, "main.recurse");
  stack.insert(stack.begin(), "database/sql.(*DB).conn");
  stack.push_back("testing.tRunner");

  EXPECT_EQ(known(stack, "select"), "sql-conn-wait");
  EXPECT_EQ(id(embedded().within(stack, {})), "test-body");
}

// A stack that shows the row's own pattern: the first of all alternatives, a stranger in each gap.
Stack example(const LibraryShape& shape) {
  Stack stack;
  std::string_view rest = shape.pattern;
  while (!rest.empty()) {
    const std::size_t end = rest.find(" < ");
    const std::string_view step = rest.substr(0, end);
    stack.push_back(step == ".." ? "example.com/stranger.Call" : step.substr(0, step.find(" / ")));
    rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 3);
  }
  return stack;
}

TEST(Shapes, EveryRowOfTheTableFitsItsOwnPattern) {
  for (const LibraryShape* shape : embedded().all()) {
    const std::string_view states = shape->states == "any" ? "running" : shape->states;
    std::string_view creator = shape->created_by.substr(0, shape->created_by.find(" / "));
    if (creator.starts_with('=')) creator.remove_prefix(1);

    EXPECT_EQ(known(example(*shape), states.substr(0, states.find(',')), creator), shape->id);
  }
}

TEST(Shapes, EveryRowOfTheTableHasAnIdOfItsOwnAndAPurpose) {
  std::set<std::string_view> ids;
  for (const LibraryShape* shape : embedded().all()) {
    EXPECT_TRUE(ids.insert(shape->id).second) << shape->id;
    EXPECT_GE(shape->purpose.size(), 5U) << shape->id;
    EXPECT_LE(shape->purpose.size(), 80U) << shape->id;
  }
  EXPECT_GE(ids.size(), 450U);
}

TEST(Shapes, WhatLeakDetectorsIgnoreIsMarked) {
  const LibraryShape* shape =
      embedded().match(Stack{"os/signal.signal_recv", "os/signal.loop"}, "syscall", {});

  ASSERT_NE(shape, nullptr);
  EXPECT_TRUE(shape->ignored_by_leak_detectors);
}

TEST(Shapes, ABadLineOfATableIsNamed) {
  const auto message = [](std::string_view table) {
    const Result<Shapes> shapes = Shapes::parse(table);
    return shapes ? std::string() : shapes.error().message;
  };

  EXPECT_EQ(message("# none\na | idle | select | x.f\n"),
            "table of shapes: line 2: 4 fields, wanted 7 to 9");
  EXPECT_EQ(message("a | lazy | select | x.f | | | p"),
            "table of shapes: line 1: there is no class \"lazy\"");
  EXPECT_EQ(message("a | idle, rare | select | x.f | | | p"),
            "table of shapes: line 1: \"rare\" says nothing about a row");
  EXPECT_EQ(message("a | idle | selecting | x.f | | | p"),
            "table of shapes: line 1: Go has no state \"selecting\"");
}

}  // namespace
}  // namespace goknot::analysis
