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
  const auto begin = [&](const Recipe& part) -> std::optional<Address> {
    const auto number = static_cast<Address>(part.number);
    if (part.start == Recipe::Start::word) return specimen.stack.word(frame + number);
    return part.start == Recipe::Start::frame ? frame + number : number;
  };
  const auto read = [&](Address at) {
    const auto word = specimen.stack.word(at);
    return word ? word : code.memory().read<Address>(at);
  };
  return follow(recipe, begin, read);
}

}  // namespace goknot::target
