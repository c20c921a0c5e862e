// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <span>
#include <string_view>

namespace goknot {

// Memory that grows at its end, for bytes whose number is not known beforehand. Growing moves pages
// instead of copying them, and untouched room costs nothing. Running out of memory is bad_alloc.
class Growing {
 public:
  Growing() = default;
  // With room for `expected` bytes from the start.
  explicit Growing(std::size_t expected);
  Growing(Growing&& other) noexcept;
  Growing& operator=(Growing&& other) noexcept;
  ~Growing();

  // The free room at the end, at least so many bytes of it. Views taken before may become invalid.
  std::span<char> room(std::size_t at_least);
  // Takes over so many bytes that were written into the room.
  void commit(std::size_t written);
  void append(std::string_view bytes);
  // Gives the unused room back; what is there may move.
  void trim();

  std::size_t size() const { return size_; }
  std::string_view view() const { return {data_, size_}; }

 private:
  void resize(std::size_t capacity);

  char* data_ = nullptr;
  std::size_t size_ = 0;
  std::size_t capacity_ = 0;  // whole pages
};

}  // namespace goknot
