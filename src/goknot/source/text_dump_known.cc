// SPDX-License-Identifier: Apache-2.0
#include "goknot/source/text_dump_known.h"

#include "goknot/base/hash.h"
#include "goknot/source/text_dump_scan.h"

#include <algorithm>
#include <cstring>
#include <utility>

namespace goknot::source {

namespace {

// A function with more places than this is not remembered further, so that a text made for it
// cannot make every look-up long.
constexpr int kMostProbes = 64;
// Places beyond so much text are not remembered either.
constexpr std::size_t kMostBytes = std::size_t{128} << 20U;
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
  } else if (line.substr(std::min(line.find_first_not_of(" \t"), line.size()))
                 .starts_with(kCreatedBy)) {
    place = split_creator(line);
  } else {
    return std::nullopt;
  }
  place.end = end + 1;
  return place;
}

std::optional<CleanLines> split_clean_lines(std::string_view text, std::size_t at) {
  const auto head = split_place_head(text, at);
  if (!head) return std::nullopt;
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

KnownPlaces::KnownPlaces(std::string_view text)
    : text_(text), records_(sizeof(Record), '\0'), slots_(64) {}

// Compared are the head, "main.f(" up to its arguments, and then the file line: one function has as
// many places as there are lines in it that call something.
std::optional<KnownPlaces::Match> KnownPlaces::find(std::size_t at) const {
  const auto head = split_place_head(text_, at);
  if (!head) return std::nullopt;
  const auto hash = static_cast<std::uint32_t>(hash_bytes(head->head));
  const std::size_t mask = slots_.size() - 1;
  for (std::size_t slot = hash & mask; slots_[slot].record != 0; slot = (slot + 1) & mask) {
    if (slots_[slot].hash != hash) continue;
    const char* const place = records_.data() + slots_[slot].record;
    Record record;
    std::memcpy(&record, place, sizeof record);
    const char* const text = place + sizeof record;
    if (record.head_size != head->head.size()) continue;
    if (std::memcmp(text, head->head.data(), record.head_size) != 0) continue;
    if (const std::size_t end = end_of(record, text + record.head_size, head->end); end != 0) {
      return Match{.frame = record.frame, .head = *head, .end = end};
    }
  }
  return std::nullopt;
}

// Where the line behind the file line at `at` begins, if it is the place's; else 0.
std::size_t KnownPlaces::end_of(const Record& record, const char* file_text, std::size_t at) const {
  if (text_.size() - at < record.file_size) return 0;
  if (std::memcmp(text_.data() + at, file_text, record.file_size) != 0) return 0;
  const std::size_t end = at + record.file_size;
  return record.has_registers != 0 ? line_end(text_, end) + 1 : end;
}

// Records lie one behind the other in one string, {frame, sizes}, head, file line; slots hold their
// offsets, 0 being none, which is why the first record is left empty.
void KnownPlaces::add(const CleanLines& lines, FrameId frame) {
  const std::string_view head = lines.head.head;
  if (records_.size() + head.size() + lines.fixed_file.size() > kMostBytes) return;
  if (size_ * 2 >= slots_.size()) grow();
  const auto hash = static_cast<std::uint32_t>(hash_bytes(head));
  const std::size_t mask = slots_.size() - 1;
  std::size_t slot = hash & mask;
  for (int probes = 0; slots_[slot].record != 0; slot = (slot + 1) & mask) {
    if (++probes > kMostProbes) return;
  }
  slots_[slot] = {.hash = hash, .record = static_cast<std::uint32_t>(records_.size())};
  ++size_;
  const Record record{.frame = frame,
                      .head_size = static_cast<std::uint32_t>(head.size()),
                      .file_size = static_cast<std::uint32_t>(lines.fixed_file.size()),
                      .has_registers = lines.fixed_file.ends_with('\n') ? 0U : 1U};
  records_.append(reinterpret_cast<const char*>(&record), sizeof record);
  records_.append(head).append(lines.fixed_file);
}

void KnownPlaces::grow() {
  const std::vector<Slot> old = std::exchange(slots_, std::vector<Slot>(slots_.size() * 2));
  const std::size_t mask = slots_.size() - 1;
  for (const Slot& full : old) {
    if (full.record == 0) continue;
    std::size_t slot = full.hash & mask;
    while (slots_[slot].record != 0) slot = (slot + 1) & mask;
    slots_[slot] = full;
  }
}

}  // namespace goknot::source
