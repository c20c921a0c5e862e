// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string_view>

namespace goknot::target {

// What a function has to do with waiting.
enum class WaitRole : std::uint8_t {
  none,       // nothing: it is who waits
  machinery,  // it belongs to the runtime, to sync or to the poller, and tells nothing
  semacquire,
  mutex,
  rwmutex_writer,
  rwmutex_reader,
  wait_group,
  once,
  fd_mutex,
  notify_list,
  poll,
  coroutine,
  select,
};

// The role of a function by its full name.
WaitRole wait_role(std::string_view function);

}  // namespace goknot::target
