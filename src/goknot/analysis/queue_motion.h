// SPDX-License-Identifier: Apache-2.0
// Contention or standstill: what two looks at a queue for a lock show.
#pragma once

#include "goknot/analysis/locks.h"
#include "goknot/analysis/scene.h"

#include <cstdint>
#include <string>

namespace goknot::analysis {

// How the queue of a lock got on between two looks.
struct QueueMotion {
  enum class Kind : std::uint8_t {
    unknown,  // it was looked at once, or the program could not run
    moves,    // somebody left it: nobody in it is stuck
    stands,   // nobody left it though the program ran, or could have
  };
  Kind kind = Kind::unknown;
  std::uint64_t left = 0;  // of those who waited at the first look
  std::uint64_t came = 0;  // who wait at the second look and did not at the first
};

QueueMotion motion_of(const Scene& scene, const ContendedLock& lock);

// It as a sentence, with what hindered the program; empty if it was looked at once.
std::string motion_words(const Scene& scene, const QueueMotion& motion);

// "200 ms": how far the two looks were apart; empty if there was one.
std::string time_between_looks(const Scene& scene);

}  // namespace goknot::analysis
