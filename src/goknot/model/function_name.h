// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

namespace goknot {

// A Go function name taken apart. Views point into the name that was parsed.
// "github.com/nats-io/nats%2ego.(*Conn[...]).readLoop.func1.2"
struct FunctionName {
  std::string_view package;  // "github.com/nats-io/nats%2ego", as printed
  std::string_view
      type;  // "Conn": receiver without "*", parentheses, type arguments; empty for a function
  std::string_view name;  // "readLoop": without closure suffixes
  std::string_view
      suffix;  // ".func1.2", "-fm", ".gowrap1": what the compiler added; empty for none

  // Whether the compiler made it to put around a call, for a go or defer statement.
  bool is_wrapper() const { return suffix.contains("wrap"); }
};

// Takes a name apart. Anything that does not look like Go's ends up in `name` whole.
FunctionName parse_function_name(std::string_view function);

// The name as people say it: "node.(*Hub).Add.func1" of "example.com/x/node.(*Hub).Add.func1", dots
// unescaped.
std::string short_function(std::string_view function);

// The last element of a path, either slash.
std::string_view base_name(std::string_view path);

// Whether the package is the runtime or one of its own helpers: such frames never wait by
// themselves.
bool is_runtime_package(std::string_view package);

// Whether a package belongs to Go itself: its first element has no dot, and it is no "main" nor a
// test binary's name. "net/http" and "internal/poll" are; "main", "example.com/x",
// "golang.org/x/net/http2" are not.
bool is_standard_package(std::string_view package);

// Whether a function belongs to such a package, by its full name.
bool is_standard_function(std::string_view function);

}  // namespace goknot
