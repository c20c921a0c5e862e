// SPDX-License-Identifier: Apache-2.0
#include "goknot/target/heap/span_copies.h"

#include "tests/support/fake_heap.h"

#include <gtest/gtest.h>

namespace goknot::target {
namespace {

using testing_support::FakeHeap;

struct SpanCopiesTest : testing::Test {
  FakeHeap heap;
  Address first = heap.add_span(64, FakeHeap::Content::pointers);
  Address second = heap.add_span(64, FakeHeap::Content::pointers);
  Spans spans = *Spans::read(heap.memory, heap.layout, heap.module);
  std::vector<std::uint32_t> both{0, 1};
};

TEST_F(SpanCopiesTest, HoldWhatStoodInMemory) {
  heap.memory.put(second + 8, std::uint64_t{7});
  SpanCopies copies(heap.memory, spans, 2 * FakeHeap::kPage);
  EXPECT_EQ(copies.of(1), nullptr);
  copies.add(both);
  EXPECT_EQ(load<std::uint64_t>({copies.of(1), FakeHeap::kPage}, 8), 7U);
  EXPECT_EQ(copies.size(), 2 * FakeHeap::kPage);
  EXPECT_TRUE(copies.complete());
}

TEST_F(SpanCopiesTest, EndAtTheLimit) {
  SpanCopies copies(heap.memory, spans, 2 * FakeHeap::kPage - 1);
  copies.add(both);
  EXPECT_NE(copies.of(0), nullptr);
  EXPECT_EQ(copies.of(1), nullptr);
  EXPECT_TRUE(copies.hit_limit());
  EXPECT_FALSE(copies.complete());
}

TEST_F(SpanCopiesTest, AreZeroWhereNothingCanBeRead) {
  heap.memory.put(first, std::uint64_t{7}).lose(first + 4096, first + 8192);
  SpanCopies copies(heap.memory, spans, 2 * FakeHeap::kPage);
  copies.add(both);
  EXPECT_EQ(load<std::uint64_t>({copies.of(0), FakeHeap::kPage}, 0), 0U);
  EXPECT_FALSE(copies.complete());
  EXPECT_FALSE(copies.hit_limit());
}

}  // namespace
}  // namespace goknot::target
