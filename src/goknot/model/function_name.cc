// SPDX-License-Identifier: Apache-2.0
#include "goknot/model/function_name.h"

#include <algorithm>
#include <array>
#include <cctype>

namespace goknot {

namespace {

// Where the package ends: the first dot after the last slash that is outside parentheses and
// brackets. Dots of the last path element are escaped as %2e (go1.27 cmd/internal/objabi/path.go:
// PathToPrefix).
std::size_t package_end(std::string_view function) {
  std::size_t start = 0;
  for (std::size_t i = 0; i < function.size(); i++) {
    if (function[i] == '(' || function[i] == '[') break;
    if (function[i] == '/') start = i + 1;
  }
  return function.find('.', start);
}

bool all_digits(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

// A component the compiler appends: "func1", "gowrap2", "deferwrap1", "3", "·dwrap·1",
// "func1-range2".
bool is_compiler_part(std::string_view part) {
  constexpr std::array<std::string_view, 4> kStems = {"func", "gowrap", "deferwrap", "dwrap"};
  part = part.substr(0, part.find('-'));
  if (all_digits(part) || part.starts_with("\u00b7")) return true;
  return std::ranges::any_of(kStems, [part](std::string_view stem) {
    return part.starts_with(stem) && all_digits(part.substr(stem.size()));
  });
}

// Splits "readLoop.func1.2-fm" into "readLoop" and ".func1.2-fm".
// The first part that the compiler made begins the suffix, whatever comes behind it.
void split_suffix(std::string_view text, FunctionName& name) {
  std::size_t end = std::min(text.size(), text.find('-', 1));
  end = std::min(end, text.find("\u00b7", 1));
  std::size_t dot = text.find('.', 1);
  while (dot != std::string_view::npos && dot < end) {
    const std::size_t next = std::min(text.find('.', dot + 1), text.size());
    if (is_compiler_part(text.substr(dot + 1, next - dot - 1))) {
      end = dot;
      break;
    }
    dot = next == text.size() ? std::string_view::npos : next;
  }
  name.name = text.substr(0, end);
  name.suffix = text.substr(end);
}

std::string_view without_type_arguments(std::string_view text) {
  return text.substr(0, text.find('['));
}

// "(*Conn[...])" of "(*Conn[...]).readLoop": the length up to and with the closing parenthesis.
std::size_t receiver_end(std::string_view text) {
  int depth = 0;
  for (std::size_t i = 0; i < text.size(); i++) {
    if (text[i] == '(') depth++;
    if (text[i] == ')' && --depth == 0) return i + 1;
  }
  return std::string_view::npos;
}

// The dot that ends "T" or "T[...]" of a value receiver "T.Method"; npos if this is no method.
// "T.Method" and "name.func1" look alike; what follows the dot tells them apart.
std::size_t value_receiver_end(std::string_view text) {
  int depth = 0;
  for (std::size_t i = 0; i < text.size(); i++) {
    if (text[i] == '[') depth++;
    if (text[i] == ']') depth--;
    if (text[i] != '.' || depth != 0) continue;
    const std::string_view next = text.substr(i + 1, text.find('.', i + 1) - i - 1);
    return next.empty() || is_compiler_part(next) ? std::string_view::npos : i;
  }
  return std::string_view::npos;
}

// "v2", the last element of a module's path from its second major version on.
bool is_major_version(std::string_view element) {
  return element.size() > 1 && element.front() == 'v' &&
         std::ranges::all_of(element.substr(1), [](char c) { return c >= '0' && c <= '9'; });
}

}  // namespace

// The forms, all of them behind a package:
//
//     name                  name.func1.2            a function, a closure in it
//     (*T).name             (*T[...]).name-fm       a method, a method value
//     T.name                T[...].name.gowrap1     a method with a value receiver
FunctionName parse_function_name(std::string_view function) {
  FunctionName name;
  const std::size_t dot = package_end(function);
  if (dot == std::string_view::npos || dot == 0) {
    name.name = function;
    return name;
  }
  name.package = function.substr(0, dot);
  std::string_view rest = function.substr(dot + 1);
  if (rest.starts_with('(')) {
    const std::size_t end = receiver_end(rest);
    if (end == std::string_view::npos || end + 1 >= rest.size() || rest[end] != '.') {
      name.name = rest;
      return name;
    }
    std::string_view type = rest.substr(1, end - 2);
    if (type.starts_with('*')) type.remove_prefix(1);
    name.type = without_type_arguments(type);
    rest.remove_prefix(end + 1);
  } else if (const std::size_t end = value_receiver_end(rest); end != std::string_view::npos) {
    name.type = without_type_arguments(rest.substr(0, end));
    rest.remove_prefix(end + 1);
  }
  split_suffix(rest, name);
  name.name = without_type_arguments(name.name);
  return name;
}

// By the name that a package goes by in code, as a rule the last element of its path that is not
// a version: "github.com/panjf2000/ants/v2.(*Pool).Submit" is "ants.(*Pool).Submit".
std::string short_function(std::string_view function) {
  const std::size_t end = std::min(package_end(function), function.size());
  std::string_view package = function.substr(0, end);
  const auto last = [&] { return package.substr(package.rfind('/') + 1); };
  if (package.contains('/') && is_major_version(last())) {
    package.remove_suffix(last().size() + 1);
  }
  std::string text(last());
  text += function.substr(end);
  for (std::size_t at = text.find("%2e"); at != std::string::npos; at = text.find("%2e", at + 1)) {
    text.replace(at, 3, ".");
  }
  return text;
}

std::string_view base_name(std::string_view path) {
  const std::size_t slash = path.find_last_of("/\\");
  return slash == std::string_view::npos ? path : path.substr(slash + 1);
}

bool is_runtime_package(std::string_view package) {
  return package == "runtime" || package.starts_with("runtime/internal/") ||
         package.starts_with("internal/runtime/");
}

bool is_standard_package(std::string_view package) {
  // The first elements of go1.27's std and of what is vendored into it, sorted.
  constexpr auto kRoots = std::to_array<std::string_view>(
      {"archive",  "bufio",   "bytes",  "cmp",      "compress", "container", "context",  "crypto",
       "database", "debug",   "embed",  "encoding", "errors",   "exp",       "expvar",   "flag",
       "fmt",      "go",      "hash",   "html",     "image",    "index",     "internal", "io",
       "iter",     "log",     "maps",   "math",     "mime",     "net",       "os",       "path",
       "plugin",   "reflect", "regexp", "runtime",  "simd",     "slices",    "sort",     "strconv",
       "strings",  "structs", "sync",   "syscall",  "testing",  "text",      "time",     "unicode",
       "unique",   "unsafe",  "vendor", "weak"});
  static_assert(std::ranges::is_sorted(kRoots));
  return std::ranges::binary_search(kRoots, package.substr(0, package.find('/')));
}

bool is_standard_function(std::string_view function) {
  return is_standard_package(parse_function_name(function).package);
}

}  // namespace goknot
