// SPDX-License-Identifier: Apache-2.0
#include "goknot/target/waits/parking_call.h"

namespace goknot::target {

const Activation* find_activation(const Specimen& specimen, WaitRole role) {
  for (const Activation& activation : specimen.activations) {
    for (const Call& call : activation.site->calls) {
      if (call.role == WaitRole::none) return nullptr;
      if (call.role == role) return &activation;
    }
  }
  return nullptr;
}

std::optional<ParkingCall> find_call(const Specimen& specimen, WaitRole role) {
  const Activation* const activation = find_activation(specimen, role);
  if (activation == nullptr) return std::nullopt;
  const Address arguments = activation->arguments;
  return ParkingCall{specimen.stack.word(arguments).value_or(0),
                     specimen.stack.word(arguments + sizeof(Address)).value_or(0)};
}

}  // namespace goknot::target
