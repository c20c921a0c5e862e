// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "goknot/base/growing.h"
#include "goknot/base/result.h"

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

namespace goknot {

// Bytes that stay where they are, also when the Buffer is moved: text in memory or a mapped file.
//
// Large regular files are mapped, because memory touched for the first time is the dearest part of
// reading one. If such a file is shortened while it is looked at, the kernel sends SIGBUS: a
// program that opens files handles that signal. Small files and everything else are read.
class Buffer {
 public:
  // Takes over a text.
  explicit Buffer(std::string text);
  // Takes over bytes that are complete now.
  explicit Buffer(Growing bytes);
  // Maps a large regular file, reads anything else to its end. Errors: not_found, denied, io, usage
  // (a directory), unsupported (more than `limit` bytes).
  static Result<Buffer> open(const std::string& path, std::size_t limit);
  // Reads a descriptor to its end, behind what of it has been read already. Errors: io, unsupported
  // (more than `limit` bytes).
  static Result<Buffer> read(int fd, const std::string& name, std::size_t limit,
                             std::string_view begin = {});

  std::string_view view() const;

  // Regular files of at least this size are mapped.
  static constexpr std::size_t kMapFrom = std::size_t{4} << 20U;

 private:
  // A file in the address space.
  class Mapping {
   public:
    Mapping() = default;
    Mapping(int fd, std::size_t size);  // empty if the system refuses
    Mapping(Mapping&& other) noexcept;
    Mapping& operator=(Mapping&& other) noexcept;
    ~Mapping();
    std::string_view view() const { return {data_, size_}; }

   private:
    char* data_ = nullptr;
    std::size_t size_ = 0;
  };

  explicit Buffer(Mapping file);

  // One of the three.
  std::unique_ptr<const std::string> text_;
  Growing bytes_;
  Mapping file_;
};

}  // namespace goknot
