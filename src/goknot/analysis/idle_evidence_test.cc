// SPDX-License-Identifier: Apache-2.0
#include "goknot/analysis/idle_evidence.h"

#include <gtest/gtest.h>

#include <string_view>
#include <vector>

namespace goknot::analysis {
namespace {

using Stack = std::vector<std::string_view>;

TEST(IdleEvidence, ALoopOfAnObjectHasAllButInput) {
  const Stack stack = {"example.com/cache.(*Cache).flushLoop"};

  const IdleEvidence evidence = idle_evidence(stack, "select", "example.com/cache.New");

  EXPECT_TRUE(evidence.entry_function_waits);
  EXPECT_TRUE(evidence.created_by_constructor);
  EXPECT_TRUE(evidence.loop_name);
  EXPECT_FALSE(evidence.io_read);
  EXPECT_EQ(evidence.count(), 3);
}

TEST(IdleEvidence, AWaitBelowManyFunctionsIsNotInItsOwn) {
  const Stack stack = {"main.ask", "main.query", "main.handle"};

  EXPECT_FALSE(idle_evidence(stack, "chan receive", "main.accept").entry_function_waits);
}

TEST(IdleEvidence, ALockOrASendIsNeverIdle) {
  EXPECT_EQ(idle_evidence(Stack{"main.f"}, "sync.Mutex.Lock", "main.main").count(), 0);
  EXPECT_EQ(idle_evidence(Stack{"main.f"}, "chan send", "main.main").count(), 0);
}

TEST(IdleEvidence, TheFramesOfTheRuntimeDoNotCount) {
  const Stack stack = {"runtime.gopark", "runtime.selectgo", "main.tick.func1", "runtime.goexit"};

  EXPECT_TRUE(idle_evidence(stack, "select", "main.tick").entry_function_waits);
}

TEST(IdleEvidence, AConstructorIsAWholeWord) {
  const auto is_constructor = [](std::string_view created_by) {
    return idle_evidence(Stack{"main.f"}, "sleep", created_by).created_by_constructor;
  };

  EXPECT_TRUE(is_constructor("example.com/x.NewPool"));
  EXPECT_TRUE(is_constructor("example.com/x.(*Pool).start.func1"));
  EXPECT_TRUE(is_constructor("example.com/x.init.0"));
  EXPECT_TRUE(is_constructor("example.com/x.(*Node).OnStart"));
  EXPECT_FALSE(is_constructor("example.com/x.Newsletter"));
  EXPECT_FALSE(is_constructor("example.com/x.(*Hub).handle"));
  EXPECT_FALSE(is_constructor(""));
}

TEST(IdleEvidence, AClosureThatIsItsFirstFunctionStandsForTheCreator) {
  const Stack stack = {"runtime.selectgo", "example.com/x.NewPool.func1"};

  EXPECT_TRUE(idle_evidence(stack, "", "").created_by_constructor);
  EXPECT_FALSE(idle_evidence(stack, "", "main.handle").created_by_constructor);
}

TEST(IdleEvidence, ALoopIsNamedInTheFirstFunctionsOnly) {
  EXPECT_TRUE(idle_evidence(Stack{"main.(*Client).readPump"}, "", "").loop_name);
  EXPECT_TRUE(idle_evidence(Stack{"main.wait", "main.(*Hub).run"}, "", "").loop_name);
  EXPECT_FALSE(idle_evidence(Stack{"main.run", "main.a", "main.b"}, "", "").loop_name);
}

TEST(IdleEvidence, AcceptAndReadAreInput) {
  EXPECT_TRUE(idle_evidence(Stack{"internal/poll.runtime_pollWait", "internal/poll.(*FD).Accept",
                                  "net.(*netFD).accept", "main.serve"},
                            "IO wait", "main.main")
                  .io_read);
  EXPECT_FALSE(
      idle_evidence(Stack{"internal/poll.(*FD).Write", "main.f"}, "IO wait", "main.main").io_read);
}

TEST(IdleEvidence, NoStackIsNoEvidence) {
  EXPECT_EQ(idle_evidence({}, "select", "main.New").count(), 0);
}

}  // namespace
}  // namespace goknot::analysis
