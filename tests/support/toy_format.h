// SPDX-License-Identifier: Apache-2.0
// A format for tests of what surrounds formats.
#pragma once

#include "goknot/source/format.h"

#include <span>

namespace goknot::testing_support {

// Reads texts that begin with "toy\n": one snapshot for the text and one for each line "again"
// below; its goroutines are the lines "go" up to the next one. A line "broken" makes it an error.
std::span<const source::Format* const> toy_formats();

}  // namespace goknot::testing_support
