// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "goknot/model/snapshot.h"
#include "goknot/target/batch.h"
#include "goknot/target/layouts/layout.h"

#include <absl/container/inlined_vector.h>

#include <cstddef>
#include <span>

namespace goknot::target {

// What a goroutine wants to do that waits for nil channels only; none if it does not. The runtime
// says so of a send and of a receive. In a select it has cases, but stands in no queue. Go:
// runtime/chan.go chansend and chanrecv; runtime/select.go selectgo leaves nil channels out.
// Packages that park goroutines themselves may give that reason, too, but below no selectgo.
std::optional<Operation> wait_for_nil(const Specimen& specimen);

// A channel that a goroutine waits for: one, or each case of a select.
struct ChannelWait {
  Address channel = 0;
  Operation operation = Operation::unknown;
};

// What a goroutine waits for in channels. Cases of nil channels leave no trace.
struct ChannelWaits {
  absl::InlinedVector<ChannelWait, 4> cases;
  bool cut = false;  // there are more cases, or a ring where there should be a list
};

// A select with more cases is cut: each is one more round of reading.
inline constexpr std::size_t kMostCases = 60;

// Asks for the sudogs of a goroutine and the channels they belong to.
void want_channels(const Layout& layout, const Specimen& specimen, Surroundings& surroundings);

// The channels a goroutine waits for. Reads the copies only.
ChannelWaits channel_waits(const Layout& layout, const Specimen& specimen,
                           const Surroundings& surroundings);

// The copy of a channel without its buffer, empty if there is none.
std::span<const std::byte> copied_channel(const Layout& layout, const Surroundings& surroundings,
                                          Address channel);

// The fields of a copied channel, decoded.
ObjectState channel_state(const Layout& layout, std::span<const std::byte> bytes);

}  // namespace goknot::target
