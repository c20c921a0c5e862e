// SPDX-License-Identifier: Apache-2.0
// Where an output writes to, in pieces: 100,000 goroutines need not be one string.
#pragma once

#include "goknot/base/result.h"

#include <cstddef>
#include <string>
#include <string_view>

namespace goknot::output {

// Takes text piece by piece.
class Sink {
 public:
  virtual ~Sink() = default;
  // Appends a piece. Errors: io; interrupted when the reader has gone away (a closed pipe).
  virtual Result<Unit> write(std::string_view text) = 0;
};

// Keeps what is written.
class StringSink : public Sink {
 public:
  Result<Unit> write(std::string_view text) override;
  // All of it so far.
  const std::string& text() const { return text_; }

 private:
  std::string text_;
};

// Writes to an open descriptor, which stays the caller's, through a buffer. `flush` before the end.
class FdSink : public Sink {
 public:
  // `name` is for messages: "standard output", a file's name.
  FdSink(int fd, std::string name) : fd_(fd), name_(std::move(name)) {}
  Result<Unit> write(std::string_view text) override;
  // Hands on what is still in the buffer.
  Result<Unit> flush();

 private:
  Result<Unit> write_all(std::string_view text);

  int fd_;
  std::string name_;
  std::string buffer_;
};

}  // namespace goknot::output
