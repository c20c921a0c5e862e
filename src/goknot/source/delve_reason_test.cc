// SPDX-License-Identifier: Apache-2.0
#include "goknot/source/delve_reason.h"

#include <gtest/gtest.h>

#include <vector>

namespace goknot::source {
namespace {

ReasonFit fit(const std::vector<std::string_view>& functions, std::string_view user,
              std::string_view reason) {
  Snapshot s;
  std::vector<FrameId> frames;
  for (const std::string_view function : functions) {
    Frame frame;
    frame.function = s.strings.add(function);
    frames.push_back(s.stacks.add(frame));
  }
  return reason_fit(s, s.stacks.add(frames), user, reason);
}

TEST(DelveReason, AFunctionThatParksConfirmsOrContradicts) {
  EXPECT_EQ(fit({"time.Sleep"}, "time.Sleep", "sleep"), ReasonFit::confirmed);
  EXPECT_EQ(fit({"time.Sleep"}, "time.Sleep", "chan send"), ReasonFit::contradicted);
  EXPECT_EQ(fit({"runtime.gopark", "runtime.chanrecv", "main.f"}, "", "chan receive"),
            ReasonFit::confirmed);
  EXPECT_EQ(fit({"runtime.gopark", "runtime.chanrecv", "main.f"}, "", "semacquire"),
            ReasonFit::contradicted);
}

TEST(DelveReason, OrdinaryCodeCanWaitForChannelsOnly) {
  EXPECT_EQ(fit({"main.f"}, "main.f", "select"), ReasonFit::possible);
  EXPECT_EQ(fit({"main.f"}, "main.f", "GC worker (idle)"), ReasonFit::contradicted);
}

TEST(DelveReason, TheRuntimesOwnGoroutinesWaitForTheirOwnReasons) {
  EXPECT_EQ(fit({"runtime.gopark"}, "runtime.gopark", "GC worker (idle)"), ReasonFit::possible);
  EXPECT_EQ(fit({"runtime.gopark"}, "runtime.gopark", "debug call"), ReasonFit::contradicted);
}

TEST(DelveReason, FilesAndConnectionsWaitInAPackageThatDelvePassesOver) {
  EXPECT_EQ(fit({}, "net.(*netFD).accept", "IO wait"), ReasonFit::possible);
  EXPECT_EQ(fit({}, "os.(*File).Read", "semacquire"), ReasonFit::possible);
  EXPECT_EQ(fit({}, "net.(*netFD).accept", "sync.Cond.Wait"), ReasonFit::contradicted);
  EXPECT_EQ(fit({}, "main.f", "IO wait"), ReasonFit::contradicted);
}

TEST(DelveReason, InnermostFramesAloneDoNotContradict) {
  EXPECT_EQ(fit({"runtime.gopark"}, "", "chan send"), ReasonFit::possible);
  EXPECT_EQ(fit({"runtime.gopark"}, "sync.runtime_SemacquireRWMutexR", "sync.RWMutex.RLock"),
            ReasonFit::confirmed);
}

TEST(DelveReason, NothingIsSaidOfSystemCallsAndUnknownReasons) {
  EXPECT_EQ(fit({"syscall.Syscall"}, "syscall.Syscall", "chan send"), ReasonFit::unknown);
  EXPECT_EQ(fit({"main.f"}, "main.f", "unknown wait reason 47"), ReasonFit::unknown);
  EXPECT_EQ(fit({}, "", "select"), ReasonFit::unknown);
}

}  // namespace
}  // namespace goknot::source
