// SPDX-License-Identifier: Apache-2.0
#include "goknot/target/linux/stopped.h"

#include "goknot/target/linux/threads.h"

#include <elf.h>
#include <signal.h>
#include <sys/ptrace.h>
#include <sys/uio.h>
#include <sys/user.h>
#include <sys/wait.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <span>
#include <thread>
#include <utility>

namespace goknot::target {

namespace {

using Clock = std::chrono::steady_clock;

constexpr int kEventShift = 16;  // linux include/uapi/linux/ptrace.h: status >> 16 is the event

long ask(__ptrace_request request, pid_t tid, void* address = nullptr, std::uintptr_t data = 0) {
  // NOLINTNEXTLINE(performance-no-int-to-ptr): that is how ptrace takes numbers
  return ::ptrace(request, tid, address, reinterpret_cast<void*>(data));
}

// Waits for a thread to stop; its wait status, none if it did not in time.
std::optional<int> await_stop(pid_t tid, std::chrono::milliseconds patience) {
  const auto deadline = Clock::now() + patience;
  while (true) {
    int status = 0;
    const pid_t answer = ::waitpid(tid, &status, __WALL | WNOHANG);
    if (answer == tid) return status;
    if (answer < 0 && errno != EINTR) return std::nullopt;
    if (Clock::now() > deadline) return std::nullopt;
    std::this_thread::yield();  // a sleep would take longer than most threads need
  }
}

// The signal that a stopped thread was about to be given. Stops that our own request or an earlier
// signal caused carry an event.
int pending_signal(int status) { return status >> kEventShift == 0 ? WSTOPSIG(status) : 0; }

#if defined(__aarch64__)
constexpr Architecture kMachine = Architecture::arm64;
#else
constexpr Architecture kMachine = Architecture::amd64;
#endif

}  // namespace

// PTRACE_SEIZE attaches without a stop, PTRACE_INTERRUPT stops without a signal (ptrace(2)); the
// program sees neither. If it does not stop in time nothing is left behind: the thread that has
// seized it ends.
std::expected<Stopped, PauseResult> Stopped::seize(pid_t tid, std::chrono::milliseconds patience) {
  if (ask(PTRACE_SEIZE, tid) != 0) {
    return std::unexpected(errno == ESRCH ? PauseResult::gone : PauseResult::refused);
  }
  if (ask(PTRACE_INTERRUPT, tid) != 0) return std::unexpected(PauseResult::gone);
  const std::optional<int> status = await_stop(tid, patience);
  if (!status) return std::unexpected(PauseResult::late);
  if (!WIFSTOPPED(*status)) return std::unexpected(PauseResult::gone);
  return Stopped(tid, pending_signal(*status));
}

Stopped::Stopped(Stopped&& other) noexcept
    : tid_(std::exchange(other.tid_, 0)), signal_(other.signal_) {}

Stopped::~Stopped() {
  if (tid_ != 0) ask(PTRACE_DETACH, tid_, nullptr, static_cast<std::uintptr_t>(signal_));
}

std::optional<Registers> Stopped::registers() const {
  std::array<std::byte, sizeof(user_regs_struct)> saved{};
  iovec place{.iov_base = saved.data(), .iov_len = saved.size()};
  // NOLINTNEXTLINE(performance-no-int-to-ptr): that is how ptrace takes numbers
  if (::ptrace(PTRACE_GETREGSET, tid_, reinterpret_cast<void*>(NT_PRSTATUS), &place) != 0) {
    return std::nullopt;
  }
  return parse_registers(kMachine, std::span(saved).first(place.iov_len));
}

ThreadPauser::ThreadPauser(pid_t pid, System system) : pid_(pid), system_(std::move(system)) {}

// Programs number their threads as their own pid namespace does.
pid_t ThreadPauser::tid_of(std::uint64_t thread) const {
  const auto inner = static_cast<pid_t>(thread);
  const std::optional<Thread> same = find_thread(pid_, inner, system_);
  if (same && same->inner_tid == inner) return inner;
  const std::vector<Thread> threads = list_threads(pid_, system_);
  const auto found = std::ranges::find(threads, inner, &Thread::inner_tid);
  return found == threads.end() ? 0 : found->tid;
}

PauseResult ThreadPauser::hold(std::uint64_t thread, const Look& look) {
  const pid_t tid = tid_of(thread);
  if (tid == 0) return PauseResult::gone;
  PauseResult result = PauseResult::looked;
  // The kernel lets go of what a thread has seized when that thread ends: one of its own also lets
  // go of threads that do not stop.
  std::jthread holder([&] {
    const Clock::time_point begin = Clock::now();
    {
      const auto stopped = Stopped::seize(tid);
      const auto registers = stopped ? stopped->registers() : std::nullopt;
      if (registers) look(*registers);
      result = registers ? PauseResult::looked : (stopped ? PauseResult::refused : stopped.error());
    }
    longest_ = std::max<std::chrono::nanoseconds>(longest_, Clock::now() - begin);
  });
  holder.join();
  return result;
}

double ThreadPauser::longest_seconds() const {
  return std::chrono::duration<double>(longest_).count();
}

}  // namespace goknot::target
