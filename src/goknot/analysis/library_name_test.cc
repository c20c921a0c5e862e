// SPDX-License-Identifier: Apache-2.0
#include "goknot/analysis/library_name.h"

#include <gtest/gtest.h>

namespace goknot::analysis {
namespace {

TEST(LibraryName, APackageOfGithubLosesItsOwnerAndVersion) {
  EXPECT_EQ(library_package("github.com/redis/go-redis/v9/internal/pool"),
            "*/go-redis/internal/pool");
  EXPECT_EQ(library_package("app/vendor/github.com/x/y"), "*/y");
}

TEST(LibraryName, AStandardPackageStaysAsItIs) {
  EXPECT_EQ(library_package("net/http"), "net/http");
  EXPECT_EQ(library_package("internal/poll"), "internal/poll");
}

TEST(LibraryName, APackageOnAnotherHostKeepsIt) {
  EXPECT_EQ(library_package("go.etcd.io/etcd/raft/v3"), "go.etcd.io/etcd/raft");
  EXPECT_EQ(library_package("example.com/x/third_party/k8s.io/klog/v2"), "k8s.io/klog");
}

TEST(LibraryName, EscapesBecomeDots) {
  EXPECT_EQ(library_package("gopkg.in/natefinch/lumberjack%2ev2"),
            "gopkg.in/natefinch/lumberjack.v2");
}

TEST(LibraryName, AFunctionLosesWhatCompilersAdd) {
  EXPECT_EQ(library_function("github.com/x/lru/v2.(*Cache[go.shape.int]).loop.func1.2"),
            "*/lru.Cache.loop");
  EXPECT_EQ(library_function("net/http.HandlerFunc.ServeHTTP"), "net/http.HandlerFunc.ServeHTTP");
  EXPECT_EQ(library_function("testing.(*T).Run.gowrap1"), "testing.T.Run");
}

TEST(LibraryName, Http2HasOneNameInAllItsHomes) {
  EXPECT_EQ(library_function("net/http.(*http2ClientConn).readLoop"), "h2:ClientConn.readLoop");
  EXPECT_EQ(library_function("net/http/internal/http2.(*ClientConn).readLoop"),
            "h2:ClientConn.readLoop");
  EXPECT_EQ(library_function("golang.org/x/net/http2.(*ClientConn).readLoop.gowrap1"),
            "h2:ClientConn.readLoop");
  EXPECT_EQ(library_function("h2:(*ClientConn).readLoop"), "h2:ClientConn.readLoop");
}

TEST(LibraryName, AnInlinedFunctionIsFoundInTheNameOfItsHost) {
  EXPECT_EQ(inlined_function("k8s.io/wait.PollUntil.poller.func1.1"), "k8s.io/wait.poller");
  EXPECT_EQ(inlined_function("k8s.io/cache.(*informer).Run.(*Group).Start.func5"),
            "k8s.io/cache.Group.Start");
  EXPECT_EQ(inlined_function("main.run"), "");
}

TEST(LibraryName, TheRuntimeAndThePollerOnlyWait) {
  EXPECT_TRUE(is_waiting_frame("runtime.gopark"));
  EXPECT_TRUE(is_waiting_frame("internal/poll.(*pollDesc).waitRead"));
  EXPECT_TRUE(is_waiting_frame("internal/sync.(*Mutex).lockSlow"));
  EXPECT_FALSE(is_waiting_frame("sync.(*Mutex).Lock"));
  EXPECT_FALSE(is_waiting_frame("runtime/pprof.writeGoroutine"));
}

TEST(LibraryName, AnythingCanBeAsked) {
  for (const auto* function : {"", ".", "/", "(*", "a.(*b", "[", "h2:", "a%2", "vendor/", "x/v2"}) {
    library_function(function);
    inlined_function(function);
    EXPECT_FALSE(is_waiting_frame(function)) << function;
  }
}

}  // namespace
}  // namespace goknot::analysis
