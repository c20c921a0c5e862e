// SPDX-License-Identifier: Apache-2.0
#include "goknot/source/proto_fields.h"

#include <gtest/gtest.h>

#include <string>

namespace goknot::source {
namespace {

TEST(ProtoFields, FieldsComeInOrderWhateverTheirForm) {
  const std::string message("\x08\x96\x01\x12\x02hi\x1d\x01\x00\x00\x00", 12);
  ProtoFields fields(message);

  const auto number = fields.next();
  const auto text = fields.next();
  const auto fixed = fields.next();

  EXPECT_EQ(number->number, 1u);
  EXPECT_EQ(number->value, 150u);
  EXPECT_EQ(text->bytes, "hi");
  EXPECT_TRUE(text->is_bytes);
  EXPECT_EQ(fixed->value, 1u);
  EXPECT_FALSE(fields.next());
  EXPECT_FALSE(fields.broken());
}

TEST(ProtoFields, DamageEndsTheMessage) {
  for (const std::string_view message :
       {"\x12\x05hi", "\x08", "\x0b", "\x12\xff\xff\xff\xff\xff"}) {
    ProtoFields fields(message);
    EXPECT_FALSE(fields.next());
    EXPECT_TRUE(fields.broken());
    EXPECT_FALSE(fields.next());
  }
}

TEST(ProtoFields, RepeatedNumbersArePackedOrNot) {
  std::vector<std::uint64_t> numbers;

  append_numbers(numbers, {.number = 1, .value = 7, .bytes = {}});
  append_numbers(numbers, {.number = 1, .is_bytes = true, .bytes = "\x01\x96\x01\x80"});

  EXPECT_EQ(numbers, (std::vector<std::uint64_t>{7, 1, 150}));
}

}  // namespace
}  // namespace goknot::source
