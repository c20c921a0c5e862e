// SPDX-License-Identifier: Apache-2.0
#include "goknot/target/image.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace goknot::target {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

Region region(Address begin, Address end, std::string_view rights, std::string path) {
  return {.begin = begin,
          .end = end,
          .readable = rights.contains('r'),
          .writable = rights.contains('w'),
          .executable = rights.contains('x'),
          .path = std::move(path)};
}

std::vector<std::pair<Address, Address>> ranges(const Image& image) {
  std::vector<std::pair<Address, Address>> all;
  for (const Range& range : image.ranges) all.emplace_back(range.begin, range.end);
  return all;
}

TEST(Image, TheMappingsOfOneFileBelongTogetherWithTheZerosBehindThem) {
  const std::vector<Region> regions{
      region(0x400000, 0x500000, "rx", "/bin/app"), region(0x500000, 0x600000, "r", "/bin/app"),
      region(0x600000, 0x610000, "rw", "/bin/app"), region(0x610000, 0x620000, "rw", ""),
      region(0xc000000000, 0xc000400000, "rw", "")};

  const auto all = images(regions);

  ASSERT_THAT(all, SizeIs(1));
  EXPECT_EQ(all[0].path, "/bin/app");
  EXPECT_THAT(ranges(all[0]), ElementsAre(std::pair(0x400000, 0x620000)));
}

TEST(Image, WhatCannotBeReadSplitsIt) {
  const std::vector<Region> regions{region(0x1000, 0x2000, "rx", "/lib/x.so"),
                                    region(0x2000, 0x3000, "", "/lib/x.so"),
                                    region(0x3000, 0x4000, "r", "/lib/x.so")};

  const auto all = images(regions);

  ASSERT_THAT(all, SizeIs(1));
  EXPECT_THAT(ranges(all[0]), ElementsAre(std::pair(0x1000, 0x2000), std::pair(0x3000, 0x4000)));
}

TEST(Image, AFileWithoutCodeIsNone) {
  const std::vector<Region> regions{region(0x1000, 0x40001000, "r", "/var/db"),
                                    region(0x50000000, 0x50001000, "rw", "/var/db")};

  EXPECT_THAT(images(regions), IsEmpty());
}

TEST(Image, TheKernelsOwnPagesAreNone) {
  const std::vector<Region> regions{region(0x1000, 0x2000, "rx", "[vdso]"),
                                    region(0x3000, 0x4000, "rx", "/dev/zero")};

  EXPECT_THAT(images(regions), IsEmpty());
}

TEST(Image, CodeWithoutAFileIsAnUnpackedProgramWithItsNeighbours) {
  const std::vector<Region> regions{
      region(0x400000, 0x401000, "r", ""), region(0x401000, 0x500000, "rx", ""),
      region(0x500000, 0x600000, "rw", ""), region(0xc000000000, 0xc000400000, "rw", "")};

  const auto all = images(regions);

  ASSERT_THAT(all, SizeIs(1));
  EXPECT_EQ(all[0].path, "");
  EXPECT_THAT(ranges(all[0]), ElementsAre(std::pair(0x400000, 0x600000)));
}

TEST(Image, HugeMappingsNearUnpackedCodeAreLeftAlone) {
  const std::vector<Region> regions{region(0x400000, 0x500000, "rx", ""),
                                    region(0x500000, 0x500000 + (Address{4} << 30U), "rw", "")};

  const auto all = images(regions);

  ASSERT_THAT(all, SizeIs(1));
  EXPECT_THAT(ranges(all[0]), ElementsAre(std::pair(0x400000, 0x500000)));
}

}  // namespace
}  // namespace goknot::target
