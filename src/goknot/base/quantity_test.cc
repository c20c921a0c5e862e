// SPDX-License-Identifier: Apache-2.0
#include "goknot/base/quantity.h"

#include <gtest/gtest.h>

namespace goknot {
namespace {

TEST(Quantity, ThousandsAreSeparated) {
  EXPECT_EQ(with_thousands(0), "0");
  EXPECT_EQ(with_thousands(999), "999");
  EXPECT_EQ(with_thousands(70214), "70,214");
  EXPECT_EQ(with_thousands(1234567), "1,234,567");
}

TEST(Quantity, NounsFollowTheirNumber) {
  EXPECT_EQ(counted(1, "goroutine"), "1 goroutine");
  EXPECT_EQ(counted(4663, "goroutine"), "4,663 goroutines");
  EXPECT_EQ(counted(2, "entry", "entries"), "2 entries");
}

TEST(Quantity, MinutesAreSaidInAtMostTwoUnits) {
  EXPECT_EQ(spoken_minutes(-1), "");
  EXPECT_EQ(spoken_minutes(0), "under a minute");
  EXPECT_EQ(spoken_minutes(14), "14 min");
  EXPECT_EQ(spoken_minutes(184), "3 h 4 min");
  EXPECT_EQ(spoken_minutes(180), "3 h");
  EXPECT_EQ(spoken_minutes(51 * 60 + 5), "2 d 3 h");
}

TEST(Quantity, SecondsKeepWhatMatters) {
  EXPECT_EQ(spoken_seconds(0.0001), "under 1 ms");
  EXPECT_EQ(spoken_seconds(0.018), "18 ms");
  EXPECT_EQ(spoken_seconds(0.9999), "999 ms");
  EXPECT_EQ(spoken_seconds(1.44), "1.4 s");
  EXPECT_EQ(spoken_seconds(130), "2 min");
}

TEST(Quantity, BytesHaveAtMostThreeDigits) {
  EXPECT_EQ(spoken_bytes(512), "512 B");
  EXPECT_EQ(spoken_bytes(104 * 1024), "104 KB");
  EXPECT_EQ(spoken_bytes(3250586), "3.1 MB");
  EXPECT_EQ(spoken_bytes(~std::uint64_t{0}), "16 EB");
}

}  // namespace
}  // namespace goknot
