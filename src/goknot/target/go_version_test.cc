// SPDX-License-Identifier: Apache-2.0
#include "goknot/target/go_version.h"

#include <gtest/gtest.h>

namespace goknot::target {
namespace {

constexpr GoVersion version(int minor, int patch = 0) { return {.minor = minor, .patch = patch}; }

TEST(ParseGoVersion, ReadsReleases) {
  EXPECT_EQ(parse_go_version("go1.22.1"), version(22, 1));
  EXPECT_EQ(parse_go_version("go1.22"), version(22));
  EXPECT_EQ(parse_go_version("go1.13.15"), version(13, 15));
}

TEST(ParseGoVersion, BetasAndCandidatesHaveNoPatch) {
  EXPECT_EQ(parse_go_version("go1.24rc2"), version(24));
  EXPECT_EQ(parse_go_version("go1.18beta1"), version(18));
}

TEST(ParseGoVersion, PassesOverWhatVendorsAndExperimentsAdd) {
  EXPECT_EQ(parse_go_version("go1.20.6 (Red Hat 1.20.6-1.el9)"), version(20, 6));
  EXPECT_EQ(parse_go_version("go1.21.5-fips"), version(21, 5));
  EXPECT_EQ(parse_go_version("go1.26.0 X:nogreenteagc"), version(26, 0));
  EXPECT_EQ(parse_go_version("go1.26 X:nogreenteagc"), version(26, 0));
}

TEST(ParseGoVersion, ReadsDevelopmentVersionsThatNameARelease) {
  EXPECT_EQ(parse_go_version("devel go1.27-0a1b2c3 Tue Feb 3 10:00:00 2026 +0000"), version(27));
}

TEST(ParseGoVersion, AnythingElseIsNoVersion) {
  for (const char* text :
       {"", "go", "go1", "go1.", "go2.3", "go1.x", "go1.-3", "go1.22.", "go1.22.x",
        "devel +0a1b2c3", "1.22.1", "go1.99999999999", "go1.20000"}) {
    EXPECT_EQ(parse_go_version(text), std::nullopt) << text;
  }
}

TEST(TextOf, IsWhatGoSays) {
  EXPECT_EQ(text_of(version(26, 8)), "go1.26.8");
  EXPECT_EQ(text_of(version(21)), "go1.21.0");
  EXPECT_EQ(text_of(version(20)), "go1.20");
}

}  // namespace
}  // namespace goknot::target
