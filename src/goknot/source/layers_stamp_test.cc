// SPDX-License-Identifier: Apache-2.0
#include "goknot/source/layers_stamp.h"

#include <gtest/gtest.h>

namespace goknot::source {
namespace {

TEST(LayersStamp, TimesAreKnownInAllTheWaysLogsWriteThem) {
  for (const std::string_view stamp :
       {"2026-01-02T03:04:05Z", "2026-01-02T03:04:05.678901234+02:00", "2026-01-02 03:04:05,678",
        "2026/01/02 03:04:05.678901", "2026-01-02 03:04:05 +0000 UTC", "Nov 18 07:20:13",
        "Nov  8 07:20:13 2026", "Fri Jan  2 03:04:05 2026", "Fri, 02 Jan 2026 03:04:05 GMT",
        "02/Jan/2026:03:04:05 +0000", "20260102 03:04:05", "E0102 03:04:05.678901", "03:04:05.678",
        "1767323045.678"}) {
    EXPECT_EQ(stamp_length(std::string(stamp) + " x"), stamp.size()) << stamp;
    EXPECT_EQ(stamp_length(stamp.substr(0, 4)), 0u) << stamp;
  }
}

TEST(LayersStamp, OtherTextsAreNoTimes) {
  for (const std::string_view text : {"", "2026", "main.go:12", "12:34", "0.5", "Nov", "Friday",
                                      "1.2.3.4:80", "03:04:05abc", "goroutine 1 [running]:"}) {
    EXPECT_EQ(stamp_length(text), 0u) << text;
  }
}

TEST(LayersStamp, LevelsAreWholeWordsOfAnyCase) {
  EXPECT_EQ(level_length("ERROR main"), 5u);
  EXPECT_EQ(level_length("warn]"), 4u);
  EXPECT_EQ(level_length("errors"), 0u);
  EXPECT_EQ(level_length("main"), 0u);
}

}  // namespace
}  // namespace goknot::source
