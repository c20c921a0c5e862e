// SPDX-License-Identifier: Apache-2.0
#include "goknot/target/core/core_file.h"

#include "goknot/target/core/core_memory.h"
#include "tests/support/core_builder.h"

#include <elf.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace goknot::target {
namespace {

using testing::HasSubstr;
using testing_support::CoreBuilder;

std::string small_core() {
  return CoreBuilder()
      .thread(812, 0x401000, 0xc000010000)
      .process(812, "hub")
      .headers(0x400040)
      .file({.begin = 0x400000, .end = 0x402000, .offset = 0, .path = "/srv/hub"})
      .segment(0x400000, "rx", std::string(4096, 't'), 8192)
      .segment(0xc000000000, "rw", std::string(4096, 'h'))
      .build();
}

std::string error_of(const std::string& bytes) {
  const auto core = CoreFile::parse(std::as_bytes(std::span(bytes)), "core.812");
  return core ? "none" : core.error().message;
}

TEST(CoreFile, IsKnownByItsBeginning) {
  const std::string core = small_core();
  EXPECT_TRUE(CoreFile::is_core(core));
  EXPECT_FALSE(CoreFile::is_core(core.substr(0, 17)));
  EXPECT_FALSE(CoreFile::is_core("goroutine 1 [running]:\nmain.main()\n"));
}

TEST(CoreFile, ACoreOfAMachineOfTheOtherByteOrderIsACoreAndRefused) {
  std::string core = small_core();
  core[EI_DATA] = ELFDATA2MSB;
  std::swap(core[16], core[17]);
  EXPECT_TRUE(CoreFile::is_core(core));
  EXPECT_NE(error_of(core), "none");
}

TEST(CoreFile, AThirtyTwoBitCoreIsRefused) {
  std::string core = small_core();
  core[EI_CLASS] = ELFCLASS32;
  EXPECT_TRUE(CoreFile::is_core(core));
  EXPECT_THAT(error_of(core), HasSubstr("32-bit"));
}

TEST(CoreFile, AnotherMachineIsNamed) {
  EXPECT_THAT(error_of(CoreBuilder().machine(EM_RISCV).thread(1, 0, 0).build()),
              HasSubstr("riscv64"));
}

TEST(CoreFile, AProgramIsNoCore) {
  std::string program = small_core();
  program[16] = ET_EXEC;
  EXPECT_THAT(error_of(program), HasSubstr("core.812: an ELF file, not a core"));
}

TEST(CoreFile, SaysHowMuchIsMissing) {
  const std::string whole = small_core();
  const std::string cut = whole.substr(0, whole.size() - 1000);

  const auto core = CoreFile::parse(std::as_bytes(std::span(cut)), "core.812");

  ASSERT_TRUE(core) << core.error().message;
  EXPECT_EQ(core->missing_bytes, 1000U);
}

// Wherever a core is cut, what is left is read or refused, and never more than is there.
TEST(CoreFile, AnyCutGivesLessAndNeverFails) {
  const std::string whole = small_core();
  std::size_t before = 0;
  for (std::size_t size = 0; size <= whole.size(); size += size < 2048 ? 1 : 101) {
    const std::vector<std::byte> cut(
        std::as_bytes(std::span(whole)).begin(),
        std::as_bytes(std::span(whole)).begin() + static_cast<std::ptrdiff_t>(size));
    auto core = CoreFile::parse(cut, "core.812");
    if (!core) continue;
    const CoreMemory memory(*std::move(core));
    std::vector<std::byte> heap(4096);
    const std::size_t now = memory.read_some(0xc000000000, heap);
    EXPECT_GE(now, before) << size;
    before = now;
  }
}

}  // namespace
}  // namespace goknot::target
