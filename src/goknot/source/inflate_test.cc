// SPDX-License-Identifier: Apache-2.0
#include "goknot/source/inflate.h"

#include "tests/support/pack.h"

#include <gtest/gtest.h>

#include <string>

namespace goknot::source {
namespace {

using testing_support::packed_stream;

// Text that does not shrink to nothing, so that a stream can be cut anywhere.
std::string lines() {
  std::string text;
  for (int i = 0; i < 2000; ++i) text += std::to_string(i * 7919 % 10007) + "\n";
  return text;
}

Result<Expanded> inflate_all(std::string_view packed) {
  Allowance allowance({}, packed.size());
  return inflate_gzip(packed, allowance);
}

TEST(Inflate, AStreamIsUnpacked) {
  const auto all = inflate_all(packed_stream("gzip", lines()));

  ASSERT_TRUE(all);
  EXPECT_EQ(all->bytes.view(), lines());
  EXPECT_EQ(all->trouble, "");
}

TEST(Inflate, StreamsThatFollowEachOtherAreOneText) {
  const auto all = inflate_all(packed_stream("gzip", "one ") + packed_stream("gzip", "two"));

  ASSERT_TRUE(all);
  EXPECT_EQ(all->bytes.view(), "one two");
}

TEST(Inflate, PaddingBehindAStreamIsNoTrouble) {
  const auto all = inflate_all(packed_stream("gzip", "one") + std::string(64, '\0'));

  ASSERT_TRUE(all);
  EXPECT_EQ(all->bytes.view(), "one");
  EXPECT_EQ(all->trouble, "");
}

TEST(Inflate, OfACutStreamTheBeginningIsKept) {
  const std::string packed = packed_stream("gzip", lines());

  const auto all = inflate_all(std::string_view(packed).substr(0, packed.size() / 2));

  ASSERT_TRUE(all);
  EXPECT_GT(all->bytes.size(), 0U);
  EXPECT_TRUE(lines().starts_with(all->bytes.view()));
  EXPECT_EQ(all->trouble, "ends early");
}

TEST(Inflate, WhereNothingComesOutTheStreamIsDamaged) {
  const auto all = inflate_all("\x1f\x8b\x08 and no more");

  ASSERT_FALSE(all);
  EXPECT_EQ(all.error().kind, Kind::damaged);
}

TEST(Inflate, ABombIsRefused) {
  const std::string packed = packed_stream("gzip", std::string(1 << 20, '\0'));
  Allowance allowance({.bytes = 1000}, packed.size());

  const auto all = inflate_gzip(packed, allowance);

  ASSERT_FALSE(all);
  EXPECT_EQ(all.error().kind, Kind::unsupported);
}

}  // namespace
}  // namespace goknot::source
