// SPDX-License-Identifier: Apache-2.0
// What is read of a program's memory, as the text Go prints of goroutines.
#pragma once

#include "goknot/target/architecture.h"
#include "goknot/target/memory.h"

#include <string>

namespace goknot::testing_support {

// All goroutines that can be read, and behind them a line for each gap; or, if nothing can be
// read, the error.
std::string traceback_text(const target::Memory& memory, target::Architecture architecture);

}  // namespace goknot::testing_support
