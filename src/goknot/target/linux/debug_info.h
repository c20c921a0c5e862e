// SPDX-License-Identifier: Apache-2.0
// What DWARF says of the variables of a Go program: their types, field by field.
#pragma once

#include "goknot/target/linux/scoped_fd.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

struct Dwarf;

namespace goknot::target {

// The debugging information of a file. Opening it unpacks its sections, which takes a while in
// large programs: not to be done without need.
class DebugInfo {
 public:
  // None if the file has no such information, or more of it than is worth the time.
  static std::optional<DebugInfo> open(const std::string& path);

  // The field that begins at an offset of a package-level variable, with what leads to it, as a
  // person would write it: ".mu" of "main.cache" at 0x28, "[3].mu". None if nothing of package sync
  // begins there.
  std::optional<std::string> field(std::string_view variable, std::uint64_t offset) const;

 private:
  struct Closer {
    void operator()(Dwarf* dwarf) const;
  };
  using Handle = std::unique_ptr<Dwarf, Closer>;

  DebugInfo(ScopedFd file, Handle handle) : file_(std::move(file)), handle_(std::move(handle)) {}

  ScopedFd file_;
  Handle handle_;
};

}  // namespace goknot::target
