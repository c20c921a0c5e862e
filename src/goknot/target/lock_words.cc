// SPDX-License-Identifier: Apache-2.0
#include "goknot/target/lock_words.h"

#include <algorithm>
#include <array>

namespace goknot::target {

namespace {

// sync/mutex.go (internal/sync/mutex.go from go1.24)
constexpr std::uint32_t kStarving = 4;
constexpr unsigned kWaiterShift = 3;
// sync/rwmutex.go
constexpr std::int64_t kMaxReaders = std::int64_t{1} << 30U;
constexpr std::size_t kReaderCount = 16;
constexpr std::size_t kReaderWait = 20;
constexpr std::size_t kMostLockBytes = 24;

}  // namespace

std::int64_t LockWords::readers() const {
  if (reader_count >= 0) return reader_count;
  // Readers that came behind the writer are counted, too, but wait; reader_wait are in front of it.
  return std::max<std::int64_t>(0, reader_wait);
}

// With a writer pending: those who queue for w, the readers behind the writer, and the writer
// itself unless it has the lock.
std::int64_t LockWords::waiters() const {
  const std::int64_t queued = state >> kWaiterShift;
  if (reader_count >= 0) return queued;
  const std::int64_t behind = std::max<std::int64_t>(0, reader_count + kMaxReaders - readers());
  return queued + behind + (writer_holds() ? 0 : 1);
}

std::size_t lock_size(ObjectKind kind) { return kind == ObjectKind::rwmutex ? kMostLockBytes : 8; }

LockWords read_lock_words(ObjectKind kind, std::span<const std::byte> bytes) {
  LockWords words{.state = load<std::uint32_t>(bytes, 0)};
  if (kind == ObjectKind::rwmutex) {
    words.reader_count = load<std::int32_t>(bytes, kReaderCount);
    words.reader_wait = load<std::int32_t>(bytes, kReaderWait);
  }
  return words;
}

bool is_held(const LockWords& words, ObjectKind kind, Operation mode) {
  if (kind != ObjectKind::rwmutex) return words.mutex_locked();
  return mode == Operation::rlock ? words.readers() > 0 : words.writer_holds();
}

void describe(const LockWords& words, ObjectKind kind, ObjectState& state) {
  if (kind != ObjectKind::rwmutex) {
    state.locked = words.mutex_locked();
    state.starving = (words.state & kStarving) != 0;
    state.waiters = words.state >> kWaiterShift;
    return;
  }
  state.readers = words.readers();
  state.waiters = words.waiters();
  state.writer_pending = words.writer_pending() && !words.writer_holds();
  state.locked = words.writer_holds();
}

std::optional<ObjectState> read_lock_state(const Memory& memory, const WaitObject& lock) {
  const bool known = lock.kind == ObjectKind::mutex || lock.kind == ObjectKind::rwmutex;
  if (!known || lock.identity != Identity::exact || !lock.address) return std::nullopt;
  std::array<std::byte, kMostLockBytes> bytes{};
  const auto words = std::span(bytes).first(lock_size(lock.kind));
  if (!memory.read(*lock.address, words)) return std::nullopt;
  ObjectState state;
  describe(read_lock_words(lock.kind, words), lock.kind, state);
  return state;
}

}  // namespace goknot::target
