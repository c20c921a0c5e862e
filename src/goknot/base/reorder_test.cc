// SPDX-License-Identifier: Apache-2.0
#include "goknot/base/reorder.h"

#include <gtest/gtest.h>

#include <string>

namespace goknot {
namespace {

TEST(Reorder, EachRowBecomesWhatAnotherWas) {
  std::vector<std::string> rows = {"a", "b", "c", "d", "e"};
  const std::vector<std::uint32_t> order = {2, 0, 1, 3, 4};  // a ring of three, and two that stay

  reorder(order, rows);

  EXPECT_EQ(rows, (std::vector<std::string>{"c", "a", "b", "d", "e"}));
}

TEST(Reorder, NoRowsAreInOrder) {
  std::vector<int> rows;
  reorder({}, rows);
  EXPECT_TRUE(rows.empty());
}

}  // namespace
}  // namespace goknot
