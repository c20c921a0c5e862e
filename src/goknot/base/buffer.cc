// SPDX-License-Identifier: Apache-2.0
#include "goknot/base/buffer.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>

namespace goknot {

namespace {

constexpr std::size_t kChunk = std::size_t{1} << 18U;

// Closes a descriptor at the end of a scope.
class Closer {
 public:
  explicit Closer(int fd) : fd_(fd) {}
  Closer(const Closer&) = delete;
  Closer& operator=(const Closer&) = delete;
  ~Closer() { close(fd_); }

 private:
  int fd_;
};

std::unexpected<Error> system_error(const std::string& name, int code) {
  const Kind kind = code == ENOENT || code == ENOTDIR ? Kind::not_found
                    : code == EACCES || code == EPERM ? Kind::denied
                                                      : Kind::io;
  return fail(kind, name + ": " + std::strerror(code));
}

}  // namespace

Buffer::Buffer(std::string text) : text_(std::move(text)) {}

Buffer::Buffer(Buffer&& other) noexcept
    : text_(std::move(other.text_)),
      mapping_(std::exchange(other.mapping_, nullptr)),
      mapped_(std::exchange(other.mapped_, 0)) {}

Buffer& Buffer::operator=(Buffer&& other) noexcept {
  std::swap(text_, other.text_);
  std::swap(mapping_, other.mapping_);
  std::swap(mapped_, other.mapped_);
  return *this;
}

Buffer::~Buffer() {
  if (mapping_ != nullptr) munmap(mapping_, mapped_);
}

std::string_view Buffer::view() const {
  if (mapping_ == nullptr) return text_;
  return {static_cast<const char*>(mapping_), mapped_};
}

Result<Buffer> Buffer::open(const std::string& path, std::size_t limit) {
  const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) return system_error(path, errno);
  const Closer closer(fd);
  struct stat about = {};
  if (fstat(fd, &about) != 0) return system_error(path, errno);
  if (S_ISDIR(about.st_mode)) return fail(Kind::usage, path + ": is a directory");
  if (!S_ISREG(about.st_mode) || about.st_size == 0) return read(fd, path, limit);
  const auto size = static_cast<std::size_t>(about.st_size);
  if (size > limit) return fail(Kind::unsupported, path + ": too large");
  void* mapping = mmap(nullptr, size, PROT_READ, MAP_PRIVATE, fd, 0);
  if (mapping == MAP_FAILED) return read(fd, path, limit);
  Buffer buffer;
  buffer.mapping_ = mapping;
  buffer.mapped_ = size;
  return buffer;
}

Result<Buffer> Buffer::read(int fd, const std::string& name, std::size_t limit) {
  std::string text;
  for (;;) {
    const std::size_t used = text.size();
    if (used > limit) return fail(Kind::unsupported, name + ": too large");
    if (text.capacity() - used < kChunk) text.reserve(std::max(used * 2, used + kChunk));
    text.resize(used + kChunk);
    const ssize_t got = ::read(fd, text.data() + used, kChunk);
    text.resize(used + (got > 0 ? static_cast<std::size_t>(got) : 0));
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return system_error(name, errno);
    if (got == 0) return Buffer(std::move(text));
  }
}

}  // namespace goknot
