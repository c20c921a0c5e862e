// SPDX-License-Identifier: Apache-2.0
#include "goknot/target/linux/maps.h"

#include "goknot/target/linux/proc_file.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

namespace goknot::target {

namespace {

TEST(Maps, ALineSaysRangeRightsOffsetFile) {
  const auto mapping =
      parse_mapping("7f1c8a000000-7f1c8a021000 r-xp 00001000 fd:01 1234      /usr/lib/libc.so.6");

  ASSERT_TRUE(mapping);
  EXPECT_EQ(mapping->region.begin, 0x7f1c8a000000U);
  EXPECT_EQ(mapping->region.size(), 0x21000U);
  EXPECT_EQ(mapping->region.offset, 0x1000U);
  EXPECT_TRUE(mapping->region.readable);
  EXPECT_FALSE(mapping->region.writable);
  EXPECT_TRUE(mapping->region.executable);
  EXPECT_EQ(mapping->region.path, "/usr/lib/libc.so.6");
  EXPECT_EQ(mapping->inode, 1234U);
}

TEST(Maps, NamesMayHoldBlanksAndLineBreaks) {
  const auto mapping =
      parse_mapping(R"(1000-2000 rw-p 00000000 00:00 7   /tmp/a  b\012c\134 (deleted))");

  ASSERT_TRUE(mapping);
  EXPECT_EQ(mapping->region.path, "/tmp/a  b\nc\\134 (deleted)");
  EXPECT_TRUE(is_deleted(mapping->region.path));
  EXPECT_EQ(without_deleted(mapping->region.path), "/tmp/a  b\nc\\134");
}

TEST(Maps, AnonymousMappingsHaveNoPath) {
  const auto mapping = parse_mapping("c000000000-c004000000 ---p 00000000 00:00 0 ");

  ASSERT_TRUE(mapping);
  EXPECT_EQ(mapping->region.path, "");
  EXPECT_FALSE(mapping->region.readable);
}

TEST(Maps, AddressesUpToTheLastByteAreRead) {
  const auto mapping =
      parse_mapping("ffffffffff600000-ffffffffffffffff --xp 00000000 00:00 0   [vsyscall]");

  ASSERT_TRUE(mapping);
  EXPECT_EQ(mapping->region.end, 0xffffffffffffffffU);
}

TEST(Maps, OtherTextIsNoMapping) {
  for (const std::string_view line :
       {"", "x", "1000-2000", "2000-1000 r--p 00000000 00:00 0", "1000-1000 r--p 0 00:00 0",
        "1000-2000 r--p 00000000 00:00", "1000-2000 r- 00000000 00:00 0",
        "10000000000000000-20000000000000000 r--p 0 00:00 0", "1000-2000 r--p 0 0000 0",
        "-1000-2000 r--p 0 00:00 0", "1000-2000 r--p 0 100000000:00 0"}) {
    EXPECT_FALSE(parse_mapping(line)) << line;
  }
}

TEST(Maps, WhatOverlapsAnEarlierMappingIsLeftOut) {
  const auto mappings = parse_maps(
      "1000-3000 r--p 00000000 00:00 0 \n"
      "2000-4000 r--p 00000000 00:00 0 \n"
      "nonsense\n"
      "1000-3000 r--p 00000000 00:00 0 \n"
      "3000-4000 rw-p 00000000 00:00 0 ");

  ASSERT_EQ(mappings.size(), 2U);
  EXPECT_EQ(mappings[1].region.begin, 0x3000U);
}

TEST(Maps, CutAnywhereATextGivesNoMoreMappings) {
  const std::string text =
      "1000-3000 r--p 00000000 fd:01 12 /a\n3000-4000 rw-p 00000000 00:00 0 \n";
  for (std::size_t size = 0; size <= text.size(); ++size) {
    EXPECT_LE(parse_maps(text.substr(0, size)).size(), 2U);
  }
}

TEST(Maps, OurOwnAddressSpaceHoldsThisFunction) {
  const auto text = read_proc_file("/proc/self/maps");
  ASSERT_TRUE(text);
  const auto mappings = parse_maps(*text);
  const auto here = reinterpret_cast<Address>(&parse_maps);
  struct stat program{};
  ASSERT_EQ(stat("/proc/self/exe", &program), 0);

  bool found = false;
  for (const Mapping& mapping : mappings) {
    if (!mapping.region.contains(here)) continue;
    found = true;
    EXPECT_TRUE(mapping.region.executable);
    EXPECT_EQ(mapping.inode, program.st_ino);
  }
  EXPECT_TRUE(found);
}

}  // namespace

}  // namespace goknot::target
