// SPDX-License-Identifier: Apache-2.0
#include "goknot/target/waits/parking_call.h"

namespace goknot::target {

std::optional<ParkingCall> find_call(const Specimen& specimen, WaitRole role) {
  for (const Activation& activation : specimen.activations) {
    for (const Call& call : activation.site->calls) {
      if (call.role == WaitRole::none) return std::nullopt;
      if (call.role != role) continue;
      const Address arguments = activation.arguments;
      return ParkingCall{specimen.stack.word(arguments).value_or(0),
                         specimen.stack.word(arguments + sizeof(Address)).value_or(0)};
    }
  }
  return std::nullopt;
}

}  // namespace goknot::target
