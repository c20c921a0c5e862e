// SPDX-License-Identifier: Apache-2.0
#include "goknot/base/growing.h"

#include <gtest/gtest.h>

#include <string>
#include <utility>

namespace goknot {
namespace {

TEST(Growing, KeepsEveryByteWhileItGrows) {
  Growing bytes;
  std::string expected;

  for (int i = 0; i < 60'000; ++i) {
    const std::string piece = std::to_string(i) + "\n";
    bytes.append(piece);
    expected += piece;
  }

  EXPECT_EQ(bytes.view(), expected);
}

TEST(Growing, GivesAtLeastTheRoomAskedFor) {
  Growing bytes(10);

  EXPECT_GE(bytes.room(1'000'000).size(), 1'000'000U);
  EXPECT_EQ(bytes.size(), 0U);
}

TEST(Growing, TrimKeepsTheContent) {
  Growing bytes(std::size_t{8} << 20U);
  bytes.append("goroutine 1 [running]:\n");

  bytes.trim();

  EXPECT_EQ(bytes.view(), "goroutine 1 [running]:\n");
}

TEST(Growing, MovingTakesTheContentAlongWithoutMovingTheBytes) {
  Growing from;
  from.append("stack");
  const char* where = from.view().data();

  const Growing to = std::move(from);

  EXPECT_EQ(to.view(), "stack");
  EXPECT_EQ(to.view().data(), where);
}

}  // namespace
}  // namespace goknot
