// SPDX-License-Identifier: Apache-2.0
#include "goknot/target/heap/tracer.h"

#include "tests/support/fake_heap.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <vector>

namespace goknot::target {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;
using testing_support::FakeHeap;

class TracerTest : public testing::Test {
 protected:
  bool is_marked(Address address) {
    return marks_.marked.has(spans_.number_of(spans_.find(address).value()));
  }
  // Copies the span of an object and looks into the object.
  void scan(Address address) {
    const HeapObject object = spans_.find(address).value();
    const std::uint32_t rows[] = {object.span};
    marks_.copies.add(rows);
    tracer_.scan(object);
    tracer_.flush();
  }
  template <typename Word>
  static std::span<const std::byte> bytes_of(const std::vector<Word>& words) {
    return std::as_bytes(std::span(words));
  }

  FakeHeap heap_;
  Address nodes_ = heap_.add_span(64, FakeHeap::Content::pointers);
  Address texts_ = heap_.add_span(64, FakeHeap::Content::plain);
  Spans spans_ = *Spans::read(heap_.memory, heap_.layout, heap_.module);
  HeapMarks marks_{spans_,
                   {.goroutines = {}, .goroutine_size = 1 << 20, .waiter_size = 1 << 20},
                   {heap_.memory, spans_, 1 << 20}};
  Tracer tracer_{marks_, ObjectMasks(heap_.memory, heap_.layout, {})};
};

TEST_F(TracerTest, WordsAreGatheredAndMarkedTogether) {
  tracer_.add(nodes_ + 7);
  EXPECT_FALSE(is_marked(nodes_));

  tracer_.flush();

  EXPECT_TRUE(is_marked(nodes_));
  EXPECT_FALSE(is_marked(nodes_ + 64));
}

TEST_F(TracerTest, ManyWordsAreNotKeptForLong) {
  for (Address i = 0; i < 64; ++i) tracer_.add(nodes_ + 64 * i);

  EXPECT_TRUE(is_marked(nodes_ + 64 * 63));
}

TEST_F(TracerTest, AnObjectIsFoundOnce) {
  for (int i = 0; i < 3; ++i) tracer_.add(nodes_ + 8);
  tracer_.flush();

  EXPECT_THAT(tracer_.found().pending, SizeIs(1));
  EXPECT_EQ(tracer_.found().bytes, 64U);
}

TEST_F(TracerTest, WhatIsNoPointerMarksNothing) {
  const std::vector<Address> words = {0, 1, nodes_ - 1,
                                      heap_.add_span(64, FakeHeap::Content::plain), ~Address{0}};

  tracer_.add(bytes_of(words));
  tracer_.flush();

  EXPECT_THAT(tracer_.found().pending, IsEmpty());
  EXPECT_EQ(tracer_.found().bytes, 0U);
}

TEST_F(TracerTest, ObjectsWithoutPointersAreMarkedAndNotLookedInto) {
  tracer_.add(texts_);
  tracer_.flush();

  EXPECT_TRUE(is_marked(texts_));
  EXPECT_THAT(tracer_.found().pending, IsEmpty());
}

TEST_F(TracerTest, WhatIsWatchedIsToldOnce) {
  const std::uint64_t number = spans_.number_of(spans_.find(texts_).value());
  marks_.watched.add(number);

  for (int i = 0; i < 2; ++i) {
    tracer_.add(texts_);
    tracer_.flush();
  }

  EXPECT_THAT(tracer_.found().seen, ElementsAre(number));
}

TEST_F(TracerTest, AMaskChoosesTheWords) {
  const std::vector<Address> words = {nodes_, nodes_ + 64, nodes_ + 128, nodes_ + 192};
  const std::vector<std::uint8_t> mask = {0b0110};

  tracer_.add(bytes_of(words), bytes_of(mask));
  tracer_.flush();

  EXPECT_FALSE(is_marked(nodes_));
  EXPECT_TRUE(is_marked(nodes_ + 64));
  EXPECT_TRUE(is_marked(nodes_ + 128));
  EXPECT_FALSE(is_marked(nodes_ + 192));
}

TEST_F(TracerTest, AMaskThatIsShorterThanTheWordsEndsThem) {
  const std::vector<Address> words(9, nodes_);
  const std::vector<std::uint8_t> mask = {0};

  tracer_.add(bytes_of(words), bytes_of(mask));
  tracer_.add(bytes_of(words).first(15), bytes_of(std::vector<std::uint8_t>{0b10}));
  tracer_.flush();

  EXPECT_FALSE(is_marked(nodes_));
}

TEST_F(TracerTest, HalfAWordIsNone) {
  const std::vector<Address> words = {nodes_, nodes_ + 64};

  tracer_.add(bytes_of(words).first(15));
  tracer_.flush();

  EXPECT_TRUE(is_marked(nodes_));
  EXPECT_FALSE(is_marked(nodes_ + 64));
}

TEST_F(TracerTest, AnObjectIsLookedIntoIfItsSpanWasCopied) {
  heap_.memory.put(nodes_ + 64, nodes_ + 128);

  tracer_.scan(spans_.find(nodes_ + 64).value());
  tracer_.flush();
  EXPECT_FALSE(is_marked(nodes_ + 128));

  scan(nodes_ + 64);
  EXPECT_TRUE(is_marked(nodes_ + 128));
  EXPECT_FALSE(is_marked(nodes_ + 64));
}

TEST_F(TracerTest, WhatIsToBeLookedIntoMayBeNotedInBits) {
  tracer_.note_in(Tracer::Notes::bits);
  tracer_.add(nodes_ + 64);
  tracer_.flush();

  EXPECT_THAT(tracer_.found().pending, IsEmpty());
  EXPECT_TRUE(marks_.pending.has(spans_.number_of(spans_.find(nodes_ + 64).value())));
}

TEST_F(TracerTest, AGoroutineIsMarkedAndNotLookedInto) {
  marks_.opaque = {.goroutines = {nodes_ + 64}, .goroutine_size = 56, .waiter_size = 1 << 20};

  tracer_.add(nodes_ + 64);
  tracer_.add(nodes_ + 128);
  tracer_.flush();

  EXPECT_TRUE(is_marked(nodes_ + 64));
  EXPECT_THAT(tracer_.found().pending, ElementsAre(spans_.find(nodes_ + 128).value()));
}

// What has the size of a sudog and begins with the address of a g is one: through it everybody who
// waits for the same thing would be reached.
TEST_F(TracerTest, SomebodysPlaceInAQueueIsNotLookedInto) {
  marks_.opaque = {.goroutines = {nodes_}, .goroutine_size = 1 << 20, .waiter_size = 64};
  heap_.memory.put(nodes_ + 64, nodes_).put(nodes_ + 72, nodes_ + 192);
  heap_.memory.put(nodes_ + 128, texts_).put(nodes_ + 136, nodes_ + 256);

  scan(nodes_ + 64);
  scan(nodes_ + 128);

  EXPECT_FALSE(is_marked(nodes_ + 192));
  EXPECT_TRUE(is_marked(nodes_ + 256)) << "it does not begin with a goroutine";
}

TEST_F(TracerTest, AProcessorKeepsNothingButItsTimers) {
  marks_.opaque.processors = {nodes_ + 64};
  marks_.opaque.timers = 16;
  for (const Address processor : {nodes_ + 64, nodes_ + 128}) {
    heap_.memory.put(processor + 8, processor + 192).put(processor + 16, processor + 384);
  }

  scan(nodes_ + 64);
  scan(nodes_ + 128);

  EXPECT_FALSE(is_marked(nodes_ + 64 + 192));
  EXPECT_TRUE(is_marked(nodes_ + 64 + 384));
  EXPECT_TRUE(is_marked(nodes_ + 128 + 192)) << "it is no processor";
}

}  // namespace
}  // namespace goknot::target
