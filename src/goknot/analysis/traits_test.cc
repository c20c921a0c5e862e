// SPDX-License-Identifier: Apache-2.0
#include "goknot/analysis/traits.h"

#include "tests/support/dumps.h"
#include "tests/support/sketch.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace goknot::analysis {
namespace {

using testing_support::sketch;
using testing_support::Stage;

Standing standing(std::string_view status, std::string_view frames) {
  return Stage(sketch("7 [" + std::string(status) + "]\n" + std::string(frames) +
                      "\n by main.main in 1"))
      .traits(7)
      .standing;
}

TEST(Traits, WhatAGoroutineIsUpToFollowsFromStateAndWait) {
  EXPECT_EQ(standing("running", "main.f() f.go:1"), Standing::moving);
  EXPECT_EQ(standing("sleep", "sleep\n main.f() f.go:1"), Standing::moving);
  EXPECT_EQ(standing("GC assist wait", "main.f() f.go:1"), Standing::moving);
  EXPECT_EQ(standing("syscall, 3 minutes", "main.f() f.go:1"), Standing::outside);
  EXPECT_EQ(standing("IO wait", "netread\n main.f() f.go:1"), Standing::outside);
  EXPECT_EQ(standing("chan send", "main.f() f.go:1"), Standing::channel);
  EXPECT_EQ(standing("sync.Mutex.Lock", "lock 0xc000010000\n main.f() f.go:1"), Standing::lock);
  EXPECT_EQ(standing("sync.WaitGroup.Wait", "wait 0xc000010000\n main.f() f.go:1"), Standing::join);
  EXPECT_EQ(standing("chan receive (nil chan)", "main.f() f.go:1"), Standing::forever);
  EXPECT_EQ(standing("coroutine", "main.f() f.go:1"), Standing::unknown);
}

TEST(Traits, FramesAreFoundFromTheInside) {
  const Stage stage(sketch(R"(
    7 [IO wait]
      netread
      bufio.(*Reader).fill(0xc0001b6000) bufio.go:113
      main.(*Link).pump(0xc000012070) link.go:30
      main.run() link.go:90
      by main.Open in 1)"));
  const Traits& traits = stage.traits(7);

  EXPECT_EQ(traits.wait_frame, 4U);  // net.(*netFD).Read: the poller belongs to the machinery
  EXPECT_EQ(traits.user_frame, 7U);
  EXPECT_EQ(traits.entry_frame, 8U);
  EXPECT_FALSE(traits.entry_waits);
}

TEST(Traits, TheStartOfAThreadIsNoEntry) {
  const Stage stage(sketch(R"(
    1 [chan receive]
      main.main() main.go:7
      runtime.main() /usr/local/go/src/runtime/proc.go:290
      runtime.goexit({}) /usr/local/go/src/runtime/asm_amd64.s:1771)"));

  EXPECT_TRUE(stage.traits(1).main);
  EXPECT_EQ(stage.traits(1).entry_frame, 0U);
  EXPECT_TRUE(stage.traits(1).entry_waits);
}

TEST(Traits, WhatMainStartsIsNotMain) {
  const Stage stage(sketch(R"(
    1 [chan receive]
      main.main() main.go:7
    5 [chan receive]
      main.wait() main.go:20
      main.main.gowrap1() main.go:7
      by main.main in 1
    6 [chan receive]
      main.main.func1() main.go:9
      by main.main in 1)"));

  EXPECT_TRUE(stage.traits(1).main);
  EXPECT_FALSE(stage.traits(5).main);
  EXPECT_FALSE(stage.traits(6).main);
  EXPECT_EQ(stage.traits(6).standing, Standing::channel);
}

TEST(Traits, AProfileTellsMainByItsFunction) {
  const Stage stage(
      "goroutine profile: total 1\n1 @ 0x43c096\n"
      "#\t0x43c096\tmain.main+0x45\t/src/main.go:8\n"
      "#\t0x43c0a0\truntime.main+0x45\t/usr/local/go/src/runtime/proc.go:290\n");

  EXPECT_TRUE(stage.scene().traits(0).main);
}

TEST(Traits, ABodyOfATestIsNotTheTestingPackage) {
  const Stage stage(sketch(R"(
    1 [chan receive]
      testing.(*T).Run(0xc000003500) testing.go:1859
      main.main() _testmain.go:45
    6 [chan receive]
      example.com/depot.TestDrain(0xc000003500) depot_test.go:25
      testing.tRunner(0xc000003500) testing.go:1792
      by testing.(*T).Run in 1)"));

  EXPECT_EQ(stage.traits(1).standing, Standing::framework);
  EXPECT_FALSE(stage.traits(1).test);
  EXPECT_EQ(stage.traits(6).standing, Standing::channel);
  EXPECT_TRUE(stage.traits(6).test);
}

// A job of cron may take its time, but not because it idles: it wants a lock.
TEST(Traits, NoKnownShapeIdlesInAQueueForALock) {
  const Stage stage(sketch(R"(
    20 [sync.Mutex.Lock, 2 minutes]
      lock 0xc00001a050
      main.(*Store).flush(0xc00001a050) store.go:9
      github.com/robfig/cron/v3.FuncJob.Run(0xc000012340) cron.go:136
      github.com/robfig/cron/v3.(*Cron).startJob.func1() cron.go:312
      by github.com/robfig/cron/v3.(*Cron).startJob in 18)"));

  EXPECT_EQ(stage.traits(20).standing, Standing::lock);
  EXPECT_NE(stage.traits(20).shape, nullptr);
}

TEST(Traits, AKnownIdleShapeOverrulesTheWait) {
  const Stage stage(sketch(R"(
    20 [IO wait, 2 minutes]
      netread
      net/http.(*connReader).Read(0xc00019e000) server.go:798
      bufio.(*Reader).fill(0xc0001b6000) bufio.go:113
      bufio.(*Reader).Peek(0xc0001b6000, 0x4) bufio.go:152
      net/http.(*conn).serve(0xc0001a6000) server.go:2137
      by net/http.(*Server).Serve in 1)"));

  EXPECT_EQ(stage.traits(20).standing, Standing::idle);
  ASSERT_NE(stage.traits(20).shape, nullptr);
}

TEST(Traits, WithoutUserCodeTheUserFrameIsBehindTheStack) {
  const Stage stage(sketch("7 [select]\n io.copyBuffer(0x1) io.go:9\n by os/exec.Start in 1"));

  EXPECT_EQ(stage.traits(7).user_frame, 1U);
}

}  // namespace
}  // namespace goknot::analysis
