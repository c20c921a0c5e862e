// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "goknot/base/result.h"
#include "goknot/target/linux/scoped_fd.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

namespace goknot::source {

// A file without a name, for what is too large for memory: it takes no room where zeros are, and is
// gone when it is closed.
class Spool {
 public:
  // Makes one in a folder. At most `limit` bytes are written, nor more than the folder has room
  // for without getting tight; zeros are not counted. Errors: io, denied.
  static Result<Spool> open(const std::string& folder, std::uint64_t limit);

  // Adds bytes at the end. Errors: io, unsupported (there is no more room).
  Result<Unit> write(std::string_view bytes);
  // Everything is written: the file itself. Errors: io.
  Result<target::ScopedFd> finish() &&;

  // How long it is by now, zeros included.
  std::uint64_t size() const { return size_; }

 private:
  Spool(target::ScopedFd file, std::string folder, std::uint64_t room)
      : file_(std::move(file)), folder_(std::move(folder)), room_(room) {}
  Result<Unit> write_block(std::string_view block);

  target::ScopedFd file_;
  std::string folder_;
  std::uint64_t room_ = 0;  // bytes that may still be written
  std::uint64_t size_ = 0;
};

}  // namespace goknot::source
