// SPDX-License-Identifier: Apache-2.0
// How the library says that something cannot be done: a value, never an exception.
#pragma once

#include <cstdint>
#include <expected>
#include <string>
#include <string_view>
#include <utility>

namespace goknot {

// What kind of bad news an Error is. Programs decide by this, never by the text.
enum class Kind : std::uint8_t {
  io,           // the system refused: disk, network
  denied,       // not permitted
  not_found,    // no such file, process, host
  damaged,      // it is what it says, but broken
  unsupported,  // recognised, and not something we read
  usage,        // the question was wrong
  interrupted,  // time-out or signal
};

// The word for a kind in JSON: "io", "denied", …
std::string_view kind_name(Kind kind);

// One piece of bad news: what is wrong, where, and what to try.
struct [[nodiscard]] Error {
  Kind kind = Kind::io;
  std::string message;  // "notes.txt: not a goroutine dump (plain text, 214 lines)"
  std::string hint;     // what to try, or empty

  // The same error, said to be about `context` ("context: message").
  Error with(std::string_view context) &&;
};

// A value, or the reason there is none.
template <typename T>
using Result = std::expected<T, Error>;

// The value of an operation that has none.
struct Unit {};

// Shorthand for a returned error.
inline std::unexpected<Error> fail(Kind kind, std::string message, std::string hint = {}) {
  return std::unexpected<Error>(Error{kind, std::move(message), std::move(hint)});
}

}  // namespace goknot

#define GOKNOT_CONCAT_INNER(a, b) a##b
#define GOKNOT_CONCAT(a, b) GOKNOT_CONCAT_INNER(a, b)
#define GOKNOT_TRY_IMPL(name, expression)                                   \
  __extension__({                                                           \
    auto name = (expression);                                               \
    if (!name.has_value()) return std::unexpected(std::move(name).error()); \
    *std::move(name);                                                       \
  })

// The value of a Result, or return its error from the enclosing function.
#define TRY(expression) GOKNOT_TRY_IMPL(GOKNOT_CONCAT(goknot_try_, __COUNTER__), expression)
