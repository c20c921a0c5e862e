// SPDX-License-Identifier: Apache-2.0
#include "app/shortened_file.h"

#include <unistd.h>

#include <csignal>
#include <string_view>

namespace goknot::app {

namespace {

constexpr int kDamagedInput = 3;

// Only calls that are allowed in a signal handler.
void complain_and_exit(int /*signal*/) {
  constexpr std::string_view kMessage =
      "goknot: the input was shortened by another program while it was read\n"
      "  try: again, or a copy of the file\n";
  if (write(STDERR_FILENO, kMessage.data(), kMessage.size()) < 0) _exit(kDamagedInput);
  _exit(kDamagedInput);
}

}  // namespace

void end_cleanly_when_a_file_is_shortened() {
  struct sigaction action = {};
  action.sa_handler = complain_and_exit;
  sigaction(SIGBUS, &action, nullptr);
}

}  // namespace goknot::app
