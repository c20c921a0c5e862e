// SPDX-License-Identifier: Apache-2.0
#include "goknot/source/target.h"

#include <absl/strings/ascii.h>
#include <strings.h>
#include <unistd.h>

#include <algorithm>
#include <utility>

namespace goknot::source {

namespace {

struct Prefix {
  std::string_view text;
  TargetKind kind;
};

constexpr Prefix kPrefixes[] = {
    {"history:", TargetKind::history},
    {"pid:", TargetKind::process_id},
    {"file:", TargetKind::file},
    {"name:", TargetKind::process_name},
};

constexpr std::string_view kSchemes[] = {"http://", "https://"};

bool is_number(std::string_view word) {
  return !word.empty() && std::ranges::all_of(word, absl::ascii_isdigit);
}

bool is_url(std::string_view word) {
  return std::ranges::any_of(kSchemes, [word](std::string_view scheme) {
    return word.size() > scheme.size() &&
           strncasecmp(word.data(), scheme.data(), scheme.size()) == 0;
  });
}

bool exists(const std::string& path) { return access(path.c_str(), F_OK) == 0; }

Result<Target> forced(const Prefix& prefix, std::string_view word) {
  const std::string_view rest = word.substr(prefix.text.size());
  if (rest.empty()) return fail(Kind::usage, std::string(word) + ": nothing is named");
  if (prefix.kind == TargetKind::process_id && !is_number(rest)) {
    return fail(Kind::usage, std::string(word) + ": not a process id");
  }
  return Target{prefix.kind, std::string(rest)};
}

}  // namespace

Result<Target> recognise_target(std::string_view word) {
  if (word.empty()) return fail(Kind::usage, "an empty target names nothing");
  if (word.contains('\0')) return fail(Kind::usage, "a target must not contain zero bytes");
  if (word == "-") return Target{TargetKind::standard_input, "-"};
  for (const Prefix& prefix : kPrefixes) {
    if (word.starts_with(prefix.text)) return forced(prefix, word);
  }
  std::string text(word);
  if (is_url(word)) return Target{TargetKind::url, std::move(text)};
  if (is_number(word)) return Target{TargetKind::process_id, std::move(text)};
  if (exists(text)) return Target{TargetKind::file, std::move(text)};
  return Target{TargetKind::process_name, std::move(text)};
}

}  // namespace goknot::source
