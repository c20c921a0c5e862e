// SPDX-License-Identifier: Apache-2.0
#include "goknot/target/batch.h"

#include "goknot/target/goroutine_list.h"
#include "tests/support/recorded_program.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

namespace goknot::target {
namespace {

using testing::Each;
using testing::Field;
using testing_support::RecordedProgram;

// Memory in which a goroutine is changed after so many reads: the program runs on.
class Restless : public Memory {
 public:
  Restless(const Memory& memory, Address changing) : memory_(memory), changing_(changing) {}

  std::size_t read_some(Address address, std::span<std::byte> into) const override {
    return memory_.read_some(address, into);
  }
  void read_all(std::span<Piece> pieces) const override {
    memory_.read_all(pieces);
    for (Piece& piece : pieces) {
      const bool there =
          piece.address <= changing_ && changing_ < piece.address + piece.into.size();
      if (there && ++looks_ > 1) piece.into[changing_ - piece.address] ^= std::byte{0xff};
    }
  }
  std::span<const Region> regions() const override { return memory_.regions(); }

 private:
  const Memory& memory_;
  Address changing_;
  mutable int looks_ = 0;
};

class BatchOfRecording : public testing::Test {
 protected:
  BatchOfRecording() {
    list_ = *read_goroutine_list(*program_.memory, program_.program.goroutines);
    std::ranges::sort(list_);
  }
  Batch read(const Memory& memory) {
    code_.emplace(memory, program_.program.layout, program_.program.tables, snapshot_);
    Batch batch;
    batch.read(*code_, list_);
    return batch;
  }
  Address address_of(std::int64_t id) {
    const auto goid = static_cast<Address>(program_.program.layout.g.goid);
    return *std::ranges::find_if(
        list_, [&](Address g) { return program_.memory->read<std::int64_t>(g + goid) == id; });
  }
  Address status() const { return static_cast<Address>(program_.program.layout.g.atomicstatus); }
  static const Specimen& specimen(const Batch& batch, Address g) {
    return *std::ranges::find_if(batch.specimens(),
                                 [&](const Specimen& s) { return s.record.address == g; });
  }

  RecordedProgram program_{"go1.27"};
  std::vector<Address> list_;
  Snapshot snapshot_;
  std::optional<Code> code_;
};

TEST_F(BatchOfRecording, HasASteadySpecimenOfEachParkedGoroutine) {
  const Batch batch = read(*program_.memory);

  EXPECT_EQ(batch.specimens().size(), list_.size());
  for (const Specimen& specimen : batch.specimens()) {
    if (specimen.look == Look::dead) continue;
    EXPECT_EQ(specimen.look, Look::steady) << specimen.record.key.id;
    EXPECT_EQ(specimen.end, StackEnd::complete) << specimen.record.key.id;
  }
}

TEST_F(BatchOfRecording, NoticesEveryChangeOfTheKeyBetweenTwoLooks) {
  const Address g = address_of(1);
  const auto& at = program_.program.layout.g;
  for (const std::int32_t field : {at.atomicstatus, at.goid, at.stack_lo, at.stack_hi, at.sched_sp,
                                   at.sched_pc, at.waiting, at.waitreason, at.tracking_seq}) {
    const Restless memory(*program_.memory, g + static_cast<Address>(field));
    EXPECT_EQ(specimen(read(memory), g).look, Look::moved) << field;
  }
}

TEST_F(BatchOfRecording, NothingElseIsTakenForAMove) {
  const Address g = address_of(1);
  const Restless memory(*program_.memory,
                        g + static_cast<Address>(program_.program.layout.g.labels));

  EXPECT_EQ(specimen(read(memory), g).look, Look::steady);
}

TEST_F(BatchOfRecording, DoesNotTrustAStackThatIsJustLookedAt) {
  const Address g = address_of(1);
  program_.memory->byte(g + status() + 1) |= std::byte{0x10};  // _Gscan

  EXPECT_EQ(specimen(read(*program_.memory), g).look, Look::moved);
}

TEST_F(BatchOfRecording, AStackThatIsGoneHasMoved) {
  const Address g = address_of(1);
  const auto lo = static_cast<Address>(program_.program.layout.g.stack_lo);
  const Address stack = *program_.memory->read<Address>(g + lo);
  program_.memory->lose(stack, stack + 8192);

  EXPECT_EQ(specimen(read(*program_.memory), g).look, Look::moved);
}

TEST_F(BatchOfRecording, IsUsedAgain) {
  Batch batch = read(*program_.memory);
  const std::vector<Address> one{address_of(1)};

  batch.read(*code_, one);

  ASSERT_EQ(batch.specimens().size(), 1U);
  EXPECT_EQ(batch.specimens().front().record.key.id, 1);
  EXPECT_EQ(batch.specimens().front().look, Look::steady);
}

}  // namespace
}  // namespace goknot::target
