// SPDX-License-Identifier: Apache-2.0
#include "goknot/target/heap/stack_roots.h"

#include "goknot/target/goroutine_list.h"
#include "tests/support/recorded_program.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

namespace goknot::target {
namespace {

using testing::Contains;
using testing::IsSupersetOf;
using testing::Not;
using testing_support::RecordedProgram;

class Pointers final : public PointerSink {
 public:
  void add_root(Address address) override { found.push_back(address); }
  std::vector<Address> found;
};

// Goroutines of a recording, and one whose stack a test makes up.
class StackRootsTest : public testing::Test {
 protected:
  std::vector<Address> pointers_of(const Specimen& specimen) {
    Pointers pointers;
    StackRoots(code_, pointers).add(specimen);
    return pointers.found;
  }
  static std::vector<Address> words_of(const Copy& stack) {
    std::vector<Address> words;
    for (Address at = stack.begin; const auto word = stack.word(at); at += 8)
      words.push_back(*word);
    return words;
  }

  RecordedProgram recorded_{"go1.27"};
  Snapshot names_;
  Code code_{*recorded_.memory, recorded_.program.layout, recorded_.program.tables, names_};
};

TEST_F(StackRootsTest, AreWordsOfTheStackButNotAllOfThem) {
  auto list = *read_goroutine_list(*recorded_.memory, recorded_.program.goroutines);
  std::ranges::sort(list);
  Batch batch;
  batch.read(code_, list, Around::nothing);
  std::size_t handed = 0, all = 0;
  for (const Specimen& specimen : batch.specimens()) {
    if (specimen.look != Look::steady || specimen.record.defers != 0) continue;
    std::vector<Address> pointers = pointers_of(specimen);
    std::erase(pointers, specimen.record.panics);
    const std::vector<Address> words = words_of(specimen.stack);
    for (const Address pointer : pointers) EXPECT_THAT(words, Contains(pointer));
    handed += pointers.size();
    all += words.size();
  }
  EXPECT_GT(handed, 0U);
  EXPECT_LT(handed, all / 2) << "return addresses, numbers and dead slots do not count";
}

TEST_F(StackRootsTest, AreAllWordsWhereNothingIsKnownOfAnActivation) {
  const std::vector<Address> words{0xc000111000, 0xc000222000, 7};
  const Site unknown;
  const Activation activations[] = {{.site = &unknown, .sp = 0x7000}};
  Specimen specimen;
  specimen.stack = {0x7000, std::as_bytes(std::span(words))};
  specimen.activations = activations;

  EXPECT_THAT(pointers_of(specimen), IsSupersetOf(words));
}

TEST_F(StackRootsTest, WhatPointsIntoTheStackItselfIsNoRoot) {
  const std::vector<Address> words{0x7010, 0xc000222000, 7};
  const Site unknown;
  const Activation activations[] = {{.site = &unknown, .sp = 0x7000}};
  Specimen specimen;
  specimen.stack = {0x7000, std::as_bytes(std::span(words))};
  specimen.activations = activations;

  EXPECT_THAT(pointers_of(specimen), Not(Contains(Address{0x7010})));
}

TEST_F(StackRootsTest, ADeferredCallCountsThoughNoFrameHasIt) {
  const auto& field = recorded_.program.layout.defer_record;
  const Address record = 0x5000'0000'0000;
  recorded_.memory->map(record, record + 0x1000);
  recorded_.memory->put(record + static_cast<Address>(field.fn), Address{0xc000333000});
  Specimen specimen;
  specimen.record.defers = record;

  EXPECT_THAT(pointers_of(specimen), IsSupersetOf({record, Address{0xc000333000}}));
}

TEST(StackRoots, WhatADeferredCallWillBeGivenCountsInReleasesThatKeepItBehindTheRecord) {
  const RecordedProgram recorded{"go1.16"};
  const auto& field = recorded.program.layout.defer_record;
  Snapshot names;
  Code code(*recorded.memory, recorded.program.layout, recorded.program.tables, names);
  const Address record = 0x5000'0000'0000;
  recorded.memory->map(record, record + 0x1000);
  recorded.memory->put(record + static_cast<Address>(field.siz), std::uint32_t{8});
  const Address arguments = record + static_cast<Address>(field.size);
  recorded.memory->put(arguments, Address{0xc000444000});
  recorded.memory->put(arguments + 8, Address{0xc000555000});  // of the next
  Specimen specimen;
  specimen.record.defers = record;

  Pointers pointers;
  StackRoots(code, pointers).add(specimen);

  EXPECT_THAT(pointers.found, Contains(Address{0xc000444000}));
  EXPECT_THAT(pointers.found, Not(Contains(Address{0xc000555000})));
}

TEST_F(StackRootsTest, ARingOfDeferredCallsEnds) {
  const auto& field = recorded_.program.layout.defer_record;
  const Address record = 0x5000'0000'0000;
  recorded_.memory->map(record, record + 0x1000);
  recorded_.memory->put(record + static_cast<Address>(field.link), record);
  Specimen specimen;
  specimen.record.defers = record;

  EXPECT_THAT(pointers_of(specimen), Contains(record));
}

}  // namespace
}  // namespace goknot::target
