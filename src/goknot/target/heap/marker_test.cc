// SPDX-License-Identifier: Apache-2.0
#include "goknot/target/heap/marker.h"

#include "tests/support/fake_heap.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace goknot::target {
namespace {

using testing_support::FakeHeap;

struct MarkerTest : testing::Test {
  FakeHeap heap;
  Address nodes = heap.add_span(64, FakeHeap::Content::pointers);
  Address texts = heap.add_span(64, FakeHeap::Content::plain);
  Address waiters = heap.add_span(112, FakeHeap::Content::pointers);
  Address records = heap.add_span(1024, FakeHeap::Content::pointers);
  Spans spans = *Spans::read(heap.memory, heap.layout, heap.module);
  ObjectMasks masks{heap.memory, heap.layout, {{kTypes, kTypes + 0x1000}}};

  static constexpr Address kTypes = 0x480000;
};

TEST_F(MarkerTest, FollowsPointersFromObjectToObject) {
  heap.memory.put(nodes, nodes + 64 + 8).put(nodes + 64 + 16, nodes + 640);
  Marker marker(heap.memory, spans, masks, {});
  marker.add_root(nodes + 3);
  marker.drain();
  EXPECT_TRUE(marker.is_marked(nodes));
  EXPECT_TRUE(marker.is_marked(nodes + 64));
  EXPECT_TRUE(marker.is_marked(nodes + 640));
  EXPECT_FALSE(marker.is_marked(nodes + 128));
  EXPECT_TRUE(marker.complete());
}

TEST_F(MarkerTest, TellsOnceThatWhatIsWatchedWasReached) {
  heap.memory.put(nodes, nodes + 64);
  Marker marker(heap.memory, spans, masks, {});
  const auto number = marker.watch(nodes + 64 + 8);
  marker.watch(nodes + 128);
  EXPECT_EQ(marker.watch(0x1000), std::nullopt) << "not in the heap";
  marker.add_root(nodes);
  EXPECT_TRUE(marker.take_seen().empty());

  marker.drain();

  EXPECT_EQ(marker.take_seen(), std::vector{number.value()});
  EXPECT_TRUE(marker.take_seen().empty());
}

TEST_F(MarkerTest, OfASharedBlockAPointerReachesWhatLiesBehindItOnly) {
  const Address blocks = heap.add_span(16, FakeHeap::Content::plain);
  const Spans all = *Spans::read(heap.memory, heap.layout, heap.module);
  heap.memory.put(nodes, blocks).put(nodes + 8, blocks + 16 + 8);
  Marker marker(heap.memory, all, masks, {});
  const auto second = marker.watch(blocks + 8);
  const auto first = marker.watch(blocks + 16);
  const auto its_own = marker.watch(blocks + 24);
  marker.add_root(nodes);
  marker.drain();

  EXPECT_NE(first, its_own);
  EXPECT_THAT(marker.take_seen(), testing::UnorderedElementsAre(second.value(), its_own.value()));
}

TEST_F(MarkerTest, EndsInARing) {
  heap.memory.put(nodes, nodes + 64).put(nodes + 64, nodes);
  Marker marker(heap.memory, spans, masks, {});
  marker.add_root(nodes);
  marker.drain();
  EXPECT_TRUE(marker.is_marked(nodes + 64));
}

TEST_F(MarkerTest, LooksForNoPointersInObjectsThatHaveNone) {
  heap.memory.put(texts, nodes);
  Marker marker(heap.memory, spans, masks, {});
  marker.add_root(texts);
  marker.drain();
  EXPECT_TRUE(marker.is_marked(texts));
  EXPECT_FALSE(marker.is_marked(nodes));
}

TEST_F(MarkerTest, DoesNotLookThroughGoroutinesAndThoseInWaitQueues) {
  const Address goroutine = nodes + 64;
  heap.memory.put(goroutine, nodes + 128);
  heap.memory.put(waiters, goroutine).put(waiters + 8, nodes + 192);
  heap.memory.put(waiters + 112, Address{0}).put(waiters + 120, nodes + 256);
  Marker marker(heap.memory, spans, masks,
                {.goroutines = {goroutine}, .goroutine_size = 56, .waiter_size = 104});
  for (const Address root : {goroutine, waiters, waiters + 112}) marker.add_root(root);
  marker.drain();
  EXPECT_TRUE(marker.is_marked(goroutine));
  EXPECT_FALSE(marker.is_marked(nodes + 128));
  EXPECT_FALSE(marker.is_marked(nodes + 192));
  EXPECT_TRUE(marker.is_marked(nodes + 256));  // is of that size, but nobody's place in a queue
}

TEST_F(MarkerTest, TakesOnlyPointersOfAnObjectThatNamesItsType) {
  heap.memory.map(kTypes, kTypes + 0x1000);
  // An array of values of three words, of which the second is a pointer.
  heap.memory.put(kTypes, std::uint64_t{24}).put(kTypes + 8, std::uint64_t{16});
  heap.memory.put(kTypes + 32, kTypes + 0x800).put(kTypes + 0x800, std::uint8_t{0b10});
  heap.memory.put(records, kTypes);
  for (Address i = 0; i < 6; ++i) heap.memory.put(records + 8 + 8 * i, nodes + 64 * i);
  Marker marker(heap.memory, spans, masks, {});
  marker.add_root(records);
  marker.drain();
  for (Address i = 0; i < 6; ++i) EXPECT_EQ(marker.is_marked(nodes + 64 * i), i % 3 == 1) << i;
}

TEST_F(MarkerTest, DoesNotLookThroughTheGoroutinesOfThreads) {
  const Address thread = nodes + 64;
  heap.memory.put(thread, nodes + 640).put(thread + 8, nodes + 1280);
  heap.memory.put(thread + 16, nodes + 704).put(thread + 24, nodes + 704);
  Marker marker(heap.memory, spans, masks,
                {.goroutines = {}, .goroutine_size = 56, .waiter_size = 104});
  marker.add_root(thread);
  marker.drain();
  EXPECT_TRUE(marker.is_marked(thread));
  EXPECT_FALSE(marker.is_marked(nodes + 1280));
}

TEST_F(MarkerTest, ChildrenAreMarkedWithoutTheirParent) {
  heap.memory.put(nodes, nodes + 64);
  Marker marker(heap.memory, spans, masks, {});
  marker.add_children(nodes + 5);
  marker.drain();
  EXPECT_FALSE(marker.is_marked(nodes));
  EXPECT_TRUE(marker.is_marked(nodes + 64));
}

TEST_F(MarkerTest, WalkingOverTheHeapMarksAndSeesEachObjectOnce) {
  const Address many = heap.add_span(64, FakeHeap::Content::pointers);
  for (Address i = 0; i < 127; ++i) {
    heap.memory.put(nodes + 64 * i, many + 64 * i);
    heap.memory.put(many + 64 * i, nodes + 64 * (i + 1)).put(many + 64 * i + 8, nodes);
  }
  const Spans all = *Spans::read(heap.memory, heap.layout, heap.module);
  Marker marker(heap.memory, all, masks, {}, {.many = 1});
  const auto number = marker.watch(nodes + 64 * 100);
  marker.add_root(nodes);
  marker.drain();
  EXPECT_EQ(marker.marked(), 64U * (128 + 127));
  EXPECT_EQ(marker.take_seen(), std::vector{number.value()});
  EXPECT_TRUE(marker.complete());
}

TEST_F(MarkerTest, WalkingEndsAtTheLimit) {
  heap.memory.put(nodes, waiters).put(waiters, nodes + 64);
  Marker marker(heap.memory, spans, masks, {}, {.bytes = FakeHeap::kPage, .many = 1});
  marker.add_root(nodes);
  marker.drain();
  EXPECT_TRUE(marker.is_marked(waiters));
  EXPECT_FALSE(marker.is_marked(nodes + 64));
  EXPECT_TRUE(marker.hit_limit());
}

TEST_F(MarkerTest, SaysThatItIsNotCompleteBeyondItsLimit) {
  Marker marker(heap.memory, spans, masks, {}, {.bytes = FakeHeap::kPage - 1});
  marker.add_root(nodes);
  marker.drain();
  EXPECT_FALSE(marker.complete());
}

TEST_F(MarkerTest, SaysThatItIsNotCompleteWithoutAPage) {
  heap.memory.lose(nodes + 4096, nodes + 8192);
  Marker marker(heap.memory, spans, masks, {});
  marker.add_root(nodes);
  marker.drain();
  EXPECT_FALSE(marker.complete());
}

}  // namespace
}  // namespace goknot::target
