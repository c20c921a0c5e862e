// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "goknot/target/batch.h"
#include "goknot/target/code.h"
#include "goknot/target/machine/recipe.h"

#include <optional>

namespace goknot::target {

// The value that a function works with, as the frame of a goroutine has it: found in the copy of
// its stack and in memory. None if that cannot be read.
std::optional<Address> find_value(const Code& code, const Specimen& specimen,
                                  const Activation& activation, const Recipe& recipe);

// Goes the way of a recipe. `begin` says where a recipe begins, `read` what the word at an address
// is; both give a std::optional<Address>, and where one of them gives none there is no value.
template <typename Begin, typename Read>
std::optional<Address> follow(const Recipe& recipe, const Begin& begin, const Read& read) {
  std::optional<Address> value = begin(recipe);
  for (const Recipe::Step& step : recipe.steps) {
    if (!value) return std::nullopt;
    *value += static_cast<Address>(step.add);
    for (const Recipe& index : step.index) {
      const std::optional<Address> by = follow(index, begin, read);
      if (!by) return std::nullopt;
      *value += *by * static_cast<Address>(step.scale);
    }
    if (step.follow) value = read(*value);
  }
  return value;
}

}  // namespace goknot::target
