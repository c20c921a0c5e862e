// SPDX-License-Identifier: Apache-2.0
#include "goknot/base/version.h"

#include <fmt/core.h>

int main() { fmt::print("goknot {}\n", goknot::version()); }
