// SPDX-License-Identifier: Apache-2.0
#include "tests/support/renamed.h"

#include "goknot/model/function_name.h"

#include <absl/container/flat_hash_map.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>

namespace goknot::testing_support {

namespace {

bool is_word_part(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return std::isalnum(byte) != 0 || c == '_' || c == '%' || byte >= 0x80;
}

bool all_digits(std::string_view text) {
  return std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

// Words that the compiler adds, or that mean something to Go.
bool keeps_its_name(std::string_view word) {
  constexpr std::array<std::string_view, 3> kKept = {"main", "init", "fm"};
  if (all_digits(word) || std::ranges::find(kKept, word) != kKept.end()) return true;
  for (const std::string_view made : {"func", "gowrap", "deferwrap"}) {
    if (word.starts_with(made) && all_digits(word.substr(made.size()))) return true;
  }
  return false;
}

class Renamer {
 public:
  std::string run(std::string_view dump);

 private:
  std::string line(std::string_view text);
  std::string header(std::string_view text);
  std::string function(std::string_view text);
  std::string place(std::string_view text);
  std::string words(std::string_view text);
  std::string word(std::string_view text);

  absl::flat_hash_map<std::string, std::string> names_;
  bool standard_ = true;  // the function of the line before
};

std::string Renamer::run(std::string_view dump) {
  std::string text;
  while (!dump.empty()) {
    const std::size_t end = std::min(dump.find('\n'), dump.size() - 1);
    text += line(dump.substr(0, end + 1));
    dump.remove_prefix(end + 1);
  }
  return text;
}

std::string Renamer::line(std::string_view text) {
  if (text.starts_with("goroutine ")) return header(text);
  if (text.starts_with('\t')) return standard_ ? std::string(text) : place(text);
  constexpr std::string_view kCreated = "created by ";
  standard_ = true;
  if (text.starts_with(kCreated)) {
    text.remove_prefix(kCreated.size());
    const std::size_t end = std::min(text.find(" in goroutine "), text.find('\n'));
    return std::string(kCreated) + function(text.substr(0, end)) + std::string(text.substr(end));
  }
  const std::size_t arguments = text.rfind('(');
  if (arguments == std::string_view::npos || text.substr(0, arguments).contains(' '))
    return std::string(text);
  return function(text.substr(0, arguments)) + std::string(text.substr(arguments));
}

// The labels of a goroutine, each quoted text by another one.
std::string Renamer::header(std::string_view text) {
  const std::size_t begin = text.find("labels:{");
  if (begin == std::string_view::npos) return std::string(text);
  std::string result(text.substr(0, begin));
  for (std::size_t i = begin; i < text.size(); i++) {
    result += text[i];
    if (text[i] != '"') continue;
    const std::size_t first = ++i;
    while (i < text.size() && text[i] != '"') i += text[i] == '\\' ? 2U : 1U;
    result += word(text.substr(first, i - first)) + "\"";
  }
  return result;
}

std::string Renamer::function(std::string_view text) {
  const std::string_view package = parse_function_name(text).package;
  standard_ = package.empty() || is_standard_package(package);
  return standard_ ? std::string(text) : words(text);
}

// "\t/src/hub/node/hub.go:73 +0x1d": the names, not the numbers and the suffix.
std::string Renamer::place(std::string_view text) {
  const std::size_t end = text.rfind(".go:");
  if (end == std::string_view::npos) return std::string(text);
  return words(text.substr(0, end)) + std::string(text.substr(end));
}

std::string Renamer::words(std::string_view text) {
  std::string result;
  for (std::size_t i = 0; i < text.size();) {
    std::size_t end = i;
    while (end < text.size() && is_word_part(text[end])) end++;
    if (end == i) {
      result += text[i++];
    } else {
      result += word(text.substr(i, end - i));
      i = end;
    }
  }
  return result;
}

std::string Renamer::word(std::string_view text) {
  if (keeps_its_name(text)) return std::string(text);
  const auto [entry, added] = names_.try_emplace(std::string(text));
  if (added) entry->second = fmt::format("Zq{}x", names_.size());
  return entry->second;
}

}  // namespace

std::string renamed(std::string_view dump) { return Renamer().run(dump); }

}  // namespace goknot::testing_support
