// SPDX-License-Identifier: Apache-2.0
#include "goknot/target/linux/maps.h"

#include "goknot/target/linux/proc_file.h"

#include <sys/sysmacros.h>

#include <algorithm>
#include <utility>

namespace goknot::target {

namespace {

constexpr std::string_view kDeleted = " (deleted)";

// The kernel writes a line break in a name as \012 and nothing else (linux 6.1 fs/seq_file.c:
// mangle_path with "\n").
std::string restored(std::string_view path) {
  constexpr std::string_view kLineBreak = "\\012";
  std::string text;
  while (!path.empty()) {
    const std::size_t at = path.find(kLineBreak);
    text += path.substr(0, at);
    if (at == std::string_view::npos) break;
    text += '\n';
    path.remove_prefix(at + kLineBreak.size());
  }
  return text;
}

std::optional<std::uint64_t> parse_device(std::string_view text) {
  const auto major = parse_number(take_until(text, ':'), 16);
  const auto minor = parse_number(text, 16);
  if (!major || !minor || *major > UINT32_MAX || *minor > UINT32_MAX) return std::nullopt;
  return makedev(static_cast<unsigned>(*major), static_cast<unsigned>(*minor));
}

}  // namespace

std::optional<Mapping> parse_mapping(std::string_view line) {
  const auto begin = parse_number(take_until(line, '-'), 16);
  const auto end = parse_number(take_until(line, ' '), 16);
  const std::string_view rights = take_until(line, ' ');
  const auto offset = parse_number(take_until(line, ' '), 16);
  const auto device = parse_device(take_until(line, ' '));
  const auto inode = parse_number(take_until(line, ' '));
  if (!begin || !end || !offset || !device || !inode) return std::nullopt;
  if (*begin >= *end || rights.size() != 4) return std::nullopt;
  line.remove_prefix(std::min(line.find_first_not_of(' '), line.size()));
  return Mapping{.region = {.begin = *begin,
                            .end = *end,
                            .offset = *offset,
                            .readable = rights[0] == 'r',
                            .writable = rights[1] == 'w',
                            .executable = rights[2] == 'x',
                            .path = restored(line)},
                 .device = *device,
                 .inode = *inode};
}

std::vector<Mapping> parse_maps(std::string_view text) {
  std::vector<Mapping> mappings;
  Address end = 0;
  while (!text.empty()) {
    std::optional<Mapping> mapping = parse_mapping(take_until(text, '\n'));
    if (!mapping || mapping->region.begin < end) continue;
    end = mapping->region.end;
    mappings.push_back(*std::move(mapping));
  }
  return mappings;
}

bool is_deleted(std::string_view path) { return path.ends_with(kDeleted); }

std::string_view without_deleted(std::string_view path) {
  if (is_deleted(path)) path.remove_suffix(kDeleted.size());
  return path;
}

}  // namespace goknot::target
