// SPDX-License-Identifier: Apache-2.0
#include "goknot/source/wait_site.h"

#include "tests/support/dumps.h"
#include "tests/support/sketch.h"

#include <gtest/gtest.h>

#include <string>

namespace goknot::source {
namespace {

using testing_support::read_dump;
using testing_support::sketch;

// The site of the only goroutine of a dump in real form.
WaitSite site_of(std::string_view text) {
  const Series series = read_dump(text);
  const Goroutine& goroutine = series.snapshots.front().goroutines.front();
  return find_wait_site(series.snapshots.front(), goroutine.stack, goroutine.reason);
}

WaitSite site_of(std::string_view status, std::string_view frames) {
  return site_of(sketch("7 [" + std::string(status) + "]\n" + std::string(frames)));
}

TEST(WaitSite, ReasonsOfNewerReleasesTellKindAndOperation) {
  EXPECT_EQ(site_of("chan send", "main.f() f.go:1").operation, Operation::send);
  EXPECT_EQ(site_of("chan receive (nil chan)", "main.f() f.go:1").kind, ObjectKind::nil_channel);
  EXPECT_EQ(site_of("select (no cases)", "main.f() f.go:1").kind, ObjectKind::empty_select);
  EXPECT_EQ(site_of("sync.RWMutex.RLock", "rlock\n main.f() f.go:1").operation, Operation::rlock);
  EXPECT_EQ(site_of("IO wait", "netread\n main.f() f.go:1").kind, ObjectKind::socket);
  EXPECT_EQ(site_of("running", "main.f() f.go:1").kind, ObjectKind::unknown);
}

TEST(WaitSite, SemacquireIsWhatTheFramesSay) {
  EXPECT_EQ(site_of("semacquire", "sync.(*Mutex).Lock(0x1) m.go:1\n main.f() f.go:1").kind,
            ObjectKind::mutex);
  EXPECT_EQ(site_of("semacquire", "sync.(*RWMutex).RLock(0x1) m.go:1\n main.f() f.go:1").operation,
            Operation::rlock);
  EXPECT_EQ(site_of("semacquire", "sync.(*WaitGroup).Wait(0x1) m.go:1\n main.f() f.go:1").kind,
            ObjectKind::wait_group);
}

TEST(WaitSite, TheFrameThatWaitsIsTheFirstOutsideTheMachinery) {
  EXPECT_EQ(site_of("chan send", "main.f() f.go:1").frame, 0U);
  EXPECT_EQ(site_of("sync.Mutex.Lock", "lock 0xc000010000\n main.f() f.go:1").frame, 4U);
}

TEST(WaitSite, TheSlowPathOfAMutexHasItsAddress) {
  const WaitSite site = site_of("sync.Mutex.Lock", "lock 0xc000010000\n main.f() f.go:1");

  ASSERT_TRUE(site.address.has_value());
  EXPECT_EQ(site.address->depth, 1U);
  EXPECT_TRUE(site.address->always_exact);
}

TEST(WaitSite, AWriterThatWaitsForReadersIsNotOneBehindAnotherWriter) {
  const WaitSite first = site_of("sync.RWMutex.Lock", "wlock 0xc000010000\n main.f() f.go:1");
  const WaitSite second = site_of("sync.Mutex.Lock", "wlock2 0xc000010000\n main.f() f.go:1");

  EXPECT_TRUE(first.writer_queued);
  EXPECT_FALSE(second.writer_queued);
  EXPECT_EQ(second.kind, ObjectKind::rwmutex);
}

TEST(WaitSite, AWaitInsideAOnceIsNotAWaitForTheOnce) {
  const WaitSite inside = site_of(
      "chan receive",
      "main.load() l.go:1\n sync.(*Once).doSlow(0xc000010000, 0x5) once.go:78\n main.f() f.go:1");

  EXPECT_EQ(inside.kind, ObjectKind::channel);
  EXPECT_EQ(inside.frame, 0U);
}

TEST(WaitSite, TheMutexInsideAOnceLeadsToTheOnce) {
  const WaitSite site = site_of("sync.Mutex.Lock",
                                "lock 0xc000010004\n sync.(*Once).doSlow(0x0?, 0x5) once.go:73\n"
                                "sync.(*Once).Do(...) once.go:69\n main.f() f.go:1");

  EXPECT_EQ(site.kind, ObjectKind::once);
  ASSERT_TRUE(site.address.has_value());
  EXPECT_EQ(site.address->depth, 1U);
  EXPECT_EQ(site.address->offset, -4);
}

TEST(WaitSite, AMethodThatWaitsOwnsAClosureDoesNot) {
  EXPECT_EQ(
      site_of("sync.Mutex.Lock", "lock 0xc000010000\n main.(*Hub).Add(0xc000010000) h.go:1").owner,
      4U);
  EXPECT_FALSE(site_of("sync.Mutex.Lock", "lock 0xc000010000\n main.(*Hub).Add.func1() h.go:1")
                   .owner.has_value());
  EXPECT_FALSE(site_of("sync.Mutex.Lock", "lock 0xc000010000\n main.f() h.go:1").owner.has_value());
}

TEST(WaitSite, FramesOfTheRuntimeShowTheChannel) {
  const WaitSite site = site_of(R"(goroutine 7 gp=0xc000006700 m=nil [chan send]:
runtime.gopark(0x0?, 0x0?, 0x0?, 0x0?, 0x0?)
	/usr/local/go/src/runtime/proc.go:462 +0xce
runtime.chansend(0xc000012070, 0xc00004e7a8, 0x1, 0x0?)
	/usr/local/go/src/runtime/chan.go:283 +0x3b5
runtime.chansend1(0x0?, 0x0?)
	/usr/local/go/src/runtime/chan.go:161 +0x17
main.push(...)
	/src/push.go:12
)");

  ASSERT_TRUE(site.address.has_value());
  EXPECT_EQ(site.address->depth, 1U);
  EXPECT_EQ(site.frame, 3U);
}

TEST(WaitSite, KnowsTheMachineryOfWaiting) {
  EXPECT_TRUE(is_waiting_machinery("runtime.gopark"));
  EXPECT_TRUE(is_waiting_machinery("internal/sync.(*Mutex).lockSlow"));
  EXPECT_TRUE(is_waiting_machinery("time.Sleep"));
  EXPECT_FALSE(is_waiting_machinery("net.(*conn).Read"));
  EXPECT_FALSE(is_waiting_machinery("golang.org/x/sync/semaphore.(*Weighted).Acquire"));
  EXPECT_FALSE(is_waiting_machinery("main.main"));
}

}  // namespace
}  // namespace goknot::source
