// SPDX-License-Identifier: Apache-2.0
#include "app/time_limit.h"

#include "app/destination.h"
#include "app/exit_status.h"
#include "goknot/base/result.h"
#include "goknot/output/json_report.h"

#include <sys/time.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <cstring>
#include <string>
#include <string_view>

namespace goknot::app {

namespace {

constexpr std::string_view kMessage = "goknot: the time is over\n  --timeout gives it more\n";

// What the handler writes to standard output; made beforehand, because it must not allocate.
std::array<char, 512> object = {};

void end_now(int /*signal*/) {
  delete_unfinished_file();
  const bool said = write(STDERR_FILENO, kMessage.data(), kMessage.size()) >= 0 &&
                    write(STDOUT_FILENO, object.data(), std::strlen(object.data())) >= 0;
  _exit(static_cast<int>(said ? ExitStatus::unreadable : exit_status(Kind::io)));
}

}  // namespace

void end_after(std::chrono::milliseconds time, LimitWords words) {
  if (words == LimitWords::json) {
    const std::string text =
        output::error_json({Kind::interrupted, "the time is over", "--timeout gives it more"});
    text.copy(object.data(), object.size() - 1);
  }
  struct sigaction action = {};
  action.sa_handler = end_now;
  sigaction(SIGALRM, &action, nullptr);
  itimerval timer = {};
  timer.it_value.tv_sec = time.count() / 1000;
  timer.it_value.tv_usec = (time.count() % 1000) * 1000;
  setitimer(ITIMER_REAL, &timer, nullptr);
}

}  // namespace goknot::app
