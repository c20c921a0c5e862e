// SPDX-License-Identifier: Apache-2.0
#include "goknot/target/linux/process.h"

#include "tests/support/child.h"
#include "tests/support/outside_program.h"

#include <gtest/gtest.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>

namespace goknot::target {

namespace {

using testing_support::Child;
using testing_support::eventually;

constexpr uid_t kNobody = 65534;

// A machine with one process, 812, made of files.
class Machine {
 public:
  Machine() {
    file("proc/uptime", "100.50 10.00\n");
    file("proc/812/stat",
         "812 (hub) S 1 812 812 0 -1 0 0 0 0 0 70 30 0 0 20 0 12 0 4000 0 2 0 0 0 0 0 0 0 0 0\n");
    file("proc/812/status",
         "State:\tS (sleeping)\nTracerPid:\t0\nUid:\t0\t0\t0\t0\nNSpid:\t812\t1\n");
    file("proc/812/cmdline", std::string("./hub\0-v\0\0", 10));
    file("proc/812/cgroup", "0::/a\n");
  }
  void file(const std::string& name, const std::string& text) const {
    std::filesystem::create_directories(
        std::filesystem::path(folder_.path() + "/" + name).parent_path());
    folder_.file(name, text);
  }
  void link(const std::string& name, const std::string& text) const {
    std::filesystem::create_symlink(text, folder_.path() + "/" + name);
  }
  System system() const {
    return {.proc = folder_.path() + "/proc", .cgroups = folder_.path() + "/cgroups"};
  }

 private:
  sample::TemporaryFolder folder_;
};

TEST(Process, FilesOfProcTellItsFacts) {
  const Machine machine;
  machine.link("proc/812/exe", "/srv/hub (deleted)");
  machine.file("cgroups/a/memory.max", "4096\n");

  const auto process = inspect_process(812, machine.system());

  ASSERT_TRUE(process);
  EXPECT_EQ(process->name, "hub");
  EXPECT_EQ(process->executable, "/srv/hub");
  EXPECT_TRUE(process->executable_deleted);
  EXPECT_EQ(process->arguments, (std::vector<std::string>{"./hub", "-v", ""}));
  EXPECT_EQ(process->user_name, "root");
  EXPECT_EQ(process->threads, 12U);
  EXPECT_EQ(process->rss_bytes, 2 * static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE)));
  EXPECT_EQ(process->uptime, std::chrono::milliseconds(60'500));
  EXPECT_EQ(process->cpu_time, std::chrono::seconds(1));
  EXPECT_EQ(process->ns_pids.back(), 1);
  EXPECT_EQ(process->cgroup.limits.memory_bytes, 4096U);
  EXPECT_FALSE(process->stands_still());
}

TEST(Process, AFrozenProcessStandsStill) {
  const Machine machine;
  machine.file("cgroups/a/cgroup.events", "frozen 1\n");

  EXPECT_EQ(inspect_process(812, machine.system())->standstill(), "frozen with its control group");
}

TEST(Process, WithoutItsFilesItIsNotFound) {
  const Machine machine;

  const auto process = inspect_process(813, machine.system());

  ASSERT_FALSE(process);
  EXPECT_EQ(process.error().kind, Kind::not_found);
}

TEST(Process, YamaIsOffWhereItIsNotThere) {
  const Machine machine;
  EXPECT_EQ(yama_scope(machine.system()), 0);

  machine.file("proc/sys/kernel/yama/ptrace_scope", "2\n");
  EXPECT_EQ(yama_scope(machine.system()), 2);
}

TEST(Process, AStoppedProcessSaysSo) {
  const Child child([] {});
  ::kill(child.pid(), SIGSTOP);

  ASSERT_TRUE(eventually([&] { return inspect_process(child.pid())->stands_still(); }));
  EXPECT_EQ(inspect_process(child.pid())->standstill(), "stopped by a signal");
}

TEST(Process, ATracedProcessNamesItsDebugger) {
  const Child child([] {});
  if (::ptrace(PTRACE_SEIZE, child.pid(), 0, 0) != 0) GTEST_SKIP() << "tracing is not allowed here";
  ::ptrace(PTRACE_INTERRUPT, child.pid(), 0, 0);

  ASSERT_TRUE(eventually([&] { return inspect_process(child.pid())->stands_still(); }));
  EXPECT_EQ(inspect_process(child.pid())->standstill(),
            "held by the debugger " + std::to_string(::getpid()));
}

TEST(Process, AnEndedProcessIsAZombieUntilItIsCollected) {
  Child child([] {});
  child.kill();

  EXPECT_EQ(inspect_process(child.pid())->state, TaskState::zombie);
}

TEST(Process, AProcessThatMustNotBeDumpedIsKnownByItsFiles) {
  if (::getuid() != 0) GTEST_SKIP() << "needs root, to become another user";
  const Child open([] {
    if (::setuid(kNobody) != 0) ::_exit(1);
    ::prctl(PR_SET_DUMPABLE, 1);
  });
  const Child closed([] {
    if (::setuid(kNobody) != 0) ::_exit(1);
    ::prctl(PR_SET_DUMPABLE, 0);
  });

  EXPECT_EQ(inspect_process(open.pid())->dumpable, Dumpable::yes);
  EXPECT_EQ(inspect_process(closed.pid())->dumpable, Dumpable::no);
  EXPECT_EQ(inspect_process(closed.pid())->user, kNobody);
}

TEST(Process, WeAreReadFromTheRealFiles) {
  const auto process = inspect_process(::getpid());

  ASSERT_TRUE(process);
  EXPECT_EQ(process->executable, std::filesystem::read_symlink("/proc/self/exe"));
  EXPECT_FALSE(process->arguments.empty());
  EXPECT_GT(process->rss_bytes, 0U);
  EXPECT_LT(process->uptime, std::chrono::hours(1));
  EXPECT_EQ(process->parent, ::getppid());
}

}  // namespace

}  // namespace goknot::target
