// SPDX-License-Identifier: Apache-2.0
#include "goknot/target/goroutine_list.h"

#include "tests/support/recorded_program.h"

#include <gtest/gtest.h>

namespace goknot::target {
namespace {

using testing_support::FakeMemory;
using testing_support::RecordedProgram;

class GoroutineListOf : public testing::TestWithParam<std::string> {
 protected:
  std::optional<Address> find() const {
    return find_goroutine_list(*program_.memory, program_.program.layout, program_.table());
  }

  RecordedProgram program_{GetParam()};
};

INSTANTIATE_TEST_SUITE_P(Releases, GoroutineListOf,
                         testing::ValuesIn(testing_support::recorded_releases()));

TEST_P(GoroutineListOf, IsFoundThroughTheCodeThatUsesIt) {
  const auto list = find();

  ASSERT_TRUE(list);
  const auto goroutines = read_goroutine_list(*program_.memory, *list);
  ASSERT_TRUE(goroutines);
  EXPECT_GE(goroutines->size(), 17U);
}

TEST_P(GoroutineListOf, IsFoundByItsLooksWithoutThatCode) {
  const auto before = find();
  for (const std::string_view user : {"runtime.allgadd", "runtime.forEachG"}) {
    const auto function = program_.table().find(user);
    if (function) program_.memory->lose(function->entry, program_.table().end_of(*function));
  }

  EXPECT_EQ(find(), before);
}

// A slice at 0x1000 whose elements are at 0x2000.
struct Slices : FakeMemory {
  Slices() { map(0x1000, 0x3000); }
  Slices& slice(Address data, std::uint64_t size, std::uint64_t capacity) {
    put(0x1000, data).put(0x1008, size).put(0x1010, capacity);
    return *this;
  }
};

TEST(GoroutineList, HasTheElementsInTheirOrder) {
  Slices memory;
  memory.slice(0x2000, 2, 4).put(0x2000, Address{0x10}).put(0x2008, Address{0x8});

  const auto list = read_goroutine_list(memory, 0x1000);

  ASSERT_TRUE(list);
  EXPECT_EQ(*list, (std::vector<Address>{0x10, 0x8}));
}

TEST(GoroutineList, HasNoAddressesThatNoProgramCanHave) {
  Slices memory;
  memory.slice(0x2000, 3, 4).put(0x2000, Address{0x10}).put(0x2010, ~Address{0} - 7);

  EXPECT_EQ(*read_goroutine_list(memory, 0x1000), std::vector<Address>{0x10});
}

TEST(GoroutineList, IsDamagedIfItIsNoSlice) {
  EXPECT_FALSE(read_goroutine_list(Slices().slice(0x2000, 5, 4), 0x1000)) << "over its capacity";
  EXPECT_FALSE(read_goroutine_list(Slices().slice(0x2001, 2, 4), 0x1000)) << "not aligned";
  EXPECT_FALSE(read_goroutine_list(Slices().slice(0x2000, 0, 4), 0x1000)) << "empty";
  EXPECT_FALSE(read_goroutine_list(Slices().slice(0x2000, 1U << 30U, 1U << 30U), 0x1000)) << "huge";
}

TEST(GoroutineList, IsDamagedIfItsElementsCannotBeRead) {
  EXPECT_FALSE(read_goroutine_list(Slices().slice(0x2ff8, 2, 4), 0x1000));
  EXPECT_FALSE(read_goroutine_list(Slices(), 0x8000));
}

}  // namespace
}  // namespace goknot::target
