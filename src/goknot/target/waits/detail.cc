// SPDX-License-Identifier: Apache-2.0
#include "goknot/target/waits/detail.h"

#include "goknot/target/fields.h"
#include "goknot/target/waits/parking_call.h"

#include <algorithm>
#include <limits>
#include <vector>

namespace goknot::target {

namespace {

constexpr std::int64_t kMinute = 60'000'000'000;  // nanoseconds

std::size_t bytes_of(std::int32_t size) { return static_cast<std::size_t>(size); }

// Nanoseconds from `now` to a nanotime; none if that is none.
std::optional<std::int64_t> time_left(std::int64_t when, std::optional<std::int64_t> now) {
  if (when <= 0 || !now || *now < 0) return std::nullopt;
  return when - *now;
}

std::optional<std::int64_t> sleep_left(const Layout& layout, const GoroutineRecord& record,
                                       const Surroundings& surroundings,
                                       std::optional<std::int64_t> now) {
  if (record.sleep_until > 0) return time_left(record.sleep_until, now);
  const Fields timer(surroundings.at(record.timer, bytes_of(layout.timer.size)));
  return time_left(timer.at<std::int64_t>(layout.timer.when), now);
}

// Which side of a descriptor a goroutine waits for, as the poller says: reading or writing. None if
// it does not.
enum class Side : std::uint8_t { none, reading, writing };

// pollDesc.rg and wg hold 0, 1 (ready), 2 (about to wait) or the g that waits (runtime/netpoll.go).
Side side_of(const Layout& layout, const Fields& poll, Address goroutine) {
  if (!poll) return Side::none;
  if (poll.address(layout.poll_desc.rg) == goroutine) return Side::reading;
  return poll.address(layout.poll_desc.wg) == goroutine ? Side::writing : Side::none;
}

// What runtime_pollWait may have been called with: its first argument, or, where that was not
// written to its place (-gcflags=-l), any word of the frames down to it, for what is waited for is
// needed once more when the wait is over.
std::vector<Address> polled(const Layout& layout, const Specimen& specimen,
                            const Surroundings& surroundings) {
  const Activation* const call = find_activation(specimen, WaitRole::poll);
  if (call == nullptr) return {};
  const Address first = specimen.stack.word(call->arguments).value_or(0);
  const bool promised = !is_first_inexact(*call);
  const Fields poll(surroundings.at(first, bytes_of(layout.poll_desc.size)));
  const bool refuted = poll && side_of(layout, poll, specimen.record.address) == Side::none;
  if (promised && !refuted) return {first};
  return words_down_to(specimen, *call);
}

// What the poller knows of the descriptor a goroutine waits for.
void add_poll(const Layout& layout, const Specimen& specimen, const Surroundings& surroundings,
              std::optional<std::int64_t> now, GoroutineDetail& detail) {
  const auto& at = layout.poll_desc;
  for (const Address candidate : polled(layout, specimen, surroundings)) {
    const Fields poll(surroundings.at(candidate, bytes_of(at.size)));
    const Side side = side_of(layout, poll, specimen.record.address);
    const auto fd = poll.address(at.fd);
    if (side == Side::none || fd > std::numeric_limits<std::int32_t>::max()) continue;
    detail.fd = static_cast<std::int32_t>(fd);
    const auto deadline = side == Side::writing ? at.wd : at.rd;
    detail.time_left = time_left(poll.at<std::int64_t>(deadline), now);
    return;
  }
}

}  // namespace

void want_detail(const Layout& layout, const Specimen& specimen, Surroundings& surroundings) {
  const GoroutineRecord& record = specimen.record;
  if (record.parked.reason == WaitReason::sleep && record.sleep_until <= 0) {
    surroundings.want(record.timer, bytes_of(layout.timer.size));
  }
  if (record.parked.reason == WaitReason::io_wait) {
    for (const Address candidate : polled(layout, specimen, surroundings)) {
      surroundings.want(candidate, bytes_of(layout.poll_desc.size));
    }
  }
  if (record.status.state == State::syscall && record.thread != 0) {
    surroundings.want(record.thread + static_cast<Address>(layout.m.procid), sizeof(Address));
  }
}

GoroutineDetail goroutine_detail(const Layout& layout, const Specimen& specimen,
                                 const Surroundings& surroundings,
                                 std::optional<std::int64_t> now) {
  const GoroutineRecord& record = specimen.record;
  GoroutineDetail detail;
  detail.stack_reserved = record.key.stack.size();
  if (record.has_saved_stack()) detail.stack_used = record.key.stack.end - record.start().sp;
  if (record.parked.reason == WaitReason::sleep) {
    detail.time_left = sleep_left(layout, record, surroundings, now);
  } else if (record.parked.reason == WaitReason::io_wait) {
    add_poll(layout, specimen, surroundings, now, detail);
  }
  if (record.status.state == State::syscall) {
    const auto id =
        surroundings.at(record.thread + static_cast<Address>(layout.m.procid), sizeof(Address));
    detail.thread = Fields(id).at<std::int32_t>(0);
  }
  return detail;
}

std::int32_t wait_minutes(const GoroutineRecord& record, std::optional<std::int64_t> now) {
  const bool blocked =
      record.status.state == State::waiting || record.status.state == State::syscall;
  if (!blocked || record.wait_since <= 0 || !now || *now < record.wait_since) return -1;
  const std::int64_t minutes = (*now - record.wait_since) / kMinute;
  return minutes < 1 ? -1
                     : static_cast<std::int32_t>(std::min<std::int64_t>(
                           minutes, std::numeric_limits<std::int32_t>::max()));
}

}  // namespace goknot::target
