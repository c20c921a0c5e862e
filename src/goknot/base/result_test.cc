// SPDX-License-Identifier: Apache-2.0
#include "goknot/base/result.h"

#include <gtest/gtest.h>

namespace goknot {
namespace {

Result<int> half(int n) {
  if (n % 2 != 0) return fail(Kind::usage, "odd");
  return n / 2;
}

Result<int> quarter(int n) { return TRY(half(TRY(half(n)))); }

TEST(Result, TryHandsTheValueOn) { EXPECT_EQ(quarter(8).value(), 2); }

TEST(Result, TryReturnsTheFirstError) {
  const Result<int> answer = quarter(6);

  ASSERT_FALSE(answer.has_value());
  EXPECT_EQ(answer.error().kind, Kind::usage);
}

TEST(Result, ContextStandsBeforeTheMessage) {
  EXPECT_EQ(Error(Kind::io, "short read", "").with("core.812").message, "core.812: short read");
}

TEST(Result, EveryKindHasItsWord) { EXPECT_EQ(kind_name(Kind::not_found), "not_found"); }

}  // namespace
}  // namespace goknot
