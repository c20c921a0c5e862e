// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "goknot/base/growing.h"
#include "goknot/base/result.h"
#include "goknot/source/allowance.h"

#include <string>
#include <string_view>

namespace goknot::source {

// What came out of a compressed stream.
struct Expanded {
  Growing bytes;
  std::string trouble;  // why it is not all: "ends early"; empty if it is
};

// Unpacks gzip streams that follow each other, up to the last byte that can be had of a cut one.
// Errors: damaged (nothing came out), unsupported (too much did).
Result<Expanded> inflate_gzip(std::string_view packed, Allowance& allowance);

}  // namespace goknot::source
