// SPDX-License-Identifier: Apache-2.0
#include "goknot/target/waits/detail.h"

#include "goknot/target/fields.h"
#include "goknot/target/waits/parking_call.h"

#include <algorithm>
#include <limits>

namespace goknot::target {

namespace {

constexpr std::int64_t kMinute = 60'000'000'000;  // nanoseconds
constexpr Address kWriteMode = 'w';               // internal/poll/fd_poll_runtime.go waitWrite

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

// What the poller knows of the descriptor a goroutine waits for.
void add_poll(const Layout& layout, const Specimen& specimen, const Surroundings& surroundings,
              std::optional<std::int64_t> now, GoroutineDetail& detail) {
  const auto call = find_call(specimen, WaitRole::poll);
  if (!call) return;
  const Fields poll(surroundings.at(call->first, bytes_of(layout.poll_desc.size)));
  const auto& at = layout.poll_desc;
  const bool writes = call->second == kWriteMode;
  if (!poll || poll.address(writes ? at.wg : at.rg) != specimen.record.address) return;
  const auto fd = poll.address(at.fd);
  if (fd > std::numeric_limits<std::int32_t>::max()) return;
  detail.fd = static_cast<std::int32_t>(fd);
  detail.time_left = time_left(poll.at<std::int64_t>(writes ? at.wd : at.rd), now);
}

}  // namespace

void want_detail(const Layout& layout, const Specimen& specimen, Surroundings& surroundings) {
  const GoroutineRecord& record = specimen.record;
  if (record.parked.reason == WaitReason::sleep && record.sleep_until <= 0) {
    surroundings.want(record.timer, bytes_of(layout.timer.size));
  }
  if (record.parked.reason == WaitReason::io_wait) {
    if (const auto call = find_call(specimen, WaitRole::poll)) {
      surroundings.want(call->first, bytes_of(layout.poll_desc.size));
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
