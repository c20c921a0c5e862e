// SPDX-License-Identifier: Apache-2.0
#include "goknot/target/heap/words.h"

#include "tests/support/fake_heap.h"

#include <gtest/gtest.h>

namespace goknot::target {
namespace {

using testing_support::FakeHeap;

class HeapWords : public testing::Test {
 protected:
  std::vector<HeapWord> find(std::uint64_t most_bytes) {
    const auto spans = Spans::read(heap_.memory, heap_.layout, heap_.module);
    return find_heap_words(
        heap_.memory, *spans, {kValue}, [](const Span& span) { return span.object_size == 64; },
        most_bytes);
  }

  static constexpr Address kValue = 0x123450;
  FakeHeap heap_;
};

TEST_F(HeapWords, AreFoundWithTheObjectTheyAreIn) {
  const Address span = heap_.add_span(64, FakeHeap::Content::pointers);
  heap_.memory.put(span + 3 * 64 + 16, kValue);

  const auto found = find(1 << 20);

  const HeapWord wanted{kValue, span + Address{3 * 64}, 64, 16, false};
  EXPECT_EQ(found, std::vector{wanted});
}

TEST_F(HeapWords, OtherSpansAreNotLookedAt) {
  heap_.memory.put(heap_.add_span(128, FakeHeap::Content::pointers), kValue);
  heap_.memory.put(heap_.add_span(64, FakeHeap::Content::plain), kValue);

  EXPECT_TRUE(find(1 << 20).empty());
}

TEST_F(HeapWords, NoMoreIsReadThanIsAllowed) {
  heap_.memory.put(heap_.add_span(64, FakeHeap::Content::pointers), kValue);

  EXPECT_TRUE(find(4096).empty());
}

}  // namespace
}  // namespace goknot::target
