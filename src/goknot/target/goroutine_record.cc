// SPDX-License-Identifier: Apache-2.0
#include "goknot/target/goroutine_record.h"

#include "goknot/target/fields.h"

#include <absl/hash/hash.h>

#include <algorithm>

namespace goknot::target {

namespace {

constexpr Address kMostStack = Address{1} << 30U;  // runtime.maxstacksize of 64-bit systems

}  // namespace

Start GoroutineRecord::start() const {
  if (held) return *held;
  if (status.state == State::syscall && key.syscall_sp != 0) {
    return {.pc = key.syscall_pc, .sp = key.syscall_sp};
  }
  return {.pc = key.pc, .sp = key.sp, .lr = key.lr};
}

// Distances from the end of the stack instead of addresses: when the collector halves a stack,
// everything on it moves, and nothing has happened to the goroutine.
std::uint64_t key_of(const GoroutineRecord& record) {
  constexpr std::uint32_t kScan = 0x1000;  // _Gscan
  const RecordKey& key = record.key;
  const Address syscall_depth = key.syscall_sp == 0 ? 0 : key.stack.end - key.syscall_sp;
  return absl::HashOf(key.status & ~kScan, key.id, key.stack.end - key.sp, key.pc, syscall_depth,
                      key.syscall_pc, key.waiting, key.creator, key.reason, key.sequence);
}

std::size_t record_size(const Layout& layout) { return static_cast<std::size_t>(layout.g.size); }

RecordKey read_key(const Layout& layout, std::span<const std::byte> bytes) {
  const auto& at = layout.g;
  const Fields g(bytes);
  return {.status = g.at<std::uint32_t>(at.atomicstatus),
          .id = g.at<std::int64_t>(at.goid),
          .stack = {g.address(at.stack_lo), g.address(at.stack_hi)},
          .sp = g.address(at.sched_sp),
          .pc = g.address(at.sched_pc),
          .lr = g.address(at.sched_lr),
          .syscall_sp = g.address(at.syscallsp),
          .syscall_pc = g.address(at.syscallpc),
          .waiting = g.address(at.waiting),
          .creator = g.address(at.gopc),
          .reason = g.at<std::uint8_t>(at.waitreason),
          .sequence = g.at<std::uint8_t>(at.tracking_seq)};
}

GoroutineRecord read_record(const Layout& layout, Address address,
                            std::span<const std::byte> bytes) {
  const auto& at = layout.g;
  const Fields g(bytes);
  GoroutineRecord record;
  record.address = address;
  record.key = read_key(layout, bytes);
  record.status = status_of(record.key.status);
  if (record.status.state == State::waiting) record.parked = layout.wait_reason(record.key.reason);
  record.thread = g.address(at.m);
  record.locked_thread = g.address(at.lockedm);
  record.defers = g.address(at.defer_);
  record.panics = g.address(at.panic);
  record.start_pc = g.address(at.startpc);
  record.ancestors = g.address(at.ancestors);
  record.labels = g.address(at.labels);
  record.timer = g.address(at.timer);
  record.coroutine = g.address(at.coroarg);
  record.parameter = g.address(at.param);
  record.context = g.address(at.sched_ctxt);
  if (at.parent_goid != kAbsent) record.parent = g.at<std::int64_t>(at.parent_goid);
  record.wait_since = g.at<std::int64_t>(at.waitsince);
  record.sleep_until = g.at<std::int64_t>(at.sleep_when);
  record.bubble = g.address(at.bubble);
  return record;
}

bool is_plausible(const GoroutineRecord& record) {
  const RecordKey& key = record.key;
  if (record.status.state == State::unknown) return false;
  if (!record.is_alive() && key.stack.begin == 0 && key.stack.end == 0) return true;
  if (key.stack.begin % 8 != 0 || key.stack.end % 8 != 0) return false;
  if (key.stack.begin >= key.stack.end || key.stack.size() > kMostStack) return false;
  if (!record.is_alive()) return true;
  if (key.id <= 0) return false;
  const bool parked =
      record.status.state == State::waiting || record.status.state == State::runnable;
  return !parked || (key.stack.begin < key.sp && key.sp <= key.stack.end);
}

}  // namespace goknot::target
