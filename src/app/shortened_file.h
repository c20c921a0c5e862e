// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace goknot::app {

// From now on, a mapped file that somebody shortens while it is read ends the program with a
// message and the exit status of a damaged input, instead of a crash.
void end_cleanly_when_a_file_is_shortened();

}  // namespace goknot::app
