// SPDX-License-Identifier: Apache-2.0
#include "tests/support/dumps.h"
#include "tests/support/sketch.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

namespace goknot::analysis {
namespace {

using testing_support::culprit_of;
using testing_support::diagnose_dump;
using testing_support::findings_of;
using testing_support::sketch;

//     func (r *Registry) Describe() {
//       r.mu.RLock()
//       defer r.mu.RUnlock()
//       r.lookup(name)           // which read-locks r.mu again; between the two came Register
// A writer that waits keeps new readers out, 19 among them, and waits for the first read of 19.
TEST(RwmutexRecursiveRead, AReaderBehindAWriterBelowItsOwnFirstRead) {
  const Diagnosis d = diagnose_dump(sketch(R"(
    1 [running]
      main.main() main.go:12
    19 [sync.RWMutex.RLock, 4 minutes]
      rlock
      main.(*Registry).lookup(0xc000118000) registry.go:27
      main.(*Registry).Describe(0xc000118000) registry.go:23
      by main.main in 1
    20 [sync.RWMutex.Lock, 4 minutes]
      wlock 0xc000118000
      main.(*Registry).Register(0xc000118000) registry.go:33
      by main.main in 1
    21-22 [sync.RWMutex.RLock, 4 minutes]
      rlock
      main.(*Registry).lookup(0xc000118000) registry.go:27
      by main.main in 1)"));

  EXPECT_EQ(findings_of(d), "rwmutex-recursive-read cycle deadlock likely: 19 20 < 21 22");
  EXPECT_EQ(culprit_of(d), "main.(*Registry).Describe");
}

TEST(RwmutexRecursiveRead, NeedsAWriterThatWaits) {
  EXPECT_EQ(findings_of(sketch(R"(
    busy
    1 [running]
      main.main() main.go:12
    19-20 [sync.RWMutex.RLock]
      rlock
      main.(*Registry).lookup(0xc000118000) registry.go:27
      main.(*Registry).Describe(0xc000118000) registry.go:23
      by main.main in 1)")),
            "");
}

TEST(RwmutexRecursiveRead, AReaderOfAnotherObjectHoldsNothingOfThis) {
  EXPECT_EQ(findings_of(sketch(R"(
    busy
    1 [running]
      main.main() main.go:12
    19 [sync.RWMutex.RLock]
      rlock
      main.(*Registry).lookup(0xc000118000) registry.go:27
      main.(*Registry).Describe(0xc000777000) registry.go:23
      by main.main in 1
    20 [sync.RWMutex.Lock]
      wlock 0xc000118000
      main.(*Registry).Register(0xc000118000) registry.go:33
      by main.main in 1)")),
            "");
}

//     func (s *Store) process() { go func() { s.mu.Lock(); … }() }
// The closure prints no receiver, and Lock none of which the dump is sure.
std::string unknown_writer(std::string_view closure_of, std::string_view others = "") {
  return findings_of(sketch(fmt::format(R"(
    1 [running]
      main.main() main.go:12
    19 [sync.RWMutex.RLock, 4 minutes]
      rlock
      main.(*Store).Status(0xc000118000) store.go:47
      main.check() queue.go:9
      main.(*Store).Scan(0xc000118000) store.go:41
      by main.main in 1
    20 [sync.RWMutex.Lock, 4 minutes]
      wlock 0xc000118000?
      main.(*{0}).process.func1() store.go:60
      by main.(*{0}).process in 1
    {1})",
                                        closure_of, others)));
}

TEST(RwmutexRecursiveRead, AWriterInAMethodOfTheTypeIsTheOneBehindTheReader) {
  EXPECT_EQ(unknown_writer("Store"), "rwmutex-recursive-read cycle deadlock likely: 19 20");
  EXPECT_FALSE(unknown_writer("Other").contains("recursive-read"));
  // It may want the lock of another store.
  EXPECT_FALSE(unknown_writer("Store", R"(
    21 [sync.RWMutex.RLock, 4 minutes]
      rlock
      main.(*Store).Status(0xc000777000) store.go:47
      by main.main in 1)")
                   .contains("recursive-read"));
}

TEST(RwmutexRecursiveRead, AReaderThatWaitsElsewhereKeepsTheWriterOut) {
  EXPECT_EQ(findings_of(sketch(R"(
    1 [running]
      main.main() main.go:12
    18 [chan send, 4 minutes]
      main.(*Registry).announce(0xc000118000) registry.go:60
      main.(*Registry).Walk(0xc000118000) registry.go:51
      by main.main in 1
    19 [sync.RWMutex.RLock, 4 minutes]
      rlock
      main.(*Registry).lookup(0xc000118000) registry.go:27
      main.(*Registry).Describe(0xc000118000) registry.go:23
      by main.main in 1
    20 [sync.RWMutex.Lock, 4 minutes]
      wlock 0xc000118000
      main.(*Registry).Register(0xc000118000) registry.go:33
      by main.main in 1)")),
            "lock-held-across-wait orphan deadlock likely: 18 < 19 20");
}

}  // namespace
}  // namespace goknot::analysis
