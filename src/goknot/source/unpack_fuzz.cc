// SPDX-License-Identifier: Apache-2.0
#include "goknot/base/assert.h"
#include "goknot/source/unpack.h"

#include <cstddef>
#include <cstdint>
#include <string>

// Anything as a packed input: every member lies within what was kept, and the limits hold.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using goknot::source::Member;
  const goknot::source::UnpackLimits limits{
      .bytes = 1U << 20U, .ratio = 100, .ratio_from = 1U << 16U, .members = 20};
  std::string bytes(reinterpret_cast<const char*>(data), size);
  const auto got = goknot::source::unpack("input", goknot::Buffer(std::move(bytes)), limits);
  if (!got) {
    GOKNOT_ASSERT(!got.error().message.empty());
    return 0;
  }
  GOKNOT_ASSERT(!got->members.empty() && got->members.size() <= limits.members);
  std::size_t newlines = 0;
  for (const Member& member : got->members) {
    for (const char c : member.bytes) newlines += c == '\n' ? 1U : 0U;
  }
  GOKNOT_ASSERT(newlines <= limits.bytes + size);
  return 0;
}
