// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "goknot/model/snapshot.h"
#include "goknot/target/argument_text.h"
#include "goknot/target/batch.h"

#include <absl/container/node_hash_map.h>

#include <cstdint>
#include <utility>
#include <vector>

namespace goknot::target {

// How a stack is shown, and every other that the same trail leads over.
struct ShownStack {
  // A frame, and what its arguments are written from; null: they are not, for it is inlined.
  struct Line {
    const ArgumentForm* arguments = nullptr;
    std::uint32_t activation = 0;
  };
  StackId id;
  std::vector<Line> lines;
  std::uint32_t wait_frame = 0;       // depth of the first frame outside the machinery of waiting
  std::vector<std::uint32_t> depths;  // for each activation, of the frame it is shown as
};

// Which calls of a stack are shown: those of the runtime's inside only where all are.
enum class Shown : std::uint8_t { usual, all };

// The stacks of a snapshot, as they are shown. What is the same for many is worked out once.
class ShownStacks {
 public:
  // The snapshot gets the stacks, and must outlive this.
  explicit ShownStacks(Snapshot& snapshot) : snapshot_(snapshot) {}

  // That of a goroutine. Valid until the next call.
  const ShownStack& of(const Specimen& specimen, Shown which);

 private:
  ShownStack make(std::span<const Activation> activations, Shown which);

  Snapshot& snapshot_;
  absl::node_hash_map<std::pair<const Trail*, Shown>, ShownStack> known_;
  ShownStack rare_;  // one to which no trail was kept
  std::vector<FrameId> frames_;
};

}  // namespace goknot::target
