// SPDX-License-Identifier: Apache-2.0
#include "goknot/source/core_input.h"

#include "goknot/base/buffer.h"
#include "goknot/source/archive.h"
#include "goknot/source/containers.h"
#include "goknot/source/spool.h"
#include "goknot/target/core/core_file.h"

#include <fcntl.h>
#include <fmt/chrono.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <limits>
#include <utility>
#include <vector>

namespace goknot::source {

namespace {

constexpr std::size_t kHead = 512;  // enough to know a core or what packs one
constexpr std::size_t kChunk = std::size_t{1} << 20U;

std::string head_of(int fd) {
  std::string head(kHead, '\0');
  const ssize_t got = ::pread(fd, head.data(), head.size(), 0);
  head.resize(got > 0 ? static_cast<std::size_t>(got) : 0);
  return head;
}

// When a file was written to last: for a core, when the program ended.
std::string written_at(int fd) {
  struct stat about = {};
  if (::fstat(fd, &about) != 0 || !S_ISREG(about.st_mode)) return {};
  return fmt::format("{:%Y-%m-%dT%H:%M:%SZ}", fmt::gmtime(about.st_mtim.tv_sec));
}

}  // namespace

// The first piece that comes out tells what it is. Only a core goes to the disk: it may be larger
// than memory.
Result<std::optional<CoreInput>> core_in_bytes(std::string_view packed, const std::string& name,
                                               const CoreOptions& options) {
  const Container* const container = find_container(packed);
  if (container == nullptr || container->kind != ContainerKind::stream) return std::nullopt;
  std::optional<Spool> spool;
  bool other = false;
  const auto trouble =
      pass_through(*container, packed, [&](std::string_view piece) -> Result<Unit> {
        if (!spool) {
          other = !target::CoreFile::is_core(piece);
          if (other) return fail(Kind::unsupported, "no core");
          spool = TRY(Spool::open(options.temporary, options.limit));
        }
        return spool->write(piece);
      });
  if (other || !spool) return std::nullopt;
  if (!trouble) return std::unexpected(Error(trouble.error()).with(name + ": unpacked, it is"));
  CoreInput core{.file = TRY(std::move(*spool).finish()),
                 .name = name,
                 .wrapped_in = std::string(container->name)};
  if (!trouble->empty()) core.trouble = fmt::format("the {} stream {}", container->name, *trouble);
  return core;
}

Result<std::optional<CoreInput>> core_in_file(const std::string& path, const std::string& name,
                                              const CoreOptions& options) {
  target::ScopedFd file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK));
  struct stat about = {};
  // Others say it better why a file cannot be read.
  if (!file.is_open() || ::fstat(file.get(), &about) != 0 || !S_ISREG(about.st_mode)) {
    return std::nullopt;
  }
  const std::string head = head_of(file.get());
  std::string taken_at = written_at(file.get());
  if (target::CoreFile::is_core(head)) {
    return CoreInput{.file = std::move(file), .name = name, .taken_at = std::move(taken_at)};
  }
  const Container* const container = find_container(head);
  if (container == nullptr || container->kind != ContainerKind::stream) return std::nullopt;
  const Buffer packed = TRY(Buffer::open(path, std::numeric_limits<std::size_t>::max()));
  std::optional<CoreInput> core = TRY(core_in_bytes(packed.view(), name, options));
  if (core) core->taken_at = std::move(taken_at);
  return core;
}

Result<CoreInput> core_in_pipe(int fd, std::string_view begin, const std::string& name,
                               const CoreOptions& options) {
  Spool spool = TRY(Spool::open(options.temporary, options.limit));
  TRY(spool.write(begin));
  std::vector<char> chunk(kChunk);
  for (;;) {
    const ssize_t got = ::read(fd, chunk.data(), chunk.size());
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return fail(Kind::io, name + ": " + std::strerror(errno));
    if (got == 0) break;
    TRY(spool.write({chunk.data(), static_cast<std::size_t>(got)}));
  }
  return CoreInput{.file = TRY(std::move(spool).finish()), .name = name};
}

}  // namespace goknot::source
