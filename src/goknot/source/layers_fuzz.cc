// SPDX-License-Identifier: Apache-2.0
#include "goknot/source/layers.h"

#include <cstddef>
#include <cstdint>
#include <cstdlib>

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string text(data, data + size);
  const auto clean = goknot::source::clean(text);
  if (clean.text && clean.text->size() > 3 * size + 64) std::abort();
  return 0;
}
