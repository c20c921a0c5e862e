// SPDX-License-Identifier: Apache-2.0
#include "goknot/target/linux/process_status.h"

#include "goknot/target/linux/proc_file.h"

#include <gtest/gtest.h>
#include <unistd.h>

namespace goknot::target {

namespace {

constexpr std::string_view kStat =
    "812 (hub) S 1 810 809 34816 -1 4194560 99 0 0 0 70 30 5 6 20 0 12 0 4242 1273572 3133 "
    "18446744073709551615 1 2 3 4 5 0 0 0 0 0 0 0 17 1 0 0 0 0 0 6 7 8 9 10 11 12 0\n";

TEST(ProcessStatus, AStatLineTellsTheFactsOfAProcess) {
  const auto stat = parse_stat(kStat);

  ASSERT_TRUE(stat);
  EXPECT_EQ(stat->pid, 812);
  EXPECT_EQ(stat->name, "hub");
  EXPECT_EQ(stat->state, TaskState::sleeping);
  EXPECT_EQ(stat->parent, 1);
  EXPECT_EQ(stat->cpu_ticks, 100U);
  EXPECT_EQ(stat->threads, 12U);
  EXPECT_EQ(stat->start_ticks, 4242U);
  EXPECT_EQ(stat->rss_pages, 3133U);
  EXPECT_FALSE(stat->kernel_thread);
}

TEST(ProcessStatus, ANameMayImitateTheRestOfTheLine) {
  std::string line(kStat);
  line.replace(line.find("hub"), 3, "a) Z 9 (\nb");

  const auto stat = parse_stat(line);

  ASSERT_TRUE(stat);
  EXPECT_EQ(stat->name, "a) Z 9 (\nb");
  EXPECT_EQ(stat->state, TaskState::sleeping);
  EXPECT_EQ(stat->parent, 1);
}

TEST(ProcessStatus, AThreadOfTheKernelIsKnownByItsFlags) {
  const auto stat =
      parse_stat("2 (kthreadd) S 0 0 0 0 -1 2129984 0 0 0 0 0 0 0 0 20 0 1 0 1 0 0 0 0 0 0\n");

  ASSERT_TRUE(stat);
  EXPECT_TRUE(stat->kernel_thread);
}

TEST(ProcessStatus, ACutStatLineIsNotRead) {
  for (std::size_t size = 0; size < kStat.find(" 3133"); ++size) {
    EXPECT_FALSE(parse_stat(kStat.substr(0, size))) << size;
  }
}

TEST(ProcessStatus, StatusTellsTracerUserAndInnerNumbers) {
  const ProcessStatus status = parse_status(
      "Name:\tTracerPid:\n"
      "State:\tt (tracing stop)\n"
      "TracerPid:\t77\n"
      "Uid:\t1000\t1001\t1002\t1003\n"
      "NSpid:\t812\t14\t1\n"
      "CapEff:\t0000000000080000\n"
      "Seccomp:\t2\n"
      "voluntary_ctxt_switches:\t5\n"
      "nonvoluntary_ctxt_switches:\t7\n");

  EXPECT_EQ(status.state, TaskState::traced);
  EXPECT_EQ(status.tracer, 77);
  EXPECT_EQ(status.user, 1001U);
  EXPECT_EQ(status.ns_pids, (std::vector<pid_t>{812, 14, 1}));
  EXPECT_TRUE(can_trace_anybody(status.capabilities));
  EXPECT_TRUE(status.seccomp);
  EXPECT_EQ(status.switches, 12U);
}

TEST(ProcessStatus, EmptyTextLeavesTheFactsUnknown) {
  const ProcessStatus status = parse_status("");

  EXPECT_EQ(status.state, TaskState::unknown);
  EXPECT_TRUE(status.ns_pids.empty());
}

TEST(ProcessStatus, OursIsReadFromTheRealFiles) {
  const auto stat = read_proc_file("/proc/self/stat");
  const auto status = read_proc_file("/proc/self/status");
  ASSERT_TRUE(stat && status);

  EXPECT_EQ(parse_stat(*stat)->pid, ::getpid());
  EXPECT_EQ(parse_status(*status).user, ::geteuid());
  EXPECT_EQ(parse_status(*status).ns_pids.front(), ::getpid());
  EXPECT_EQ(parse_status(*status).state, TaskState::running);
}

}  // namespace

}  // namespace goknot::target
