// SPDX-License-Identifier: Apache-2.0
#include "goknot/base/assert.h"
#include "goknot/source/format.h"

#include <cstddef>
#include <cstdint>

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  (void)goknot::source::gdb_format.sniff(bytes);
  const auto snapshots =
      goknot::source::gdb_format.read({.name = "fuzz", .bytes = bytes, .wrapped_in = {}});
  GOKNOT_ASSERT(!snapshots || !snapshots->empty());
  return 0;
}
