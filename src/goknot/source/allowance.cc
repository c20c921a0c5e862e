// SPDX-License-Identifier: Apache-2.0
#include "goknot/source/allowance.h"

#include "goknot/base/quantity.h"

#include <string>
#include <utility>

namespace goknot::source {

Allowance::Allowance(const UnpackLimits& limits, std::uint64_t packed)
    : limits_(limits), packed_(packed) {}

std::unexpected<Error> Allowance::refuse(std::string message) {
  spent_ = true;
  return fail(Kind::unsupported, std::move(message));
}

bool Allowance::is_bomb(std::uint64_t in, std::uint64_t out) const {
  return out > limits_.ratio_from && out / limits_.ratio > in;
}

Result<Unit> Allowance::take(std::uint64_t bytes, std::uint64_t in, std::uint64_t out) {
  unpacked_ += bytes;
  if (is_bomb(in, out) || is_bomb(packed_, unpacked_)) {
    return refuse("unpacks to more than " + with_thousands(limits_.ratio) +
                  " times its size, as only an attack or zeros do");
  }
  if (unpacked_ > limits_.bytes) {
    return refuse("unpacks to more than " + spoken_bytes(limits_.bytes));
  }
  return Unit{};
}

Result<Unit> Allowance::take_member() {
  if (++members_ <= limits_.members) return Unit{};
  return refuse("has more than " + with_thousands(limits_.members) + " files in it");
}

}  // namespace goknot::source
