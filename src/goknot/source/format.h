// SPDX-License-Identifier: Apache-2.0
// What an input format is. Every format is one file and one line in formats.def.
#pragma once

#include "goknot/base/result.h"
#include "goknot/model/snapshot.h"

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace goknot::source {

// One text or profile, unpacked, decoded, without log prefixes. What it points to outlives the
// snapshots made of it.
struct Input {
  std::string name;  // file or archive member, for messages
  std::string_view bytes;
  std::vector<std::string> wrapped_in;  // "gzip", "cri": what was taken off, outermost first
};

// What the bytes of a format are.
enum class Encoding : std::uint8_t { text, binary };

// A kind of input, recognised by content.
struct Format {
  std::string_view name;     // "pprof"
  std::string_view summary;  // for `goknot formats`
  // Whether the bytes look like this format; cheap on a large input that does.
  bool (*sniff)(std::string_view bytes);
  // The snapshots in it, in order; at least one. Damage inside becomes gaps; an error says that it
  // is something else.
  Result<std::vector<Snapshot>> (*read)(const Input& input);
  // What its bytes are: text is freed of what logs put around it before anything reads it.
  Encoding encoding = Encoding::text;
};

// All formats in the order they are tried.
std::span<const Format* const> formats();

#define FORMAT(name) extern const Format name##_format;
#include "goknot/source/formats.def"
#undef FORMAT

}  // namespace goknot::source
