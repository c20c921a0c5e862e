// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "goknot/base/result.h"
#include "goknot/output/sink.h"

#include <functional>
#include <string>

namespace goknot::app {

// Lets `write` write to a file, or to standard output if the name is empty. A file appears, or
// replaces an older one, only when all of it is written: the older one may be what is being read.
// A reader that went away (a closed pipe) is no error. Errors: io, denied, those of `write`.
Result<Unit> write_to(const std::string& file,
                      const std::function<Result<Unit>(output::Sink&)>& write);

// Deletes the unfinished file, if there is one. May be called by a signal handler.
void delete_unfinished_file();

}  // namespace goknot::app
