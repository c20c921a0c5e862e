// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace goknot::analysis {

// A set of goroutine states: a bit for each reason to wait, and for running and system calls.
using StateSet = std::uint64_t;

inline constexpr StateSet kAnyState = ~StateSet{0};

// The set of one state as Go prints it ("select", "syscall", "running"); none for a word that Go
// never prints.
std::optional<StateSet> state_set(std::string_view state);

// What the state of a goroutine may stand for: "semacquire" is any lock or group before those had
// names of their own. Every state for "" and words we do not know.
StateSet possible_states(std::string_view status);

// What the innermost frames tell of the state where the source does not, as in profiles:
// "runtime.selectgo" is a select. If they tell nothing, all states that leave no frame of their
// own.
StateSet states_of_frames(std::span<const std::string_view> functions);

}  // namespace goknot::analysis
