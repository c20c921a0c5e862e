// SPDX-License-Identifier: Apache-2.0
#include "goknot/target/core/core_memory.h"

#include "tests/support/core_builder.h"

#include <elf.h>
#include <gtest/gtest.h>

#include <string>

namespace goknot::target {
namespace {

using testing_support::CoreBuilder;

constexpr Address kText = 0x400000;
constexpr Address kHeap = 0xc000000000;

// A core with the first page of the text and all of the heap, as the kernel writes it.
CoreBuilder usual() {
  CoreBuilder builder;
  builder.thread(812, 0x401000, 0xc000010000)
      .file({.begin = kText, .end = kText + 0x3000, .offset = 0, .path = "/srv/hub"})
      .segment(kText, "rx", std::string(0x1000, 't'), 0x3000)
      .segment(kHeap, "rw", std::string(0x1000, 'h'));
  return builder;
}

// A core in memory and what can be read of it.
struct Opened {
  explicit Opened(const CoreBuilder& builder)
      : bytes(builder.build()),
        memory(*CoreFile::parse(std::as_bytes(std::span(bytes)), "core.812")) {}

  // The characters from an address on, as far as they can be read.
  std::string text(Address address, std::size_t size) const {
    std::string into(size, '?');
    into.resize(memory.read_some(address, std::as_writable_bytes(std::span(into))));
    return into;
  }

  std::string bytes;
  CoreMemory memory;
};

// A file whose bytes are those of a small ELF file and then 'f'.
std::string program_file() {
  std::string file = CoreBuilder().segment(kText, "rx", std::string(0x2c00, 'f'), 0x3000).build();
  file[16] = ET_EXEC;
  return file;
}

TEST(CoreMemory, ReadsWhatTheCoreHoldsAcrossSegments) {
  CoreBuilder builder = usual();
  builder.segment(kHeap + 0x1000, "rw", std::string(0x1000, 'i'));
  const Opened opened(builder);

  EXPECT_EQ(opened.text(kHeap + 0xffe, 4), "hhii");
  EXPECT_EQ(opened.text(kHeap + 0x1ffe, 4), "ii");
  EXPECT_EQ(opened.text(kHeap - 1, 1), "");
  EXPECT_EQ(opened.text(UINT64_MAX, 8), "");
}

TEST(CoreMemory, WhatTheCoreLacksIsNoReadableRegion) {
  const Opened opened(usual());

  const auto regions = opened.memory.regions();

  ASSERT_EQ(regions.size(), 3U);
  EXPECT_TRUE(regions[0].readable && regions[0].executable);
  EXPECT_EQ(regions[0].end, kText + 0x1000);
  EXPECT_FALSE(regions[1].readable);
  EXPECT_EQ(regions[1].offset, 0x1000U);
  EXPECT_EQ(regions[1].path, "/srv/hub");
  EXPECT_TRUE(regions[2].writable);
}

TEST(CoreMemory, AFileFillsTheHolesAndNothingElse) {
  Opened opened(usual());
  const std::string file = program_file();

  opened.memory.fill("/srv/hub", *ElfImage::parse(std::as_bytes(std::span(file)), "hub"));

  EXPECT_EQ(opened.text(kText + 0xfff, 2), "tf");
  EXPECT_EQ(opened.memory.regions()[1].readable, true);
  EXPECT_LT(opened.text(kText + 0x1000, 0x2000).size(), 0x2000U) << "the file is shorter";
}

TEST(CoreMemory, AnotherFileFillsNothing) {
  Opened opened(usual());
  const std::string file = program_file();

  opened.memory.fill("/srv/other", *ElfImage::parse(std::as_bytes(std::span(file)), "other"));

  EXPECT_EQ(opened.text(kText + 0xfff, 2), "t");
}

TEST(CoreMemory, AMappingThatIsOnlyNamedIsFilledAndKnownForCode) {
  CoreBuilder builder;
  builder.thread(812, 0, 0)
      .file({.begin = kText, .end = kText + 0x2000, .offset = 0, .path = "/srv/hub"})
      .segment(kHeap, "rw", "heap");
  Opened opened(builder);
  EXPECT_EQ(opened.text(kText, 1), "");
  const std::string file = program_file();

  opened.memory.fill("/srv/hub", *ElfImage::parse(std::as_bytes(std::span(file)), "hub"));

  EXPECT_EQ(opened.text(kText, 4),
            "\x7f"
            "ELF");
  EXPECT_TRUE(opened.memory.regions().front().executable);
}

TEST(CoreMemory, WithoutNamesTheFileIsPutWhereItWasMovedTo) {
  CoreBuilder builder;
  builder.thread(812, 0, 0).segment(kText + 0x10000, "rx", "", 0x3000).segment(kHeap, "rw", "heap");
  Opened opened(builder);
  const std::string file = program_file();

  opened.memory.fill_moved("hub", *ElfImage::parse(std::as_bytes(std::span(file)), "hub"), 0x10000);

  EXPECT_EQ(opened.text(kText + 0x12000, 1), "f");
  EXPECT_EQ(opened.memory.region_of(kText + 0x12000)->path, "hub");
}

TEST(CoreMemory, SegmentsThatLieOverEachOtherCountOnce) {
  CoreBuilder builder;
  builder.thread(812, 0, 0).segment(kHeap, "rw", "aaaa").segment(kHeap + 2, "rw", "bbbb");
  const Opened opened(builder);

  EXPECT_EQ(opened.text(kHeap, 8), "aaaa");
  EXPECT_EQ(opened.memory.regions().size(), 1U);
}

TEST(CoreMemory, AbsurdSizesAreLeftOut) {
  CoreBuilder builder;
  builder.thread(812, 0, 0)
      .segment(kHeap, "rw", "aaaa", UINT64_MAX)
      .segment(UINT64_MAX - 2, "rw", "bbbb")
      .segment(0x1000, "rw", "good");
  const Opened opened(builder);

  EXPECT_EQ(opened.text(0x1000, 4), "good");
  EXPECT_EQ(opened.memory.regions().size(), 1U);
}

}  // namespace
}  // namespace goknot::target
