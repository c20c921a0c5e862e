// SPDX-License-Identifier: Apache-2.0
#include "goknot/output/sink.h"

#include <unistd.h>

#include <cerrno>
#include <cstring>

namespace goknot::output {

namespace {

constexpr std::size_t kBufferSize = 1U << 16;

}  // namespace

Result<Unit> StringSink::write(std::string_view text) {
  text_.append(text);
  return Unit{};
}

Result<Unit> FdSink::write(std::string_view text) {
  if (text.size() >= kBufferSize) {
    TRY(flush());
    return write_all(text);
  }
  buffer_.append(text);
  return buffer_.size() < kBufferSize ? Unit{} : flush();
}

Result<Unit> FdSink::flush() {
  const Result<Unit> done = write_all(buffer_);
  buffer_.clear();
  return done;
}

Result<Unit> FdSink::write_all(std::string_view text) {
  while (!text.empty()) {
    const ssize_t count = ::write(fd_, text.data(), text.size());
    if (count >= 0) {
      text.remove_prefix(static_cast<std::size_t>(count));
    } else if (errno == EPIPE) {
      return fail(Kind::interrupted, name_ + ": nobody reads it any more");
    } else if (errno != EINTR) {
      return fail(Kind::io, name_ + ": " + std::strerror(errno));
    }
  }
  return Unit{};
}

}  // namespace goknot::output
