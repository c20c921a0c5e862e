// SPDX-License-Identifier: Apache-2.0
#include "goknot/target/linux/refusal.h"

#include "goknot/target/linux/process_memory.h"
#include "tests/support/child.h"
#include "tests/support/outside_program.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>

namespace goknot::target {

namespace {

using testing::HasSubstr;
using testing_support::Child;

constexpr std::uint64_t kTrace = std::uint64_t{1} << 19U;
constexpr uid_t kSomebody = 1000;
constexpr uid_t kNobody = 65534;
constexpr Asker kRootOfTheHost{
    .user = 0, .capabilities = kTrace, .bounding = kTrace, .program = {}};
constexpr Asker kPerson{.user = kSomebody, .capabilities = 0, .bounding = kTrace, .program = {}};

Process hub() {
  Process process;
  process.pid = 812;
  process.parent = 7;
  process.name = "hub";
  process.user = kSomebody;
  process.user_name = "alice";
  process.dumpable = Dumpable::yes;
  return process;
}

// A machine without Yama, or with it.
class Machine {
 public:
  explicit Machine(const std::string& scope) {
    std::filesystem::create_directories(folder_.path() + "/sys/kernel/yama");
    folder_.file("sys/kernel/yama/ptrace_scope", scope);
  }
  System system() const { return {.proc = folder_.path(), .cgroups = ""}; }

 private:
  sample::TemporaryFolder folder_;
};

Error explained(const Process& process, const Asker& asker, const std::string& scope) {
  const Machine machine(scope);
  return explain(find_refusal(process, asker, EACCES, machine.system()), process, asker);
}

TEST(Refusal, AnotherUsersProcessNeedsRoot) {
  Process process = hub();
  process.user = kSomebody + 1;

  const Error error = explained(process, kPerson, "1");

  EXPECT_EQ(error.kind, Kind::denied);
  EXPECT_EQ(error.message,
            "process 812 (hub): it belongs to the user alice, and you are " + user_name(kSomebody));
  EXPECT_EQ(error.hint, "try: sudo goknot 812");
}

TEST(Refusal, YamaLetsOnlyParentsRead) {
  Asker asker = kPerson;
  asker.program = "/usr/bin/goknot";

  const Error error = explained(hub(), asker, "1\n");

  EXPECT_EQ(error.kind, Kind::denied);
  EXPECT_THAT(error.message, HasSubstr("kernel.yama.ptrace_scope=1"));
  EXPECT_EQ(error.hint,
            "try: sudo goknot 812; for good: sudo setcap cap_sys_ptrace=ep /usr/bin/goknot; or: "
            "sudo sysctl kernel.yama.ptrace_scope=0");
}

TEST(Refusal, YamaLetsOnlyAdministratorsRead) {
  const Error error = explained(hub(), kPerson, "2\n");

  EXPECT_THAT(error.message, HasSubstr("kernel.yama.ptrace_scope=2"));
  EXPECT_THAT(error.hint, HasSubstr("sudo setcap cap_sys_ptrace=ep $(command -v goknot)"));
}

TEST(Refusal, YamaLetsNobodyReadNotEvenRoot) {
  const Error error = explained(hub(), kRootOfTheHost, "3\n");

  EXPECT_THAT(error.message, HasSubstr("kernel.yama.ptrace_scope=3"));
  EXPECT_THAT(error.hint, HasSubstr("next boot"));
}

TEST(Refusal, AContainerWithoutTheRightNeedsAnother) {
  const Asker inside{.user = 0, .capabilities = 0, .bounding = 0, .program = {}};

  const Error error = explained(hub(), inside, "0");

  EXPECT_EQ(error.kind, Kind::denied);
  EXPECT_THAT(error.hint, HasSubstr("docker run --cap-add SYS_PTRACE"));
  EXPECT_THAT(error.hint, HasSubstr("--target=CONTAINER --profile=general -- goknot 812"));
}

TEST(Refusal, AProcessMayCloseItself) {
  Process process = hub();
  process.dumpable = Dumpable::no;

  const Error error = explained(process, kPerson, "0");

  EXPECT_EQ(error.message,
            "process 812 (hub): it is closed to other processes (PR_SET_DUMPABLE 0)");
  EXPECT_THAT(error.hint, HasSubstr("sudo goknot 812"));
}

TEST(Refusal, RootIsRefusedOnlyByWhatStandsAboveIt) {
  const Error error = explained(hub(), kRootOfTheHost, "0");

  EXPECT_EQ(error.kind, Kind::denied);
  EXPECT_THAT(error.hint, HasSubstr("on the host itself"));
}

TEST(Refusal, NamesAreMadeHarmless) {
  Process process = hub();
  process.name = "a\x1b[31m\nb";

  EXPECT_THAT(explained(process, kPerson, "0").message, HasSubstr("(a\\x1b[31m\\nb)"));
}

TEST(Refusal, EveryReasonHasItsWords) {
  for (int i = 0; i <= static_cast<int>(Refusal::failed); ++i) {
    const auto refusal = static_cast<Refusal>(i);
    EXPECT_FALSE(words_of(refusal).empty());
    EXPECT_THAT(explain(refusal, hub(), kPerson).message, HasSubstr("process 812 (hub): "));
  }
}

TEST(Refusal, AZombieHasEnded) {
  Child child([] {});
  child.kill();

  const auto memory = open_process_memory(child.pid());

  ASSERT_FALSE(memory);
  EXPECT_EQ(memory.error().kind, Kind::not_found);
  EXPECT_THAT(memory.error().message, HasSubstr("its parent has not collected it"));
  EXPECT_EQ(memory.error().hint, "its parent is process " + std::to_string(::getpid()));
}

TEST(Refusal, AThreadOfTheKernelIsNoProgram) {
  const auto kthreadd = inspect_process(2);
  if (!kthreadd || !kthreadd->kernel_thread) GTEST_SKIP() << "none to be seen here";

  const auto memory = open_process_memory(2);

  ASSERT_FALSE(memory);
  EXPECT_EQ(memory.error().kind, Kind::unsupported);
  EXPECT_THAT(memory.error().message, HasSubstr("a thread of the kernel"));
}

// Opens the memory of a process as another user; what that user is told comes back on a pipe.
std::string told_as(uid_t user, pid_t pid) {
  int ends[2] = {-1, -1};
  if (::pipe(ends) != 0) return {};
  const pid_t asking = ::fork();
  if (asking == 0) {
    if (::setgid(user) != 0 || ::setuid(user) != 0) ::_exit(1);
    const auto memory = open_process_memory(pid);
    const std::string text = memory ? "read" : memory.error().message + "|" + memory.error().hint;
    ::_exit(::write(ends[1], text.data(), text.size()) < 0 ? 1 : 0);
  }
  ::close(ends[1]);
  std::string told(1024, '\0');
  const ssize_t size = ::read(ends[0], told.data(), told.size());
  told.resize(size > 0 ? static_cast<std::size_t>(size) : 0);
  ::close(ends[0]);
  ::waitpid(asking, nullptr, 0);
  return told;
}

// Becomes a user for good.
void become(uid_t user) {
  if (::setgid(user) != 0 || ::setuid(user) != 0) ::_exit(1);
}

class RefusalAsAnotherUser : public testing::Test {
 protected:
  void SetUp() override {
    if (::getuid() != 0) GTEST_SKIP() << "needs root, to become another user";
  }
};

TEST_F(RefusalAsAnotherUser, TheProcessOfRootIsNotForNobody) {
  const Child child([] {});

  EXPECT_THAT(told_as(kNobody, child.pid()),
              HasSubstr("it belongs to the user root, and you are " + user_name(kNobody) +
                        "|try: sudo goknot " + std::to_string(child.pid())));
}

TEST_F(RefusalAsAnotherUser, AClosedProcessIsNotForItsOwnUser) {
  const Child child([] {
    become(kNobody);
    ::prctl(PR_SET_DUMPABLE, 0);
  });

  EXPECT_THAT(told_as(kNobody, child.pid()), HasSubstr("PR_SET_DUMPABLE 0"));
}

TEST_F(RefusalAsAnotherUser, AnOpenProcessIsForItsOwnUser) {
  if (yama_scope() != 0) GTEST_SKIP() << "Yama is on";
  const Child child([] {
    become(kNobody);
    ::prctl(PR_SET_DUMPABLE, 1);
  });

  EXPECT_EQ(told_as(kNobody, child.pid()), "read");
}

TEST_F(RefusalAsAnotherUser, RootReadsAClosedProcess) {
  if (!can_trace_anybody(inspect_asker().capabilities)) GTEST_SKIP() << "no CAP_SYS_PTRACE here";
  const Child child([] {
    become(kNobody);
    ::prctl(PR_SET_DUMPABLE, 0);
  });

  EXPECT_TRUE(open_process_memory(child.pid()).has_value());
  EXPECT_FALSE(check_readable(*inspect_process(child.pid()), inspect_asker()));
}

}  // namespace

}  // namespace goknot::target
