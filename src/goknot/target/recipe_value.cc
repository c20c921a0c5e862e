// SPDX-License-Identifier: Apache-2.0
#include "goknot/target/recipe_value.h"

namespace goknot::target {

namespace {

constexpr Address kWord = 8;

}  // namespace

// Recipes count from the caller's frame (machine/function_body.cc); on arm64 the arguments begin
// one word above it. None begins at a register, which would be lost (LockFlow::recipe).
std::optional<Address> find_value(const Code& code, const Specimen& specimen,
                                  const Activation& activation, const Recipe& recipe) {
  const bool amd64 = code.layout().architecture == Architecture::amd64;
  const Address frame = activation.arguments - (amd64 ? 0 : kWord);
  auto value = static_cast<Address>(recipe.number);
  if (recipe.start == Recipe::Start::frame) value += frame;
  if (recipe.start == Recipe::Start::word) {
    const auto word = specimen.stack.word(frame + value);
    if (!word) return std::nullopt;
    value = *word;
  }
  for (const Recipe::Step& step : recipe.steps) {
    value += static_cast<Address>(step.add);
    for (const Recipe& index : step.index) {
      const auto by = find_value(code, specimen, activation, index);
      if (!by) return std::nullopt;
      value += *by * static_cast<Address>(step.scale);
    }
    if (!step.follow) continue;
    auto word = specimen.stack.word(value);
    if (!word) word = code.memory().read<Address>(value);
    if (!word) return std::nullopt;
    value = *word;
  }
  return value;
}

}  // namespace goknot::target
