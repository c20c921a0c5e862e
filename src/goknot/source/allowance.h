// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "goknot/base/result.h"

#include <cstdint>

namespace goknot::source {

// How far unpacking may go before it is taken for an attack.
struct UnpackLimits {
  std::uint64_t bytes = std::uint64_t{4} << 30U;        // of all that is unpacked from one input
  std::uint64_t ratio = 1000;                           // unpacked bytes for each packed one, …
  std::uint64_t ratio_from = std::uint64_t{64} << 20U;  // … looked at from so many bytes on
  std::size_t members = 10'000;                         // entries of all archives in one input
  std::size_t depth = 4;                                // layers around each other
  std::size_t name_columns = 200;                       // of a member's name
};

// What is left of the limits while one input is unpacked.
class Allowance {
 public:
  // `packed` is the size of the whole input.
  Allowance(const UnpackLimits& limits, std::uint64_t packed);

  // Counts bytes that came out of a layer. `in` and `out` are that layer's totals so far. The error
  // (unsupported) says which limit was passed.
  Result<Unit> take(std::uint64_t bytes, std::uint64_t in, std::uint64_t out);
  // Counts one entry of an archive.
  Result<Unit> take_member();

  const UnpackLimits& limits() const { return limits_; }
  // Whether a limit was passed: nothing more is to be unpacked then.
  bool spent() const { return spent_; }

 private:
  std::unexpected<Error> refuse(std::string message);
  bool is_bomb(std::uint64_t in, std::uint64_t out) const;

  UnpackLimits limits_;
  std::uint64_t packed_ = 0;
  std::uint64_t unpacked_ = 0;
  std::size_t members_ = 0;
  bool spent_ = false;
};

}  // namespace goknot::source
