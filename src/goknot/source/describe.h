// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "goknot/base/result.h"

#include <string_view>

namespace goknot::source {

// What something that no format recognises looks like, and what would help: the error of an input
// that is not a dump. The caller adds the name of the input in front.
Error describe_unknown(std::string_view bytes);

}  // namespace goknot::source
