// SPDX-License-Identifier: Apache-2.0
#include "goknot/target/module.h"

#include "tests/support/recorded_program.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>

namespace goknot::target {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing_support::FakeMemory;
using testing_support::RecordedProgram;

// The beginning of a pclntab: magic, two zeros, quantum of instructions, size of pointers.
struct TableMemory : FakeMemory {
  TableMemory() { map(0x10000, 0x20000); }
  void put_header(Address at, std::uint32_t magic, unsigned char quantum) {
    put(at, magic).put(at + 6, quantum).put(at + 7, static_cast<unsigned char>(8));
  }
};

TEST(Module, FindsTheBeginningOfATableOfEachFormat) {
  TableMemory memory;
  memory.put_header(0x10100, 0xfffffffb, 1);
  memory.put_header(0x10200, 0xfffffffa, 1);
  memory.put_header(0x10300, 0xfffffff0, 1);
  memory.put_header(0x10400, 0xfffffff1, 4);

  const auto tables = find_tables(memory, {0x10000, 0x20000});

  ASSERT_EQ(tables.size(), 4U);
  EXPECT_EQ(tables[0].address, 0x10100U);
  EXPECT_EQ(tables[0].format, TableFormat::go1_2);
  EXPECT_EQ(tables[1].format, TableFormat::go1_16);
  EXPECT_EQ(tables[2].format, TableFormat::go1_18);
  EXPECT_EQ(tables[3].format, TableFormat::go1_20);
}

TEST(Module, TakesNoTableForOneWhoseHeaderIsOdd) {
  TableMemory memory;
  memory.put_header(0x10100, 0xfffffff1, 3);  // no such quantum
  memory.put_header(0x10200, 0xfffffff2, 1);  // no such magic
  memory.put_header(0x10302, 0xfffffff1, 1);  // not aligned
  memory.put_header(0x10400, 0xfffffff1, 1);
  memory.put(0x10407, static_cast<unsigned char>(4));  // 32 bit

  EXPECT_THAT(find_tables(memory, {0x10000, 0x20000}), IsEmpty());
}

TEST(Module, FindsWordsThatHoldOneOfTheValues) {
  TableMemory memory;
  memory.put(0x10008, std::uint64_t{0x4711}).put(0x1fff8, std::uint64_t{0x4712});
  memory.put(0x10014, std::uint64_t{0x4711});  // not aligned
  const std::array<Address, 2> values{0x4711, 0x4712};

  EXPECT_THAT(find_words(memory, {0x10000, 0x20000}, values), ElementsAre(0x10008, 0x1fff8));
}

class ModuleOf : public testing::TestWithParam<const char*> {
 protected:
  std::optional<Module> read() const {
    return read_module(*program_.memory, program_.program.layout, address_);
  }

  RecordedProgram program_{GetParam()};
  Address address_ = program_.table().module().address;
};

INSTANTIATE_TEST_SUITE_P(Releases, ModuleOf,
                         testing::Values("go1.13", "go1.16", "go1.18", "go1.20", "go1.23",
                                         "go1.27"));

TEST_P(ModuleOf, SaysWhereCodeAndVariablesLie) {
  const auto module = read();

  ASSERT_TRUE(module);
  EXPECT_EQ(module->next, 0U);
  EXPECT_TRUE(module->code.contains(module->functions.begin));
  EXPECT_TRUE(module->is_data(program_.program.goroutines));
  EXPECT_FALSE(module->is_data(module->code.begin));
}

TEST_P(ModuleOf, IsNoneIfItsRangesContradictEachOther) {
  const auto& at = program_.program.layout.moduledata;
  program_.memory->put(address_ + static_cast<Address>(at.etext), std::uint64_t{1});

  EXPECT_FALSE(read());
}

TEST_P(ModuleOf, IsNoneWhereItCannotBeRead) {
  program_.memory->lose(address_ + 64, address_ + 72);

  EXPECT_FALSE(read());
}

}  // namespace
}  // namespace goknot::target
