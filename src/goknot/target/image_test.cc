// SPDX-License-Identifier: Apache-2.0
#include "goknot/target/image.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <tuple>

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

using Part = std::tuple<Address, Address, Use>;

std::vector<Part> parts(const Image& image) {
  std::vector<Part> all;
  for (const ImagePart& part : image.parts) {
    all.emplace_back(part.range.begin, part.range.end, part.use);
  }
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
  EXPECT_THAT(
      parts(all[0]),
      ElementsAre(Part(0x400000, 0x500000, Use::code), Part(0x500000, 0x600000, Use::constants),
                  Part(0x600000, 0x610000, Use::variables), Part(0x610000, 0x620000, Use::zeros)));
}

TEST(Image, WhatCannotBeReadSplitsIt) {
  const std::vector<Region> regions{region(0x1000, 0x2000, "rx", "/lib/x.so"),
                                    region(0x2000, 0x3000, "", "/lib/x.so"),
                                    region(0x3000, 0x4000, "r", "/lib/x.so")};

  const auto all = images(regions);

  ASSERT_THAT(all, SizeIs(1));
  EXPECT_THAT(parts(all[0]),
              ElementsAre(Part(0x1000, 0x2000, Use::code), Part(0x3000, 0x4000, Use::constants)));
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
  EXPECT_THAT(parts(all[0]), ElementsAre(Part(0x400000, 0x401000, Use::constants),
                                         Part(0x401000, 0x500000, Use::code),
                                         Part(0x500000, 0x600000, Use::variables)));
}

TEST(Image, HugeMappingsNearUnpackedCodeAreLeftAlone) {
  const std::vector<Region> regions{region(0x400000, 0x500000, "rx", ""),
                                    region(0x500000, 0x500000 + (Address{4} << 30U), "rw", "")};

  const auto all = images(regions);

  ASSERT_THAT(all, SizeIs(1));
  EXPECT_THAT(parts(all[0]), ElementsAre(Part(0x400000, 0x500000, Use::code)));
}

}  // namespace
}  // namespace goknot::target
