// SPDX-License-Identifier: Apache-2.0
#include "goknot/target/program.h"

#include "tests/support/recorded_program.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>

namespace goknot::target {
namespace {

using testing_support::FakeMemory;
using testing_support::RecordedProgram;

class ProgramOf : public testing::TestWithParam<std::string> {};

INSTANTIATE_TEST_SUITE_P(Releases, ProgramOf,
                         testing::ValuesIn(testing_support::recorded_releases()));

TEST_P(ProgramOf, SaysItsReleaseAndWhereItWasLoadedFrom) {
  const RecordedProgram recorded(GetParam());

  EXPECT_TRUE(recorded.program.build.version.starts_with(GetParam()));
  EXPECT_EQ(recorded.program.path, "/subject");
  EXPECT_TRUE(recorded.program.layout.exact());
  EXPECT_EQ(recorded.program.tables.size(), 1U);
}

TEST_P(ProgramOf, IsFoundByItsStructureIfItsVersionWasWiped) {
  const auto memory = testing_support::read_recording(GetParam());
  constexpr std::string_view kMagic = "\xff Go buildinf:";
  for (const Region& region : memory->regions()) {
    if (region.path != "/subject") continue;
    for (Address at = region.begin; at < region.end; at += 16) {
      std::array<char, kMagic.size()> text{};
      memory->read(at, std::as_writable_bytes(std::span(text)));
      if (std::ranges::equal(text, kMagic)) memory->byte(at) = std::byte{0};
    }
  }

  const auto programs = find_programs(*memory, Architecture::amd64);

  ASSERT_TRUE(programs) << programs.error().message;
  // Older releases keep it in a variable, too.
  const std::string& version = programs->front().build.version;
  EXPECT_TRUE(version.empty() || version.starts_with(GetParam())) << version;
  EXPECT_EQ(programs->front().goroutines, RecordedProgram(GetParam()).program.goroutines);
}

TEST(Program, ThereIsNoneWithoutMappings) {
  const auto programs = find_programs(FakeMemory(), Architecture::amd64);

  ASSERT_FALSE(programs);
  EXPECT_EQ(programs.error().kind, Kind::unsupported);
}

TEST(Program, ThereIsNoneWhereTheTableOfFunctionsIsGone) {
  RecordedProgram recorded("go1.27");
  const Address table = recorded.table().module().table;
  recorded.memory->lose(table, table + 4096);

  EXPECT_FALSE(find_programs(*recorded.memory, Architecture::amd64));
}

TEST(Program, OneThatWasLinkedAgainstItselfIsReadOnce) {
  RecordedProgram recorded("go1.27");
  const Module& module = recorded.table().module();
  recorded.memory->put(
      module.address + static_cast<Address>(recorded.program.layout.moduledata.next),
      module.address);

  const auto programs = find_programs(*recorded.memory, Architecture::amd64);

  ASSERT_TRUE(programs);
  EXPECT_EQ(programs->front().tables.size(), 1U);
}

}  // namespace
}  // namespace goknot::target
