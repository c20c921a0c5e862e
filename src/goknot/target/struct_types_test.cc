// SPDX-License-Identifier: Apache-2.0
#include "goknot/target/struct_types.h"

#include "tests/support/fake_memory.h"

#include <gtest/gtest.h>

#include <utility>

namespace goknot::target {
namespace {

using testing_support::FakeMemory;

// Descriptions of types as the linker writes them.
class StructTypesOf : public testing::TestWithParam<GoVersion> {
 protected:
  static constexpr Address kTypes = 0x400000;
  static constexpr Address kEnd = 0x410000;
  static constexpr std::uint8_t kStruct = 25;

  StructTypesOf() { memory_.map(kTypes, kEnd); }

  // A name as reflection reads it; returns where it lies.
  Address add_name(const std::string& text) {
    const Address at = names_;
    memory_.put(at, std::uint8_t{1});
    const auto size = static_cast<std::uint8_t>(text.size());
    const bool two_bytes = layout_.version < GoVersion{17, 0};
    memory_.put(at + (two_bytes ? 2 : 1), size);
    memory_.put(at + (two_bytes ? 3 : 2), std::string_view(text));
    names_ += 64;
    return at;
  }
  // A named type of `size` bytes; structs get their fields later.
  Address add_type(const std::string& name, std::uint64_t size, std::uint8_t kind = kStruct) {
    const Address type = std::exchange(types_, types_ + 0x100);
    memory_.put(type, size);
    memory_.put(type + 20, std::uint8_t{4});
    memory_.put(type + 23, kind);
    memory_.put(type + 40, static_cast<std::int32_t>(add_name(name) - kTypes));
    return type;
  }
  void add_field(Address type, const std::string& name, Address field_type, std::uint64_t offset) {
    const auto count = memory_.read<std::uint64_t>(type + 64).value_or(0);
    const Address first = type + 0x60;
    memory_.put(type + 56, first).put(type + 64, count + 1);
    const Address at = first + count * 24;
    const bool shifted = layout_.version < GoVersion{19, 0};
    memory_.put(at, add_name(name)).put(at + 8, field_type);
    memory_.put(at + 16, shifted ? offset << 1U : offset);
  }
  StructTypes search(const std::string& name) const {
    return {memory_, layout_, {Range{kTypes, kEnd}}, {name}};
  }

  Layout layout_ = *layout_of(GetParam(), Architecture::amd64);
  FakeMemory memory_;

 private:
  Address types_ = kTypes + 0x40;
  Address names_ = kTypes + 0x8000;
};

INSTANTIATE_TEST_SUITE_P(Releases, StructTypesOf,
                         testing::Values(GoVersion{13, 0}, GoVersion{17, 0}, GoVersion{18, 0},
                                         GoVersion{19, 0}, GoVersion{27, 0}),
                         [](const auto& each) {
                           return "go1_" + std::to_string(each.param.minor);
                         });

TEST_P(StructTypesOf, AFieldIsFoundByOffsetAndType) {
  const Address mutex = add_type("sync.Mutex", 8);
  const Address number = add_type("int", 8, 2);
  const Address hub = add_type("node.Hub", 24);
  add_field(hub, "count", number, 0);
  add_field(hub, "mu", mutex, 8);

  const StructTypes types = search("node.Hub");

  ASSERT_EQ(types.find("node.Hub").size(), 1U);
  EXPECT_EQ(types.path_to(hub, 8, "sync.Mutex"), "mu");
  EXPECT_EQ(types.path_to(hub, 0, "sync.Mutex"), std::nullopt);
  EXPECT_EQ(types.path_to(hub, 12, "sync.Mutex"), std::nullopt);
}

TEST_P(StructTypesOf, AFieldOfANestedStructHasAPath) {
  const Address mutex = add_type("sync.Mutex", 8);
  const Address inner = add_type("node.table", 16);
  add_field(inner, "mu", mutex, 8);
  const Address hub = add_type("node.Hub", 32);
  add_field(hub, "table", inner, 16);

  EXPECT_EQ(search("node.Hub").path_to(hub, 24, "sync.Mutex"), "table.mu");
}

TEST_P(StructTypesOf, TwoPackagesMayShareAName) {
  add_type("node.Hub", 8);
  add_type("node.Hub", 16);

  EXPECT_EQ(search("node.Hub").find("node.Hub").size(), 2U);
}

TEST_P(StructTypesOf, WhatIsNoStructHasNoFields) {
  const Address number = add_type("int", 8, 2);

  EXPECT_TRUE(search("int").fields(number).empty());
  EXPECT_TRUE(search("int").find("int").empty());
}

TEST_P(StructTypesOf, AbsurdDescriptionsGiveNothing) {
  const Address hub = add_type("node.Hub", 24);
  memory_.put(hub + 56, kTypes).put(hub + 64, std::uint64_t{1} << 40U);

  EXPECT_TRUE(search("node.Hub").fields(hub).empty());
  EXPECT_EQ(search("node.Hub").name(kEnd - 8), "");
}

}  // namespace
}  // namespace goknot::target
