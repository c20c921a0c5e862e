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

TEST(LayersStamp, AllOfATimeIsTaken) {
  for (const std::string_view stamp :
       {"2026-01-02T03:04:05.678901234Z", "2026-01-02 03:04:05 +0200",
        "2026-01-02 03:04:05.1 -07:00", "2026.01.02 03:04:05", "01/02/2026 3:04:05",
        "20260102-03:04:05", "Mon Jan  2 03:04:05 2026", "Jan 2 2026 03:04:05",
        "2/Jan/2026:03:04:05 +0000", "I0102 03:04:05", "1767323045.678901",
        "@4000000037c219bf2ef02e94"}) {
    EXPECT_EQ(stamp_length(std::string(stamp) + " x"), stamp.size()) << stamp;
  }
}

TEST(LayersStamp, ATimeEndsWhereNoLetterOrDigitFollows) {
  EXPECT_EQ(stamp_length("03:04:05"), 8u);
  EXPECT_EQ(stamp_length("03:04:05]"), 8u);
  EXPECT_EQ(stamp_length("03:04:05x"), 0u);
  EXPECT_EQ(stamp_length("2026-01-02T03:04:05Zone"), 0u);
  EXPECT_EQ(stamp_length("03:04:05."), 8u) << "a full stop without digits is not part of it";
}

TEST(LayersStamp, HalfATimeIsNone) {
  for (const std::string_view text :
       {"2026-01-02", "2026-01-02T", "Nov 18", "Nov 07:20:13", "Nov 118 07:20:13", "E0102",
        "E0102 03:04", "02/Jan/26:03:04:05", "1767323045.67", "@400000003", "Fri", "Fri, "}) {
    EXPECT_EQ(stamp_length(text), 0u) << text;
  }
}

TEST(LayersStamp, LevelsEndWhereAWordDoes) {
  EXPECT_EQ(level_length("INFO"), 4u);
  EXPECT_EQ(level_length("info:"), 4u);
  EXPECT_EQ(level_length("Warning x"), 7u);
  EXPECT_EQ(level_length("INFO_X"), 0u);
  EXPECT_EQ(level_length("INFO2"), 0u);
  EXPECT_EQ(level_length("INF"), 3u);
  EXPECT_EQ(level_length("IN"), 0u);
  EXPECT_EQ(level_length(""), 0u);
}

}  // namespace
}  // namespace goknot::source
