// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace goknot::source {

// One field of a protobuf message: a number or bytes.
struct ProtoField {
  std::uint32_t number = 0;
  bool is_bytes = false;
  std::uint64_t value = 0;
  std::string_view bytes;

  // The value as a signed one.
  std::int64_t signed_value() const { return static_cast<std::int64_t>(value); }
};

// Walks through the fields of a protobuf message of any form; the bytes may be anything. Fields of
// fixed size are passed as numbers.
class ProtoFields {
 public:
  explicit ProtoFields(std::string_view message) : rest_(message) {}

  // The next field; none at the end and at the first that is broken.
  std::optional<ProtoField> next();
  // Whether next() stopped at something broken.
  bool broken() const { return broken_; }

 private:
  std::string_view rest_;
  bool broken_ = false;
};

// The numbers of a repeated field, packed or one by one, added to `numbers`; what is broken ends
// them.
void append_numbers(std::vector<std::uint64_t>& numbers, const ProtoField& field);

}  // namespace goknot::source
