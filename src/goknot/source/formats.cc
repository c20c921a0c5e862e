// SPDX-License-Identifier: Apache-2.0
#include "goknot/source/format.h"

namespace goknot::source {

namespace {

constexpr const Format* kFormats[] = {
#define FORMAT(name) &name##_format,
#include "goknot/source/formats.def"
#undef FORMAT
};

}  // namespace

std::span<const Format* const> formats() { return kFormats; }

}  // namespace goknot::source
