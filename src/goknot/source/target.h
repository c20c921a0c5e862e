// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "goknot/base/result.h"

#include <cstdint>
#include <string>
#include <string_view>

namespace goknot::source {

// What a word on the command line names.
enum class TargetKind : std::uint8_t {
  standard_input,  // "-"
  history,         // "history:NAME@TIME"
  url,             // "http://…", "https://…"
  process_id,      // "4242", "pid:4242"
  file,            // a path that exists, "file:…"
  process_name,    // anything else, "name:…"
};

// Something to read, as the user named it.
struct Target {
  TargetKind kind = TargetKind::file;
  std::string text;  // without the prefix that forced the kind: a path, URL, number, name
};

// What a word names, in this order: "-", "history:", a URL, all digits, an existing path, else a
// process; "pid:", "file:" and "name:" force one. Looks whether the path exists. Errors: usage.
Result<Target> recognise_target(std::string_view word);

}  // namespace goknot::source
