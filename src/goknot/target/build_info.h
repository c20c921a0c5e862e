// SPDX-License-Identifier: Apache-2.0
// What the linker notes of how a Go program was built; debug/buildinfo reads the same.
#pragma once

#include "goknot/target/memory.h"

#include <cstddef>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace goknot::target {

// How a program was built. Texts come from the program and may hold anything.
struct BuildInfo {
  std::string version;         // "go1.26.8", as runtime.Version() says it
  std::string path;            // of the main package; empty in programs without modules
  std::string module;          // of the main module
  std::string module_version;  // "(devel)", "v1.2.3"
  std::size_t dependencies = 0;
  std::vector<std::pair<std::string, std::string>> settings;  // "vcs.revision", "CGO_ENABLED", …

  // The value of a setting, empty if there is none.
  std::string_view setting(std::string_view key) const;
};

// Reads the Go string whose header (pointer, length) stands at an address; none if it cannot.
using StringReader = std::function<std::optional<std::string>(Address header)>;

// Where build information begins: a mark at an address (or offset) divisible by 16. None if it is
// not there.
std::optional<std::size_t> find_build_info(std::span<const std::byte> bytes);

// Reads build information from its mark on:
//
//   \xff Go buildinf:  pointer size  flags
//   flags 2 (from go1.18 on): at 32 uvarint length and text of the version, then of the modules
//   flags 0 (to go1.17):      at 16 and 24 pointers to the headers of those strings
//
// `string_at` is for the second form only. None if the mark is not there or the version cannot be
// read (go1.19 debug/buildinfo/buildinfo.go: readRawBuildInfo).
std::optional<BuildInfo> parse_build_info(std::span<const std::byte> bytes,
                                          const StringReader& string_at);

// The same for information in the memory of a program.
std::optional<BuildInfo> read_build_info(const Memory& memory, Address mark);

// A StringReader over memory.
StringReader strings_of(const Memory& memory);

}  // namespace goknot::target
