// SPDX-License-Identifier: Apache-2.0
#include "goknot/source/unpack.h"

#include "tests/support/pack.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace goknot::source {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;
using testing_support::packed_archive;
using testing_support::packed_stream;

constexpr std::string_view kDump = "goroutine 1 [select (no cases)]:\nmain.main()\n\t/a/m.go:3\n";

// A text that does not compress away.
std::string long_dump() {
  std::string text;
  unsigned number = 1;
  while (text.size() < 300'000) {
    number = number * 1664525U + 1013904223U;
    text += "goroutine " + std::to_string(number) + " [select]:\n";
  }
  return text;
}

UnpackLimits small_limits() {
  return {.bytes = 1U << 20U, .ratio = 100, .ratio_from = 1U << 16U, .members = 5};
}

TEST(Unpack, PassesPlainTextThroughWithoutACopy) {
  Buffer input{std::string(kDump)};
  const char* where = input.view().data();

  const auto got = unpack("hang.txt", std::move(input));

  ASSERT_TRUE(got.has_value());
  ASSERT_THAT(got->members, SizeIs(1));
  EXPECT_EQ(got->members[0].bytes.data(), where);
  EXPECT_EQ(got->members[0].name, "hang.txt");
  EXPECT_THAT(got->members[0].wrapped_in, IsEmpty());
}

TEST(Unpack, AnEmptyInputIsOneEmptyMember) {
  const auto got = unpack("empty", Buffer(std::string()));

  ASSERT_TRUE(got.has_value());
  ASSERT_THAT(got->members, SizeIs(1));
  EXPECT_EQ(got->members[0].bytes, "");
}

class UnpackStream : public testing::TestWithParam<const char*> {};

TEST_P(UnpackStream, GivesTheTextBack) {
  const std::string text = long_dump();

  const auto got = unpack("hang", Buffer(packed_stream(GetParam(), text)));

  ASSERT_TRUE(got.has_value()) << got.error().message;
  ASSERT_THAT(got->members, SizeIs(1));
  EXPECT_EQ(got->members[0].bytes, text);
  EXPECT_THAT(got->members[0].wrapped_in, ElementsAre(GetParam()));
  EXPECT_THAT(got->members[0].gaps, IsEmpty());
}

TEST_P(UnpackStream, CutAnywhereItGivesABeginningAndAGapOrAnError) {
  const std::string text = long_dump();
  const std::string packed = packed_stream(GetParam(), text);

  for (std::size_t cut = 16; cut < packed.size() - 8; cut += packed.size() / 97) {
    const auto got = unpack("hang", Buffer(packed.substr(0, cut)));
    if (!got) {
      EXPECT_EQ(got.error().kind, Kind::damaged) << cut;
      continue;
    }
    const Member& member = got->members.at(0);
    EXPECT_TRUE(text.starts_with(member.bytes)) << cut;
    EXPECT_THAT(member.gaps, SizeIs(1)) << cut;
  }
}

TEST_P(UnpackStream, ABombOfZerosEndsAtTheRatio) {
  const std::string bomb = packed_stream(GetParam(), std::string(2U << 20U, '\0'));

  const auto got = unpack("bomb", Buffer(bomb), small_limits());

  ASSERT_FALSE(got.has_value());
  EXPECT_EQ(got.error().kind, Kind::unsupported);
  EXPECT_THAT(got.error().message, AllOf(HasSubstr("bomb: the "), HasSubstr(GetParam()),
                                         HasSubstr("more than 100 times its size")));
}

INSTANTIATE_TEST_SUITE_P(Kinds, UnpackStream,
                         testing::Values("gzip", "zstd", "xz", "bzip2", "lz4"));

TEST(Unpack, TheLastBytesOfASmallCutGzipAreKept) {
  const std::string packed = packed_stream("gzip", long_dump().substr(0, 9000));

  const auto got = unpack("hang.gz", Buffer(packed.substr(0, packed.size() - 30)));

  ASSERT_TRUE(got.has_value()) << got.error().message;
  EXPECT_GT(got->members[0].bytes.size(), 8500U);
  EXPECT_EQ(got->members[0].gaps.at(0).what, "the gzip stream ends early");
}

TEST(Unpack, GzipStreamsThatFollowEachOtherAreOneText) {
  const std::string both = packed_stream("gzip", "goroutine 1") + packed_stream("gzip", " [idle]");

  const auto got = unpack("hang.gz", Buffer(both));

  ASSERT_TRUE(got.has_value());
  EXPECT_EQ(got->members[0].bytes, "goroutine 1 [idle]");
}

TEST(Unpack, PaddingAfterAGzipStreamIsIgnored) {
  const auto got = unpack("hang.gz", Buffer(packed_stream("gzip", kDump) + std::string(512, '\0')));

  ASSERT_TRUE(got.has_value());
  EXPECT_EQ(got->members[0].bytes, kDump);
  EXPECT_THAT(got->members[0].gaps, IsEmpty());
}

TEST(Unpack, AGzipStreamWithAWrongChecksumIsReadWithAGap) {
  std::string packed = packed_stream("gzip", kDump);
  packed[packed.size() - 6] ^= 1;

  const auto got = unpack("hang.gz", Buffer(packed));

  ASSERT_TRUE(got.has_value());
  EXPECT_EQ(got->members[0].bytes, kDump);
  EXPECT_EQ(got->members[0].gaps.at(0).what, "the gzip stream is damaged (incorrect data check)");
}

class UnpackArchive : public testing::TestWithParam<const char*> {};

TEST_P(UnpackArchive, GivesEveryFileByItsName) {
  const std::string packed =
      packed_archive(GetParam(), {{"a/one.txt", std::string(kDump)}, {"two.txt", "2"}});

  const auto got = unpack("dumps", Buffer(packed));

  ASSERT_TRUE(got.has_value()) << got.error().message;
  ASSERT_THAT(got->members, SizeIs(2));
  EXPECT_EQ(got->members[0].name, "a/one.txt");
  EXPECT_EQ(got->members[0].bytes, kDump);
  EXPECT_EQ(got->members[1].bytes, "2");
  EXPECT_THAT(got->members[1].wrapped_in, ElementsAre(GetParam()));
}

TEST_P(UnpackArchive, CutAnywhereItNeverGivesMoreThanThereWas) {
  const std::string text = long_dump();
  const std::string packed = packed_archive(GetParam(), {{"a.txt", text}, {"b.txt", text}});

  for (std::size_t cut = 600; cut < packed.size() - 30'000; cut += packed.size() / 97) {
    const auto got = unpack("dumps", Buffer(packed.substr(0, cut)));
    if (!got) continue;
    std::size_t gaps = got->gaps.size();
    for (const Member& member : got->members) {
      EXPECT_TRUE(text.starts_with(member.bytes)) << cut;
      gaps += member.gaps.size();
    }
    EXPECT_GT(gaps, 0U) << cut;
  }
}

TEST_P(UnpackArchive, NamesAreMadeHarmlessAndShort) {
  const testing_support::Files files = {{"evil\x1b[2J.txt", "1"}, {std::string(3000, 'n'), "2"}};

  const auto got = unpack("dumps", Buffer(packed_archive(GetParam(), files)));

  ASSERT_TRUE(got.has_value());
  ASSERT_THAT(got->members, SizeIs(2));
  EXPECT_EQ(got->members[0].name, "evil\\x1b[2J.txt");
  EXPECT_LT(got->members[1].name.size(), 210U);
}

TEST_P(UnpackArchive, TooManyFilesGiveTheFirstOnesAndAGap) {
  testing_support::Files files;
  for (int i = 0; i < 9; ++i) files.emplace_back(std::to_string(i), std::string(kDump));

  const auto got = unpack("dumps", Buffer(packed_archive(GetParam(), files)), small_limits());

  ASSERT_TRUE(got.has_value());
  EXPECT_THAT(got->members, SizeIs(5));
  ASSERT_THAT(got->gaps, SizeIs(1));
  EXPECT_THAT(got->gaps[0].what, HasSubstr("has more than 5 files in it"));
}

INSTANTIATE_TEST_SUITE_P(Kinds, UnpackArchive, testing::Values("tar", "zip"));

TEST(Unpack, FilesOfATarAreNotCopied) {
  Buffer input(packed_archive("tar", {{"hang.txt", long_dump()}}));
  const std::string_view all = input.view();

  const auto got = unpack("dumps.tar", std::move(input));

  ASSERT_TRUE(got.has_value());
  const char* where = got->members.at(0).bytes.data();
  EXPECT_TRUE(where > all.data() && where < all.data() + all.size());
  EXPECT_THAT(got->texts, SizeIs(1));
}

TEST(Unpack, LayersAreToldFromTheOutermost) {
  const std::string inner = packed_archive("tar", {{"hang.txt", std::string(kDump)}});
  const std::string outer = packed_archive("zip", {{"inner.tgz", packed_stream("gzip", inner)}});

  const auto got = unpack("bundle.zip", Buffer(outer));

  ASSERT_TRUE(got.has_value()) << got.error().message;
  ASSERT_THAT(got->members, SizeIs(1));
  EXPECT_EQ(got->members[0].name, "inner.tgz/hang.txt");
  EXPECT_EQ(got->members[0].bytes, kDump);
  EXPECT_THAT(got->members[0].wrapped_in, ElementsAre("zip", "gzip", "tar"));
}

TEST(Unpack, MoreLayersThanAllowedAreAnError) {
  std::string packed(kDump);
  for (int i = 0; i < 5; ++i) packed = packed_stream("gzip", packed);

  const auto got = unpack("deep.gz", Buffer(packed));

  ASSERT_FALSE(got.has_value());
  EXPECT_EQ(got.error().message, "deep.gz: is packed more than 4 times");
}

TEST(Unpack, ABombInLayersEndsAtTheRatioOfAll) {
  const std::string zeros = packed_stream("gzip", std::string(1U << 19U, '\0'));
  std::string many;
  for (int i = 0; i < 200; ++i) many += zeros;
  UnpackLimits limits = small_limits();
  limits.ratio = 2000;
  limits.bytes = std::uint64_t{1} << 40U;

  const auto got = unpack("bomb.gz.gz", Buffer(packed_stream("gzip", many)), limits);

  ASSERT_FALSE(got.has_value());
  EXPECT_THAT(got.error().message, HasSubstr("more than 2,000 times its size"));
}

TEST(Unpack, ADamagedFileOfAnArchiveDoesNotHideTheOthers) {
  const std::string packed =
      packed_archive("tar", {{"bad.gz", "\x1f\x8b\x08 nonsense"}, {"good.txt", "good"}});

  const auto got = unpack("dumps.tar", Buffer(packed));

  ASSERT_TRUE(got.has_value());
  ASSERT_THAT(got->members, SizeIs(1));
  EXPECT_EQ(got->members[0].bytes, "good");
  ASSERT_THAT(got->gaps, SizeIs(1));
  EXPECT_EQ(got->gaps[0].where, "bad.gz");
}

TEST(Unpack, NonsenseBehindAMarkIsDamaged) {
  const auto got = unpack("x.gz", Buffer(std::string("\x1f\x8b\x08\xff\xff\xff\xff")));

  ASSERT_FALSE(got.has_value());
  EXPECT_EQ(got.error().kind, Kind::damaged);
}

}  // namespace
}  // namespace goknot::source
