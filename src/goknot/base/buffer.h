// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "goknot/base/result.h"

#include <cstddef>
#include <string>
#include <string_view>

namespace goknot {

// Bytes that stay where they are: a mapped file, or text in memory.
class Buffer {
 public:
  // Takes over a text.
  explicit Buffer(std::string text);
  // Maps a regular file, reads anything else (pipe, device) up to `limit` bytes. Errors: not_found,
  // denied, io, usage (a directory).
  static Result<Buffer> open(const std::string& path, std::size_t limit);
  // Reads a descriptor to its end or to `limit` bytes; one byte more is an error (unsupported: too
  // large).
  static Result<Buffer> read(int fd, const std::string& name, std::size_t limit);

  Buffer(Buffer&& other) noexcept;
  Buffer& operator=(Buffer&& other) noexcept;
  ~Buffer();

  std::string_view view() const;

 private:
  Buffer() = default;

  std::string text_;
  void* mapping_ = nullptr;
  std::size_t mapped_ = 0;
};

}  // namespace goknot
