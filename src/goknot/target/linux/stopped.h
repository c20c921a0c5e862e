// SPDX-License-Identifier: Apache-2.0
// Stopping other programs: the only place that does.
#pragma once

#include "goknot/target/linux/system.h"
#include "goknot/target/pause.h"

#include <absl/container/flat_hash_map.h>
#include <sys/types.h>

#include <chrono>
#include <cstdint>
#include <expected>
#include <optional>

namespace goknot::target {

// A thread of another program that stands still as long as this lives, and runs on afterwards
// whatever happens: the kernel lets go of it when the thread that made this ends, and so when we
// are killed. It is seized (PTRACE_SEIZE), which sends it no signal; a signal that arrives
// meanwhile is handed on. A thread that was stopped by a signal before stays so.
class Stopped {
 public:
  // How long a thread may take to stop. One that computes stops at once; one in the kernel that
  // cannot be interrupted, maybe never.
  static constexpr std::chrono::milliseconds kPatience{20};

  // Stops a thread. Must be let go by the thread that called this. PauseResult `looked` is no
  // error.
  static std::expected<Stopped, PauseResult> seize(pid_t tid,
                                                   std::chrono::milliseconds patience = kPatience);
  Stopped(Stopped&& other) noexcept;
  Stopped& operator=(Stopped&&) = delete;
  ~Stopped();

  // Where it stands; none if that is not to be had.
  std::optional<Registers> registers() const;

 private:
  Stopped(pid_t tid, int signal) : tid_(tid), signal_(signal) {}

  pid_t tid_ = 0;   // 0: moved from
  int signal_ = 0;  // that arrived meanwhile; 0: none
};

// Holds threads of one process.
class ThreadPauser final : public Pauser {
 public:
  explicit ThreadPauser(pid_t pid, System system = {});

  PauseResult hold(std::uint64_t thread, const Look& look) override;
  double longest_seconds() const override;

 private:
  pid_t tid_of(std::uint64_t thread) const;

  pid_t pid_;
  System system_;
  std::chrono::nanoseconds longest_{};
};

}  // namespace goknot::target
