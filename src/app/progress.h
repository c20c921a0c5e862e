// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "app/settings.h"
#include "app/terminal.h"

#include <condition_variable>
#include <mutex>
#include <stop_token>
#include <string>
#include <thread>

namespace goknot::app {

// While it lives, and once that is longer than half a second, a line on the terminal says what is
// being done and for how long. Nothing is written where standard error is no terminal.
class Progress {
 public:
  Progress(const Terminal& terminal, Voice voice, std::string_view what);
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;
  ~Progress();

 private:
  void show(const std::stop_token& stop);

  std::string what_;
  std::mutex mutex_;
  std::condition_variable_any wake_;
  std::jthread thread_;
};

}  // namespace goknot::app
