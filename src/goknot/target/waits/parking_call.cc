// SPDX-License-Identifier: Apache-2.0
#include "goknot/target/waits/parking_call.h"

namespace goknot::target {

namespace {

constexpr Address kFirstPage = 4096;
constexpr std::size_t kMostWords = 128;

}  // namespace

const Activation* find_activation(const Specimen& specimen, WaitRole role) {
  for (const Activation& activation : specimen.activations) {
    for (const Call& call : activation.site->calls) {
      if (call.role == WaitRole::none) return nullptr;
      if (call.role == role) return &activation;
    }
  }
  return nullptr;
}

bool is_first_inexact(const Activation& activation) {
  const auto& words = activation.site->arguments.words;
  return !words.empty() && words.front().inexact;
}

std::vector<Address> words_down_to(const Specimen& specimen, const Activation& activation) {
  std::vector<Address> found;
  for (Address at = specimen.stack.begin; at <= activation.arguments; at += sizeof(Address)) {
    const Address word = specimen.stack.word(at).value_or(0);
    const bool on_stack = specimen.record.key.stack.contains(word);
    if (word > kFirstPage && word % sizeof(Address) == 0 && !on_stack) found.push_back(word);
    if (found.size() == kMostWords) break;
  }
  return found;
}

std::optional<ParkingCall> find_call(const Specimen& specimen, WaitRole role) {
  const Activation* const activation = find_activation(specimen, role);
  if (activation == nullptr) return std::nullopt;
  const Address arguments = activation->arguments;
  return ParkingCall{specimen.stack.word(arguments).value_or(0),
                     specimen.stack.word(arguments + sizeof(Address)).value_or(0)};
}

}  // namespace goknot::target
