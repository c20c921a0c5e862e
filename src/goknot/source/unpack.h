// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "goknot/base/buffer.h"
#include "goknot/base/result.h"
#include "goknot/model/gap.h"
#include "goknot/source/allowance.h"

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace goknot::source {

// One file out of the layers around it. `bytes` lies in a text of its Unpacked.
struct Member {
  std::string name;  // harmless to show; inside an archive "inner.zip/hang.txt"
  std::string_view bytes;
  std::vector<std::string> wrapped_in;  // "gzip", "tar": outermost first
  std::vector<Gap> gaps;                // what of it is missing
};

// Everything that was in one input.
struct Unpacked {
  std::vector<std::unique_ptr<const Buffer>> texts;
  std::vector<Member> members;  // at least one, in the order of the archive
  std::vector<Gap> gaps;        // members that could not be had
};

// Takes off compression and archives, also several around each other. Input that is packed in
// nothing is the only member, uncopied. A cut or damaged container gives what can be had and a gap.
// Errors: damaged (nothing can be had), unsupported (a limit was passed before anything was had).
Result<Unpacked> unpack(const std::string& name, Buffer bytes, const UnpackLimits& limits = {});

}  // namespace goknot::source
