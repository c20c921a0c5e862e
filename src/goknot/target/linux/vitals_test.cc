// SPDX-License-Identifier: Apache-2.0
#include "goknot/target/linux/vitals.h"

#include "tests/support/child.h"

#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

namespace goknot::target {

namespace {

using testing_support::Child;
using testing_support::eventually;

TEST(Vitals, WhoComputesUsesTimeOfTheCpu) {
  const auto before = read_vitals(::getpid());
  ASSERT_TRUE(before);
  EXPECT_EQ(before->standstill, "");
  EXPECT_GT(before->cpu_nanos, 0U);

  EXPECT_TRUE(eventually([&] { return read_vitals(::getpid())->cpu_nanos > before->cpu_nanos; }));
}

TEST(Vitals, AStoppedProcessComesNoFurtherAndSaysWhy) {
  const Child child([] {});
  ::kill(child.pid(), SIGSTOP);
  ASSERT_TRUE(eventually([&] { return !read_vitals(child.pid())->standstill.empty(); }));

  const auto before = read_vitals(child.pid());
  const auto after = read_vitals(child.pid());

  EXPECT_EQ(before->standstill, "stopped by a signal");
  EXPECT_EQ(before->cpu_nanos, after->cpu_nanos);
  EXPECT_EQ(before->turns, after->turns);
}

TEST(Vitals, NobodyHasNone) { EXPECT_FALSE(read_vitals(0x7ffffff0)); }

}  // namespace

}  // namespace goknot::target
