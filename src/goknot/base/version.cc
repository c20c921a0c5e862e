// SPDX-License-Identifier: Apache-2.0
#include "goknot/base/version.h"

namespace goknot {

std::string_view version() { return GOKNOT_VERSION; }

}  // namespace goknot
