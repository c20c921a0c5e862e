// SPDX-License-Identifier: Apache-2.0
#include "goknot/source/program_facts.h"

#include "tests/support/recorded_program.h"

#include <gtest/gtest.h>

namespace goknot::source {
namespace {

TEST(ProgramFacts, StacksAreAddedUpOverAllGoroutines) {
  const testing_support::RecordedProgram recorded("go1.27");
  Snapshot snapshot;
  snapshot.details.resize(2);
  snapshot.details[0].stack_reserved = 2048;
  snapshot.details[1].stack_reserved = 8192;

  EXPECT_EQ(program_facts(*recorded.memory, recorded.program, snapshot).stack_bytes, 10'240U);
}

TEST(ProgramFacts, TheLinkersBuildIdIsKnownToOtherTools) {
  Origin origin;
  origin.facts.emplace();

  set_build_ids({.go = "a/b/c/d", .gnu = "0123"}, origin);

  EXPECT_EQ(origin.build_id, "0123");
  EXPECT_EQ(origin.facts->go_build_id, "a/b/c/d");
}

TEST(ProgramFacts, WithoutOneThatOfTheGoCommandStandsForIt) {
  Origin origin;

  set_build_ids({.go = "a/b/c/d", .gnu = ""}, origin);

  EXPECT_EQ(origin.build_id, "a/b/c/d");
  EXPECT_FALSE(origin.facts);
}

}  // namespace
}  // namespace goknot::source
