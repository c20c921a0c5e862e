// SPDX-License-Identifier: Apache-2.0
// Whom the holder of a lock asks, and waits for, as far as frames tell.
#pragma once

#include "goknot/analysis/locks.h"
#include "goknot/analysis/scene.h"

#include <absl/container/flat_hash_map.h>
#include <absl/container/flat_hash_set.h>

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace goknot::analysis {

// "pool.GoPool": the type a method belongs to, empty for functions and the standard library.
std::string owner_type(std::string_view function);

// The depth of the function a group's goroutines were started with, without what the compiler put
// around it for the go statement.
std::uint32_t started_frame(const Scene& scene, std::size_t group);

// What a holder does between the frame that took the lock and its wait: whose methods it is in, and
// what those may have started. Must not outlive the scene.
class Asked {
 public:
  Asked(const Scene& scene, const Holder& holder);

  // Whether a goroutine would answer: a call that the holder is still in started it, or the job it
  // was started for is one of an object that the holder asks. Who merely calls such an object asks
  // it, too.
  bool is_answerer(std::uint32_t row) const;
  // The same, where the job may also be one of the very object that owns the lock.
  bool may_answer(std::uint32_t row) const;
  // Whether somebody is free to answer: of those who would, but for the holder and `waiters`
  // (sorted), one runs, or is the like of a waiter who would and is not stuck.
  bool has_free_answerer(std::span<const std::uint32_t> waiters) const;

 private:
  // How much has to be shown of an object for which a goroutine works.
  enum class Match : std::uint8_t { type, object };
  using Receivers = absl::flat_hash_map<std::string, std::optional<std::uint64_t>>;

  bool is_started_here(std::uint32_t row) const;
  bool is_called_for_owner(std::uint32_t row) const;
  bool works_for(std::uint32_t row, const Receivers& objects, Match match) const;

  const Scene& scene_;
  std::uint32_t row_;
  bool joins_;                                       // it waits for others to be done
  absl::flat_hash_set<std::string_view> functions_;  // that it is in
  Receivers objects_;  // types of what it asks; the receiver where it is sure
  Receivers owner_;    // the type that the lock was taken in
};

}  // namespace goknot::analysis
