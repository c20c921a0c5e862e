// SPDX-License-Identifier: Apache-2.0
#include "goknot/base/buffer.h"

#include "goknot/base/quantity.h"

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

constexpr std::size_t kChunk = std::size_t{64} << 10U;
constexpr std::size_t kLargestRead = std::size_t{1} << 30U;

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
  switch (code) {
    case ENOENT:
    case ENOTDIR:
      return fail(Kind::not_found, name + ": no such file");
    case EACCES:
    case EPERM:
      return fail(Kind::denied, name + ": not permitted to read this file");
    case EISDIR:
      return fail(Kind::usage, name + ": is a directory", "name the dumps in it: " + name + "/*");
    default:
      return fail(Kind::io, name + ": " + std::strerror(code));
  }
}

std::unexpected<Error> too_large(const std::string& name, std::size_t limit) {
  return fail(Kind::unsupported,
              name + ": larger than " + spoken_bytes(limit) + ", the most that is read");
}

// Reads to the end of a descriptor, beginning with room for so many bytes.
// Of a pipe the end is not known before it comes, and it may be endless: the limit is asked in each
// step.
Result<Buffer> read_all(int fd, const std::string& name, std::size_t limit, std::size_t expected,
                        std::string_view begin = {}) {
  Growing bytes(expected);
  if (!begin.empty()) bytes.append(begin);
  for (;;) {
    const std::span<char> room = bytes.room(kChunk);
    const ssize_t got = ::read(fd, room.data(), std::min(room.size(), kLargestRead));
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return system_error(name, errno);
    if (got == 0) break;
    bytes.commit(static_cast<std::size_t>(got));
    if (bytes.size() > limit) return too_large(name, limit);
  }
  bytes.trim();
  return Buffer(std::move(bytes));
}

}  // namespace

Buffer::Mapping::Mapping(int fd, std::size_t size) {
  void* mapped = mmap(nullptr, size, PROT_READ, MAP_PRIVATE, fd, 0);
  if (mapped == MAP_FAILED) return;
  data_ = static_cast<char*>(mapped);
  size_ = size;
}

Buffer::Mapping::Mapping(Mapping&& other) noexcept
    : data_(std::exchange(other.data_, nullptr)), size_(std::exchange(other.size_, 0)) {}

Buffer::Mapping& Buffer::Mapping::operator=(Mapping&& other) noexcept {
  std::swap(data_, other.data_);
  std::swap(size_, other.size_);
  return *this;
}

Buffer::Mapping::~Mapping() {
  if (data_ != nullptr) munmap(data_, size_);
}

Buffer::Buffer(std::string text) : text_(std::make_unique<const std::string>(std::move(text))) {}

Buffer::Buffer(Growing bytes) : bytes_(std::move(bytes)) {}

Buffer::Buffer(Mapping file) : file_(std::move(file)) {}

std::string_view Buffer::view() const {
  if (text_) return *text_;
  return file_.view().empty() ? bytes_.view() : file_.view();
}

Result<Buffer> Buffer::open(const std::string& path, std::size_t limit) {
  const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY);
  if (fd < 0) return system_error(path, errno);
  const Closer closer(fd);
  struct stat about = {};
  if (fstat(fd, &about) != 0) return system_error(path, errno);
  if (S_ISDIR(about.st_mode)) return system_error(path, EISDIR);
  if (!S_ISREG(about.st_mode) || about.st_size <= 0) return read_all(fd, path, limit, 0);
  const auto size = static_cast<std::size_t>(about.st_size);
  if (size > limit) return too_large(path, limit);
  if (size >= kMapFrom) {
    Mapping file(fd, size);
    if (!file.view().empty()) return Buffer(std::move(file));
  }
  // Room beyond the end: the read that finds the end needs no growing.
  return read_all(fd, path, limit, size + kChunk);
}

Result<Buffer> Buffer::read(int fd, const std::string& name, std::size_t limit,
                            std::string_view begin) {
  return read_all(fd, name, limit, 0, begin);
}

}  // namespace goknot
