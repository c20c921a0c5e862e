// SPDX-License-Identifier: Apache-2.0
#include "goknot/model/arguments.h"

#include <charconv>

namespace goknot {

namespace {

bool is_separator(char c) { return c == ' ' || c == ',' || c == '{' || c == '}'; }

// Reads one word from the front of `text`; false at the end or at something strange.
// Braces and commas only say how words belong together, which nobody here asks: all separators are
// alike.
bool next_argument(std::string_view& text, Argument& argument) {
  while (!text.empty() && is_separator(text.front())) text.remove_prefix(1);
  if (text.empty()) return false;
  argument = Argument();
  if (text.starts_with("_") || text.starts_with("...")) {
    text.remove_prefix(text.front() == '_' ? 1 : 3);
    argument.known = false;
    return true;
  }
  if (!text.starts_with("0x")) return false;
  const char* const end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data() + 2, end, argument.value, 16);
  if (error != std::errc()) return false;
  text.remove_prefix(static_cast<std::size_t>(stop - text.data()));
  if (text.starts_with('?')) {
    argument.exact = false;
    text.remove_prefix(1);
  }
  return true;
}

}  // namespace

std::vector<Argument> parse_arguments(std::string_view text) {
  std::vector<Argument> arguments;
  Argument argument;
  while (next_argument(text, argument)) arguments.push_back(argument);
  return arguments;
}

Argument first_argument(std::string_view text) {
  Argument argument;
  if (!next_argument(text, argument)) argument.known = false;
  return argument;
}

}  // namespace goknot
