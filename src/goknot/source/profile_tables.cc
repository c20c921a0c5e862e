// SPDX-License-Identifier: Apache-2.0
#include "goknot/source/profile_tables.h"

#include "goknot/model/profile_labels.h"
#include "goknot/source/profile_facts.h"

#include <algorithm>
#include <limits>

namespace goknot::source {

namespace {

constexpr std::uint32_t kMostLine = std::numeric_limits<std::uint32_t>::max();
constexpr std::uint32_t kLastField = 15;  // doc_url

// Where the repeated messages of a profile go, by field number.
std::vector<std::string_view>* table_of(ProfileParts& parts, std::uint32_t field) {
  switch (field) {
    case 1:
      return &parts.sample_types;
    case 2:
      return &parts.samples;
    case 3:
      return &parts.mappings;
    case 4:
      return &parts.locations;
    case 5:
      return &parts.functions;
    case 6:
      return &parts.strings;
    default:
      return nullptr;
  }
}

// Whether the field has the number and form of one of a profile.
// Go: github.com/google/pprof/proto/profile.proto. Fields 1 to 6 and 11 are messages and strings,
// 13 (comments) may be packed or not, the rest are plain numbers.
bool belongs(const ProtoField& field) {
  if (field.number == 0 || field.number > kLastField) return false;
  const bool message = field.number <= 6 || field.number == 11;
  return field.number == 13 || field.is_bytes == message;
}

// A ValueType is two string numbers.
bool is_value_type(std::string_view message) {
  ProtoFields fields(message);
  while (const auto field = fields.next()) {
    if (field->is_bytes || field->number > 2) return false;
  }
  return !fields.broken();
}

}  // namespace

ProfileParts parse_profile_parts(std::string_view bytes) {
  ProfileParts parts;
  ProtoFields fields(bytes);
  while (const auto field = fields.next()) {
    std::vector<std::string_view>* table = table_of(parts, field->number);
    if (table != nullptr && field->is_bytes) table->push_back(field->bytes);
    if (field->number == 9) parts.time_nanos = field->signed_value();
    if (field->number == 13) append_numbers(parts.comments, *field);
  }
  parts.broken = fields.broken();
  return parts;
}

// Protobuf has no mark at its beginning. A text could pass for one for a while, so it is read until
// the first string of the table, which is always empty.
bool looks_like_profile(std::string_view bytes) {
  ProtoFields fields(bytes);
  std::size_t seen = 0;
  std::size_t numbers = 0;
  bool type = false;
  while (const auto field = fields.next()) {
    if (!belongs(*field)) return false;
    // Of plain numbers, comments apart, a profile has one each; a text of one letter could go on
    // for a gigabyte.
    if (!field->is_bytes && field->number != 13 && ++numbers > kLastField) return false;
    if (field->number == 1 || field->number == 11) {
      if (!is_value_type(field->bytes)) return false;
      type = true;
    }
    if (field->number == 6 && type) return field->bytes.empty();
    seen++;
  }
  // No strings: they come last, so it was cut.
  return type && seen > 2;
}

ProfileLocations::ProfileLocations(const ProfileParts& parts, Snapshot& snapshot) {
  add_functions(parts, snapshot);
  for (const std::string_view message : parts.locations) add_location(message, snapshot);
}

std::span<const FrameId> ProfileLocations::frames(std::uint64_t location) const {
  const auto found = locations_.find(location);
  if (found == locations_.end()) return {};
  return std::span(frames_).subspan(found->second.first, found->second.second);
}

void ProfileLocations::add_functions(const ProfileParts& parts, Snapshot& snapshot) {
  for (const std::string_view message : parts.functions) {
    std::uint64_t id = 0, name = 0, system_name = 0, file = 0;
    ProtoFields fields(message);
    while (const auto field = fields.next()) {
      if (field->number == 1) id = field->value;
      if (field->number == 2) name = field->value;
      if (field->number == 3) system_name = field->value;
      if (field->number == 4) file = field->value;
    }
    const std::string_view shown =
        parts.text(name).empty() ? parts.text(system_name) : parts.text(name);
    functions_[id] = {snapshot.strings.add(shown), snapshot.strings.add(parts.text(file))};
  }
}

// The lines of a location are innermost first; all but the last are inlined into it.
void ProfileLocations::add_location(std::string_view message, Snapshot& snapshot) {
  std::uint64_t id = 0, address = 0, details = 0;
  std::vector<Frame> found;
  ProtoFields fields(message);
  while (const auto field = fields.next()) {
    if (field->number == 1) id = field->value;
    if (field->number == 3) address = field->value;
    if (field->number == 4) found.push_back(frame_of_line(field->bytes));
    if (field->number == kFieldFrameDetails) details = field->value;
  }
  if (found.empty()) found.emplace_back();
  for (Frame& frame : found) frame.inlined = &frame != &found.back();
  Frame& outer = found.back();
  outer.offset = static_cast<std::uint32_t>(details >> 2);
  outer.foreign = (details & 2) != 0;
  outer.inlined = (details & 1) != 0;
  const auto first = static_cast<std::uint32_t>(frames_.size());
  for (Frame& frame : found) {
    if (snapshot.strings[frame.function].empty() && address != 0) {
      frame.function = snapshot.strings.add(unnamed_function(address));
      unnamed_++;
    }
    frames_.push_back(snapshot.stacks.add(frame));
  }
  locations_[id] = {first, static_cast<std::uint32_t>(found.size())};
}

Frame ProfileLocations::frame_of_line(std::string_view message) const {
  Frame frame;
  frame.function = StringId(0);
  frame.file = StringId(0);
  ProtoFields fields(message);
  while (const auto field = fields.next()) {
    if (field->number == 2)
      frame.line = static_cast<std::uint32_t>(std::min<std::uint64_t>(field->value, kMostLine));
    if (field->number != 1) continue;
    const auto known = functions_.find(field->value);
    if (known == functions_.end()) continue;
    frame.function = known->second.name;
    frame.file = known->second.file;
  }
  return frame;
}

}  // namespace goknot::source
