// SPDX-License-Identifier: Apache-2.0
#include "goknot/output/output.h"

#include <algorithm>

namespace goknot::output {

namespace {

constexpr const Output* kOutputs[] = {
#define OUTPUT(name) &name##_output,
#include "goknot/output/outputs.def"
#undef OUTPUT
};

}  // namespace

std::span<const Output* const> outputs() { return kOutputs; }

const Output* find_output(std::string_view name) {
  const auto* const found =
      std::ranges::find_if(kOutputs, [name](const Output* output) { return output->name == name; });
  return found == std::end(kOutputs) ? nullptr : *found;
}

}  // namespace goknot::output
