// SPDX-License-Identifier: Apache-2.0
#include "goknot/base/hash.h"

#include <gtest/gtest.h>

#include <set>
#include <string>

namespace goknot {
namespace {

TEST(Hash, DependsOnEveryByte) {
  const std::string text(40, 'a');
  std::set<std::uint64_t> hashes = {hash_bytes(text)};

  for (std::size_t i = 0; i < text.size(); ++i) {
    std::string other = text;
    other[i] = 'b';
    hashes.insert(hash_bytes(other));
  }

  EXPECT_EQ(hashes.size(), text.size() + 1);
}

TEST(Hash, DependsOnTheLength) {
  std::set<std::uint64_t> hashes;

  for (std::size_t size = 0; size < 100; ++size) hashes.insert(hash_bytes(std::string(size, '\0')));

  EXPECT_EQ(hashes.size(), 100U);
}

TEST(Hash, DoesNotDependOnWhereTheTextLies) {
  const std::string text = "xgoroutine 17 [chan receive]";

  EXPECT_EQ(hash_bytes(std::string_view(text).substr(1)),
            hash_bytes("goroutine 17 [chan receive]"));
}

}  // namespace
}  // namespace goknot
