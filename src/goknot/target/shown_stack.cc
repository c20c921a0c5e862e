// SPDX-License-Identifier: Apache-2.0
#include "goknot/target/shown_stack.h"

#include <algorithm>

namespace goknot::target {

namespace {

// Whether Go leaves a call out that led to `callee`.
// A wrapper counts only as the first frame, or where a panic came out of it (runtime/traceback.go
// elideWrapperCalling).
bool is_hidden(const Call& call, FuncId callee, bool is_first) {
  const bool panics =
      callee == FuncId::gopanic || callee == FuncId::sigpanic || callee == FuncId::panicwrap;
  return call.visibility == Visibility::hidden ||
         (call.visibility == Visibility::wrapper && !is_first && !panics) ||
         (call.visibility == Visibility::within_only && is_first);
}

}  // namespace

ShownStack ShownStacks::make(std::span<const Activation> activations, Shown which) {
  ShownStack stack;
  frames_.clear();
  FuncId callee = FuncId::normal;
  for (std::uint32_t i = 0; i < activations.size(); ++i) {
    const Site& site = *activations[i].site;
    for (const Call& call : site.calls) {
      const FuncId before = std::exchange(callee, call.id);
      if (which == Shown::usual && is_hidden(call, before, frames_.empty())) continue;
      if (call.role != WaitRole::none && stack.wait_frame == frames_.size()) ++stack.wait_frame;
      frames_.push_back(call.frame);
      stack.lines.push_back({&call == &site.calls.back() ? &site.arguments : nullptr, i});
    }
    const auto shown = static_cast<std::uint32_t>(frames_.size());
    stack.depths.push_back(shown == 0 ? 0 : shown - 1);
  }
  stack.id = snapshot_.stacks.add(frames_);
  return stack;
}

const ShownStack& ShownStacks::of(const Specimen& specimen, Shown which) {
  if (specimen.trail == nullptr) return rare_ = make(specimen.activations, which);
  const auto [known, is_new] = known_.try_emplace({specimen.trail, which});
  if (is_new) known->second = make(specimen.activations, which);
  return known->second;
}

}  // namespace goknot::target
