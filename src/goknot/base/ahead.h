// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <condition_variable>
#include <cstddef>
#include <mutex>
#include <stop_token>
#include <thread>

namespace goknot {

// Does two things with each of `count` numbers, in their order: first(i), which another thread does
// up to `most` numbers ahead, and then second(i). Thus what first(i) fills may be used again by
// first(i + most).
template <typename First, typename Second>
void work_ahead(std::size_t count, std::size_t most, const First& first, const Second& second) {
  std::mutex mutex;
  std::condition_variable_any moved;
  std::size_t ahead = 0, behind = 0;  // how many each has done
  const auto step = [&](std::size_t& done) {
    const std::scoped_lock lock(mutex);
    ++done;
    moved.notify_all();
  };
  const std::jthread other([&](const std::stop_token& given_up) {
    for (std::size_t i = 0; i < count; ++i) {
      std::unique_lock lock(mutex);
      if (!moved.wait(lock, given_up, [&] { return i < behind + most; })) return;
      lock.unlock();
      first(i);
      step(ahead);
    }
  });
  for (std::size_t i = 0; i < count; ++i) {
    std::unique_lock lock(mutex);
    moved.wait(lock, [&] { return i < ahead; });
    lock.unlock();
    second(i);
    step(behind);
  }
}

}  // namespace goknot
