// SPDX-License-Identifier: Apache-2.0
#include "app/progress.h"

#include "goknot/base/quantity.h"
#include "goknot/base/text.h"

#include <fmt/format.h>
#include <unistd.h>

#include <chrono>
#include <string_view>
#include <utility>

namespace goknot::app {

namespace {

using Clock = std::chrono::steady_clock;

constexpr std::chrono::milliseconds kPatience{500};
constexpr std::size_t kRoom = 25;  // columns for the time and the marks

// A terminal that cannot take a line of progress is no reason to stop.
void say(std::string_view text) {
  if (write(STDERR_FILENO, text.data(), text.size()) < 0) return;
}

}  // namespace

Progress::Progress(const Terminal& terminal, Voice voice, std::string_view what)
    : what_(shortened(visible(what, terminal.charset),
                      static_cast<std::size_t>(terminal.width) - kRoom, Cut::middle,
                      terminal.charset)) {
  if (!terminal.errors || voice == Voice::quiet) return;
  thread_ = std::jthread([this](const std::stop_token& stop) { show(stop); });
}

Progress::~Progress() = default;

void Progress::show(const std::stop_token& stop) {
  const Clock::time_point start = Clock::now();
  std::unique_lock lock(mutex_);
  bool shown = false;
  while (!wake_.wait_for(lock, stop, kPatience, [&stop] { return stop.stop_requested(); })) {
    const double seconds = std::chrono::duration<double>(Clock::now() - start).count();
    say(fmt::format("\r\x1b[Kgoknot: {}, {}", what_, spoken_seconds(seconds)));
    shown = true;
  }
  if (shown) say("\r\x1b[K");
}

}  // namespace goknot::app
