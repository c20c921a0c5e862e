// SPDX-License-Identifier: Apache-2.0
#include "goknot/source/proto_fields.h"

#include <protozero/pbf_reader.hpp>

namespace goknot::source {

namespace {

// The field a reader stands on. Throws protozero::exception.
ProtoField field_of(protozero::pbf_reader& reader) {
  ProtoField field;
  field.number = reader.tag();
  switch (reader.wire_type()) {
    case protozero::pbf_wire_type::varint:
      field.value = reader.get_uint64();
      break;
    case protozero::pbf_wire_type::fixed64:
      field.value = reader.get_fixed64();
      break;
    case protozero::pbf_wire_type::fixed32:
      field.value = reader.get_fixed32();
      break;
    default: {
      const protozero::data_view view = reader.get_view();
      field.bytes = {view.data(), view.size()};
      field.is_bytes = true;
    }
  }
  return field;
}

}  // namespace

std::optional<ProtoField> ProtoFields::next() {
  if (rest_.empty() || broken_) return std::nullopt;
  try {
    protozero::pbf_reader reader(rest_.data(), rest_.size());
    if (!reader.next()) return std::nullopt;
    const ProtoField field = field_of(reader);
    rest_.remove_prefix(rest_.size() - reader.length());
    return field;
  } catch (const protozero::exception&) {
    broken_ = true;
    return std::nullopt;
  }
}

void append_numbers(std::vector<std::uint64_t>& numbers, const ProtoField& field) {
  if (!field.is_bytes) {
    numbers.push_back(field.value);
    return;
  }
  const char* at = field.bytes.data();
  const char* const end = at + field.bytes.size();
  try {
    while (at != end) numbers.push_back(protozero::decode_varint(&at, end));
  } catch (const protozero::exception&) {
    return;
  }
}

}  // namespace goknot::source
