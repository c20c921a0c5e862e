// SPDX-License-Identifier: Apache-2.0
// Makes compressed streams and archives for tests.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace goknot::testing_support {

// A text in one stream: "gzip", "zstd", "xz", "bzip2", "lz4".
std::string packed_stream(std::string_view filter, std::string_view text);

// Files, each a name and a text, in an archive: "tar" (pax), "zip".
using Files = std::vector<std::pair<std::string, std::string>>;
std::string packed_archive(std::string_view format, const Files& files);

}  // namespace goknot::testing_support
