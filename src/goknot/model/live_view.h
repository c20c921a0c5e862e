// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "goknot/model/snapshot.h"

#include <chrono>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace goknot {

// How far a program has come, as sums over all its threads since their start; and what keeps it
// from running. Two of them tell whether it ran in between.
struct Vitals {
  std::uint64_t cpu_nanos = 0;
  std::uint64_t waiting_nanos = 0;    // time that threads could have run and were given no CPU
  std::uint64_t turns = 0;            // how often a thread was given a CPU
  std::uint64_t major_faults = 0;     // pages that had to be fetched from a disk
  std::uint64_t throttled_nanos = 0;  // time its control group had used up its CPU quota
  std::string standstill = {};        // "stopped by a signal", "frozen …"; empty: it can run
};

// When something was true of a program, and how far it had come then.
struct Moment {
  std::chrono::steady_clock::time_point at;
  std::optional<Vitals> vitals = {};
};

// A program that goes on while it is diagnosed. Asked again about what a finding rests on, so that
// the finding is true of one instant, or of a while.
class LiveView {
 public:
  LiveView() = default;
  LiveView(const LiveView&) = delete;
  LiveView& operator=(const LiveView&) = delete;
  virtual ~LiveView() = default;

  // When all goroutines and locks had been copied. What has not moved since then stood at least so
  // long.
  virtual Moment copied() const = 0;
  // Which of these goroutines (rows of the snapshot) have run since they were copied, or ended. The
  // others stood where they stood all the while.
  virtual std::vector<std::uint32_t> moved(std::span<const std::uint32_t> rows) const = 0;
  // What a lock of the snapshot is like now; none if that cannot be told.
  virtual std::optional<ObjectState> lock_now(const WaitObject& lock) const = 0;
  // How far the program has come. None if it has ended, or nothing is told.
  virtual std::optional<Vitals> vitals() const = 0;
  // Notes in the details of these goroutines what is dear to look up, so that only those who are
  // shown are asked about: what their descriptors are, and which system calls they are in.
  virtual void describe(std::span<const std::uint32_t> /*rows*/, Snapshot& /*snapshot*/) const {}
};

}  // namespace goknot
