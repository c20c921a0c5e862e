// SPDX-License-Identifier: Apache-2.0
// Goroutines of a program that serves net/http/pprof, taken so that it suffers least.
#pragma once

#include "goknot/base/result.h"
#include "goknot/source/http.h"
#include "goknot/source/input_reader.h"

#include <cstdint>
#include <string>
#include <string_view>

namespace goknot::source {

// Which profile a pprof endpoint is asked for.
enum class Profile : std::uint8_t {
  goroutine,
  goroutine_leak,  // runs a garbage collection in the target to find leaks (go1.26)
};

// How a URL is read.
struct HttpSourceOptions {
  HttpOptions http;
  Profile profile = Profile::goroutine;
  std::uint64_t full_up_to = 10'000;  // goroutines; above, debug=2 is not asked for …
  bool full = false;                  // … but if this is set
};

// Reads a URL. One without a path, or with /debug/pprof at its end, is a pprof endpoint: it is
// asked for debug=1 first, a short pause of the target that also tells how many goroutines there
// are, then for debug=2, which stops the target for as long as it prints. If that would be too long
// or is refused, the first answer stands, and a gap says so. Any other path is read as it is.
// Errors: those of `fetch`; denied, not_found, io by the status; unsupported for what is no
// profile.
Result<Received> receive_url(std::string_view url, const HttpSourceOptions& options);

}  // namespace goknot::source
