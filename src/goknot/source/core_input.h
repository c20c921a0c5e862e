// SPDX-License-Identifier: Apache-2.0
// Where cores come from: files, streams that systemd-coredump packs, pipes.
#pragma once

#include "goknot/base/result.h"
#include "goknot/target/heap/follow.h"
#include "goknot/target/linux/scoped_fd.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace goknot::source {

// How cores are read.
struct CoreOptions {
  std::string executable;              // the program's file; empty: where the core says it was
  std::string temporary = "/var/tmp";  // where packed cores are unpacked
  std::uint64_t limit = std::uint64_t{256} << 30U;  // bytes of an unpacked one, zeros not counted
  target::FollowLimits heap = {};
};

// A core that was found.
struct CoreInput {
  target::ScopedFd file;
  std::string name;             // for messages: harmless to show
  std::string wrapped_in = {};  // "zstd"; empty: it was not packed
  std::string trouble = {};     // why it is not all: "the zstd stream ends early"; empty if it is
  std::string taken_at = {};    // RFC 3339, empty if unknown
};

// The core in a file, packed or not; none if it is something else. Errors: io, unsupported (there
// is no room for it).
Result<std::optional<CoreInput>> core_in_file(const std::string& path, const std::string& name,
                                              const CoreOptions& options);

// The core that is packed in these bytes; none if it is something else. Errors: the same.
Result<std::optional<CoreInput>> core_in_bytes(std::string_view packed, const std::string& name,
                                               const CoreOptions& options);

// A core that comes out of a pipe, of which `begin` has been read. Errors: the same.
Result<CoreInput> core_in_pipe(int fd, std::string_view begin, const std::string& name,
                               const CoreOptions& options);

}  // namespace goknot::source
