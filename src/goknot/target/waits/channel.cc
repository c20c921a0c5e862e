// SPDX-License-Identifier: Apache-2.0
#include "goknot/target/waits/channel.h"

#include "goknot/target/fields.h"
#include "goknot/target/waits/parking_call.h"

namespace goknot::target {

namespace {

std::size_t bytes_of(std::int32_t size) { return static_cast<std::size_t>(size); }

bool waits_for_channel(WaitReason reason) {
  return reason == WaitReason::chan_send || reason == WaitReason::chan_receive ||
         reason == WaitReason::select;
}

// Which queue of the channel a sudog is in. Sends and receives never queue at once, except those of
// one select on one channel, and then they are alone: no queue has to be walked.
// runtime/chan.go: a sender that finds a receiver waiting hands over and does not queue, and the
// other way round; so one of recvq and sendq is empty.
Operation direction(const Layout& layout, const Fields& channel, Address sudog) {
  const Address receiver = channel.address(layout.hchan.recvq_first);
  const Address sender = channel.address(layout.hchan.sendq_first);
  if (sender == 0 && receiver != 0) return Operation::receive;
  if (receiver == 0 && sender != 0) return Operation::send;
  if (receiver == sudog) return Operation::receive;
  return sender == sudog ? Operation::send : Operation::select;
}

Operation operation_of(const Layout& layout, WaitReason reason, const Fields& channel,
                       Address sudog) {
  if (reason == WaitReason::chan_send) return Operation::send;
  if (reason == WaitReason::chan_receive) return Operation::receive;
  return direction(layout, channel, sudog);
}

}  // namespace

std::optional<Operation> wait_for_nil(const Specimen& specimen) {
  if (specimen.record.status.state != State::waiting) return std::nullopt;
  const WaitReason reason = specimen.record.parked.reason;
  if (reason == WaitReason::chan_send_nil) return Operation::send;
  if (reason == WaitReason::chan_receive_nil) return Operation::receive;
  const bool selects = reason == WaitReason::select && specimen.record.key.waiting == 0 &&
                       find_activation(specimen, WaitRole::select) != nullptr;
  return selects ? std::optional(Operation::select) : std::nullopt;
}

// g.waiting is the list of sudogs in the order of the channels' addresses, linked by waitlink
// (runtime/select.go selectgo); a send or receive outside of a select has one. A sudog that does
// not name its goroutine has been given back: the copy is torn.
void want_channels(const Layout& layout, const Specimen& specimen, Surroundings& surroundings) {
  if (!waits_for_channel(specimen.record.parked.reason)) return;
  const std::size_t size = bytes_of(layout.sudog.size);
  Address at = specimen.record.key.waiting;
  for (std::size_t i = 0; i < kMostCases && at != 0; ++i) {
    surroundings.want(at, size);
    const Fields sudog(surroundings.at(at, size));
    if (!sudog || sudog.address(layout.sudog.g) != specimen.record.address) return;
    surroundings.want(sudog.address(layout.sudog.c_true), bytes_of(layout.hchan.size));
    at = sudog.address(layout.sudog.waitlink);
  }
}

ChannelWaits channel_waits(const Layout& layout, const Specimen& specimen,
                           const Surroundings& surroundings) {
  ChannelWaits waits;
  const WaitReason reason = specimen.record.parked.reason;
  if (!waits_for_channel(reason)) return waits;
  const std::size_t size = bytes_of(layout.sudog.size);
  Address at = specimen.record.key.waiting;
  for (std::size_t i = 0; i < kMostCases && at != 0; ++i) {
    const Fields sudog(surroundings.at(at, size));
    if (!sudog || sudog.address(layout.sudog.g) != specimen.record.address) break;
    const Address address = sudog.address(layout.sudog.c_true);
    const Fields channel(copied_channel(layout, surroundings, address));
    if (channel) {
      waits.cases.push_back({address, operation_of(layout, reason, channel, at)});
    }
    at = sudog.address(layout.sudog.waitlink);
  }
  waits.cut = at != 0;
  return waits;
}

std::span<const std::byte> copied_channel(const Layout& layout, const Surroundings& surroundings,
                                          Address channel) {
  return surroundings.at(channel, bytes_of(layout.hchan.size));
}

ObjectState channel_state(const Layout& layout, std::span<const std::byte> bytes) {
  const Fields channel(bytes);
  ObjectState state;
  state.length = channel.at<std::int64_t>(layout.hchan.qcount);
  state.capacity = channel.at<std::int64_t>(layout.hchan.dataqsiz);
  state.closed = channel.at<std::uint32_t>(layout.hchan.closed) != 0;
  return state;
}

}  // namespace goknot::target
