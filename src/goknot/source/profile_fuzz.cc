// SPDX-License-Identifier: Apache-2.0
#include "goknot/base/assert.h"
#include "goknot/output/profile.h"
#include "goknot/source/format.h"

#include <cstddef>
#include <cstdint>

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using goknot::source::profile_format;
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  (void)profile_format.sniff(bytes);
  const auto snapshots = profile_format.read({.name = "fuzz", .bytes = bytes, .wrapped_in = {}});
  if (!snapshots) return 0;
  GOKNOT_ASSERT(snapshots->size() == 1);

  // What was read can be saved and read again.
  const std::string saved = goknot::output::encode_profile(snapshots->front());
  const auto again = profile_format.read({.name = "again", .bytes = saved, .wrapped_in = {}});
  GOKNOT_ASSERT(again && again->front().goroutine_count() == snapshots->front().goroutine_count());
  return 0;
}
