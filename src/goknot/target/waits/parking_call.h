// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "goknot/target/batch.h"
#include "goknot/target/wait_role.h"

#include <optional>
#include <vector>

namespace goknot::target {

// A call in the machinery of waiting, with the first words it was called with: registers spilled to
// the stack, or arguments before go1.17.
struct ParkingCall {
  Address first = 0, second = 0;  // 0 if they are not on the copied stack
};

// The innermost activation that plays that role, if it comes before the first call outside of the
// machinery; null if none does.
const Activation* find_activation(const Specimen& specimen, WaitRole role);

// Whether the compiler says that its first argument need not have been written to its place. Before
// go1.18 it says so of none.
bool is_first_inexact(const Activation& activation);

// Every word of the frames down to that of an activation that could be an address elsewhere.
std::vector<Address> words_down_to(const Specimen& specimen, const Activation& activation);

// How it was called.
std::optional<ParkingCall> find_call(const Specimen& specimen, WaitRole role);

}  // namespace goknot::target
