// SPDX-License-Identifier: Apache-2.0
#include "tests/support/source_folder.h"

namespace goknot::testing_support {

std::string source_path(const std::string& below) { return GOKNOT_SOURCE_DIR "/" + below; }

}  // namespace goknot::testing_support
