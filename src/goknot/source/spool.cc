// SPDX-License-Identifier: Apache-2.0
#include "goknot/source/spool.h"

#include "goknot/base/quantity.h"
#include "goknot/base/text.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>

namespace goknot::source {

namespace {

constexpr std::size_t kBlock = 4096;
// Zeros cost time though no room: nothing sensible is longer.
constexpr std::uint64_t kMostSize = std::uint64_t{1} << 42U;
constexpr std::uint64_t kKeepFree = std::uint64_t{256} << 20U;

std::unexpected<Error> refused(const std::string& folder, int error) {
  return fail(error == EACCES || error == EPERM ? Kind::denied : Kind::io,
              visible(folder) + ": no temporary file can be made there: " + std::strerror(error),
              "try: TMPDIR=FOLDER goknot …, a folder with room");
}

// A file that was never given a name, or has lost it at once where the file system knows no such.
target::ScopedFd make_file(const std::string& folder) {
  target::ScopedFd file(::open(folder.c_str(), O_TMPFILE | O_RDWR | O_CLOEXEC, 0600));
  if (file.is_open()) return file;
  std::string path = folder + "/goknot-XXXXXX";
  target::ScopedFd named(::mkostemp(path.data(), O_CLOEXEC));
  if (named.is_open()) ::unlink(path.c_str());
  return named;
}

// How much may be written in a folder so that others still have some room.
std::uint64_t room_in(const std::string& folder) {
  struct statvfs about = {};
  if (::statvfs(folder.c_str(), &about) != 0) return 0;
  const std::uint64_t free = std::uint64_t{about.f_bavail} * about.f_frsize;
  const std::uint64_t kept = std::max(kKeepFree, free / 10);
  return free > kept ? free - kept : 0;
}

bool is_zero(std::string_view block) {
  return block.front() == '\0' &&
         std::memcmp(block.data(), block.data() + 1, block.size() - 1) == 0;
}

}  // namespace

Result<Spool> Spool::open(const std::string& folder, std::uint64_t limit) {
  target::ScopedFd file = make_file(folder);
  if (!file.is_open()) return refused(folder, errno);
  return Spool(std::move(file), folder, std::min(limit, room_in(folder)));
}

Result<Unit> Spool::write_block(std::string_view block) {
  if (block.size() > room_) {
    return fail(Kind::unsupported,
                fmt::format("more than there is room for in {}", visible(folder_)),
                "try: TMPDIR=FOLDER goknot …, a folder with more room");
  }
  room_ -= block.size();
  auto at = static_cast<off_t>(size_);
  while (!block.empty()) {
    const ssize_t written = ::pwrite(file_.get(), block.data(), block.size(), at);
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return refused(folder_, errno);
    block.remove_prefix(static_cast<std::size_t>(written));
    at += written;
  }
  return Unit{};
}

// Blocks of zeros are not written but left as holes, and a core has many of them. No block goes
// beyond a multiple of kBlock in the file, however the pieces come out of the pipe.
Result<Unit> Spool::write(std::string_view bytes) {
  while (!bytes.empty()) {
    if (size_ > kMostSize) {
      return fail(Kind::unsupported, "more than " + spoken_bytes(kMostSize) + ", mostly zeros");
    }
    const std::string_view block =
        bytes.substr(0, std::min<std::size_t>(bytes.size(), kBlock - size_ % kBlock));
    if (!is_zero(block)) TRY(write_block(block));
    size_ += block.size();
    bytes.remove_prefix(block.size());
  }
  return Unit{};
}

Result<target::ScopedFd> Spool::finish() && {
  if (::ftruncate(file_.get(), static_cast<off_t>(size_)) != 0) return refused(folder_, errno);
  return std::move(file_);
}

}  // namespace goknot::source
