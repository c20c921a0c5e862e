// SPDX-License-Identifier: Apache-2.0
#include "goknot/target/heap/spans.h"

#include "tests/support/fake_heap.h"

#include <gtest/gtest.h>

namespace goknot::target {
namespace {

using testing_support::FakeHeap;

TEST(Spans, AreFoundByTheirLooksAlone) {
  FakeHeap heap;
  const Address first = heap.add_span(64, FakeHeap::Content::pointers);
  const auto spans = Spans::read(heap.memory, heap.layout, heap.module);
  ASSERT_TRUE(spans);
  ASSERT_EQ(spans->spans().size(), 1U);
  EXPECT_EQ(spans->spans()[0].begin, first);
  EXPECT_EQ(spans->objects(), FakeHeap::kPage / 64);
  EXPECT_EQ(spans->scannable_bytes(), FakeHeap::kPage);
}

TEST(Spans, AnAddressInTheMiddleBelongsToItsObject) {
  FakeHeap heap;
  heap.add_span(64, FakeHeap::Content::pointers);
  const Address second = heap.add_span(96, FakeHeap::Content::plain);
  const auto spans = Spans::read(heap.memory, heap.layout, heap.module);
  ASSERT_TRUE(spans);
  const auto object = spans->find(second + 96 + 17);
  ASSERT_TRUE(object);
  EXPECT_EQ(spans->begin_of(*object), second + 96);
  EXPECT_FALSE(spans->spans()[object->span].has_pointers);
}

TEST(Spans, EveryByteBelongsToTheObjectThatDivisionTells) {
  for (const std::uint64_t size : {8U, 24U, 48U, 112U, 1152U, 2688U, 8192U}) {
    FakeHeap heap;
    const Address begin = heap.add_span(size, FakeHeap::Content::pointers);
    const auto spans = Spans::read(heap.memory, heap.layout, heap.module);
    ASSERT_TRUE(spans);
    for (std::uint64_t i = 0; i < FakeHeap::kPage / size * size; ++i) {
      const auto object = spans->find(begin + i);
      ASSERT_TRUE(object) << size << ' ' << i;
      ASSERT_EQ(object->slot, i / size) << size << ' ' << i;
    }
  }
}

TEST(Spans, TheRestOfAPageBehindTheLastObjectIsNone) {
  FakeHeap heap;
  const Address span = heap.add_span(96, FakeHeap::Content::pointers);
  const auto spans = Spans::read(heap.memory, heap.layout, heap.module);
  ASSERT_TRUE(spans);
  EXPECT_TRUE(spans->find(span + 84 * 96));
  EXPECT_FALSE(spans->find(span + 85 * 96));
  EXPECT_FALSE(spans->find(span - 1));
  EXPECT_FALSE(spans->find(0));
}

TEST(Spans, FreeOnesStandAmongThoseOfGo113Only) {
  constexpr Address kVariable = 0x500100;
  constexpr std::uint8_t kFree = 3;
  const auto found = [](GoVersion version) {
    testing_support::FakeMemory memory;
    FakeHeap heap(memory, *layout_of(version, Architecture::amd64), kVariable);
    heap.module.bss = {0x500000, 0x501000};
    heap.add_span(64, FakeHeap::Content::pointers);
    heap.add_other(kFree);
    const auto spans = Spans::read(heap.memory, heap.layout, heap.module);
    return spans ? spans->spans().size() : 0;
  };
  EXPECT_EQ(found({13, 15}), 1U);
  EXPECT_EQ(found({14, 0}), 0U);
}

TEST(Spans, AreNotFoundWhereThereAreNone) {
  FakeHeap heap;
  EXPECT_FALSE(Spans::read(heap.memory, heap.layout, Module{}));
  EXPECT_FALSE(Spans::read(heap.memory, heap.layout, heap.module));  // all were given back
}

}  // namespace
}  // namespace goknot::target
