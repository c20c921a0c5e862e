// SPDX-License-Identifier: Apache-2.0
#include "goknot/source/text_dump_known.h"

#include "goknot/base/hash.h"
#include "goknot/source/text_dump_scan.h"

#include <cstring>
#include <string>

namespace goknot::source {

namespace {

constexpr std::uint32_t kEmpty = 0xffffffff;
// A function with more places than this is not remembered further, so that a text made for it
// cannot make every look-up long.
constexpr int kMostProbes = 64;
constexpr std::string_view kCreatedBy = "created by ";
constexpr std::string_view kRegisters = " fp=0x";
constexpr std::string_view kParent = " in goroutine ";

// The position of the next line end, npos if there is none.
std::size_t line_end(std::string_view text, std::size_t at) {
  const void* const end = std::memchr(text.data() + at, '\n', text.size() - at);
  if (end == nullptr) return std::string_view::npos;
  return static_cast<std::size_t>(static_cast<const char*>(end) - text.data());
}

// "created by main.f in goroutine 7", or without the end.
PlaceHead split_creator(std::string_view line) {
  PlaceHead place{.head = line, .kind = PlaceKind::creator};
  std::size_t digits = line.size();
  while (digits > 0 && is_digit(line[digits - 1])) --digits;
  if (digits == line.size() || !line.substr(0, digits).ends_with(kParent)) return place;
  std::string_view number = line.substr(digits);
  const auto parent = skip_number<std::int64_t>(number);
  if (!parent) return place;
  place.parent = *parent;
  place.head = line.substr(0, digits - kParent.size());
  return place;
}

}  // namespace

std::optional<PlaceHead> split_place_head(std::string_view text, std::size_t at) {
  const std::size_t end = line_end(text, at);
  if (end == std::string_view::npos) return std::nullopt;
  const std::string_view line = text.substr(at, end - at);
  PlaceHead place;
  if (line.ends_with(')')) {
    const auto* const open = static_cast<const char*>(memrchr(line.data(), '(', line.size()));
    if (open == nullptr) return std::nullopt;
    const auto size = static_cast<std::size_t>(open - line.data()) + 1;
    place.head = line.substr(0, size);
    place.arguments = line.substr(size, line.size() - size - 1);
    if (place.arguments == "...") {
      place = {.head = text.substr(at, end + 1 - at), .kind = PlaceKind::inlined};
    }
  } else if (line.starts_with(kCreatedBy)) {
    place = split_creator(line);
  } else {
    return std::nullopt;
  }
  place.end = end + 1;
  return place;
}

std::optional<CleanLines> split_clean_lines(std::string_view text, std::size_t at) {
  const auto head = split_place_head(text, at);
  if (!head || head->end >= text.size() || text[head->end] != '\t') return std::nullopt;
  const std::size_t end = line_end(text, head->end);
  if (end == std::string_view::npos) return std::nullopt;
  CleanLines lines{.head = *head,
                   .function_line = text.substr(at, head->end - 1 - at),
                   .file_line = text.substr(head->end, end - head->end),
                   .fixed_file = text.substr(head->end, end + 1 - head->end)};
  if (const std::size_t fp = lines.file_line.find(kRegisters); fp != std::string_view::npos) {
    lines.fixed_file = lines.file_line.substr(0, fp + kRegisters.size());
  }
  return lines;
}

KnownPlaces::KnownPlaces(std::string_view text) : text_(text), slots_(64, kEmpty) {}

std::optional<KnownPlaces::Match> KnownPlaces::find(std::size_t at) const {
  const auto head = split_place_head(text_, at);
  if (!head) return std::nullopt;
  const auto hash = static_cast<std::uint32_t>(hash_bytes(head->head));
  const std::size_t mask = slots_.size() - 1;
  for (std::size_t slot = hash & mask; slots_[slot] != kEmpty; slot = (slot + 1) & mask) {
    const Place& place = places_[slots_[slot]];
    if (place.hash != hash || place.head_size != head->head.size()) continue;
    if (std::memcmp(place.text, head->head.data(), place.head_size) != 0) continue;
    if (const std::size_t end = end_of(place, head->end); end != 0) {
      return Match{.frame = place.frame, .head = *head, .end = end};
    }
  }
  return std::nullopt;
}

// Where the line behind the file line begins, if it is the place's; else 0.
std::size_t KnownPlaces::end_of(const Place& place, std::size_t file) const {
  if (text_.size() - file < place.file_size) return 0;
  const char* const fixed = place.text + place.head_size;
  if (std::memcmp(text_.data() + file, fixed, place.file_size) != 0) return 0;
  const std::size_t end = file + place.file_size;
  return place.has_registers ? line_end(text_, end) + 1 : end;
}

void KnownPlaces::add(const CleanLines& lines, FrameId frame) {
  if (places_.size() * 2 >= slots_.size()) grow();
  const std::string_view head = lines.head.head;
  const auto hash = static_cast<std::uint32_t>(hash_bytes(head));
  const std::size_t mask = slots_.size() - 1;
  std::size_t slot = hash & mask;
  for (int probes = 0; slots_[slot] != kEmpty; slot = (slot + 1) & mask) {
    if (++probes > kMostProbes) return;
  }
  slots_[slot] = static_cast<std::uint32_t>(places_.size());
  const std::string both = std::string(head) + std::string(lines.fixed_file);
  places_.push_back({.text = texts_[texts_.add(both)].data(),
                     .head_size = static_cast<std::uint32_t>(head.size()),
                     .file_size = static_cast<std::uint32_t>(lines.fixed_file.size()),
                     .hash = hash,
                     .frame = frame,
                     .has_registers = !lines.fixed_file.ends_with('\n')});
}

void KnownPlaces::grow() {
  slots_.assign(slots_.size() * 2, kEmpty);
  const std::size_t mask = slots_.size() - 1;
  for (std::uint32_t number = 0; number < places_.size(); ++number) {
    std::size_t slot = places_[number].hash & mask;
    while (slots_[slot] != kEmpty) slot = (slot + 1) & mask;
    slots_[slot] = number;
  }
}

}  // namespace goknot::source
