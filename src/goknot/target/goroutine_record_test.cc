// SPDX-License-Identifier: Apache-2.0
#include "goknot/target/goroutine_record.h"

#include <gtest/gtest.h>

#include <cstring>

namespace goknot::target {
namespace {

const Layout kLayout = *layout_of({26, 0}, Architecture::amd64);

// The bytes of a g, parked in a channel receive.
class Bytes {
 public:
  Bytes() : bytes_(record_size(kLayout)) {
    const auto& g = kLayout.g;
    set(g.stack_lo, Address{0xc000040000}).set(g.stack_hi, Address{0xc000042000});
    set(g.sched_sp, Address{0xc000041f00}).set(g.sched_pc, Address{0x401000});
    set(g.goid, std::int64_t{7}).set(g.atomicstatus, std::uint32_t{4});
  }
  template <typename T>
  Bytes& set(std::int32_t offset, T value) {
    std::memcpy(bytes_.data() + offset, &value, sizeof(value));
    return *this;
  }
  GoroutineRecord record() const { return read_record(kLayout, 0xc000002000, bytes_); }

 private:
  std::vector<std::byte> bytes_;
};

TEST(GoroutineRecord, TakesTheFieldsFromWhereTheReleaseHasThem) {
  Bytes bytes;
  bytes.set(kLayout.g.gopc, Address{0x402000}).set(kLayout.g.parent_goid, std::int64_t{3});

  const GoroutineRecord record = bytes.record();

  EXPECT_EQ(record.address, 0xc000002000U);
  EXPECT_EQ(record.key.id, 7);
  EXPECT_EQ(record.key.stack.size(), 0x2000U);
  EXPECT_EQ(record.key.creator, 0x402000U);
  EXPECT_EQ(record.parent, 3);
  EXPECT_EQ(record.status.state, State::waiting);
}

TEST(GoroutineRecord, GivesAReasonOnlyToWhoWaits) {
  Bytes bytes;
  bytes.set(kLayout.g.waitreason, std::uint8_t{2});
  EXPECT_NE(bytes.record().parked.reason, WaitReason::none);

  bytes.set(kLayout.g.atomicstatus, std::uint32_t{1});

  EXPECT_EQ(bytes.record().parked.reason, WaitReason::none);
}

TEST(GoroutineRecord, StartsWhereTheSystemCallWasMade) {
  Bytes bytes;
  bytes.set(kLayout.g.syscallsp, Address{0xc000041e00}).set(kLayout.g.syscallpc, Address{0x403000});
  EXPECT_EQ(bytes.record().start().pc, 0x401000U);

  bytes.set(kLayout.g.atomicstatus, std::uint32_t{3});

  EXPECT_EQ(bytes.record().start().pc, 0x403000U);
  EXPECT_EQ(bytes.record().start().sp, 0xc000041e00U);
}

TEST(GoroutineRecord, HasNoSavedStackWhileItRunsOrIsDead) {
  Bytes bytes;
  EXPECT_TRUE(bytes.record().has_saved_stack());

  EXPECT_FALSE(bytes.set(kLayout.g.atomicstatus, std::uint32_t{2}).record().has_saved_stack());
  EXPECT_FALSE(bytes.set(kLayout.g.atomicstatus, std::uint32_t{6}).record().has_saved_stack());
  EXPECT_FALSE(bytes.record().is_alive());
}

TEST(GoroutineRecord, AnyFieldOfTheKeyTellsTwoLooksApart) {
  const RecordKey key = Bytes().record().key;
  const auto& g = kLayout.g;
  for (const std::int32_t field : {g.stack_lo, g.stack_hi, g.sched_sp, g.sched_pc, g.goid,
                                   g.waiting, g.gopc, g.syscallsp, g.syscallpc}) {
    Bytes other;
    other.set(field, Address{0xc000041000});
    EXPECT_FALSE(other.record().key == key) << field;
  }
  EXPECT_FALSE(Bytes().set(g.tracking_seq, std::uint8_t{1}).record().key == key);
  EXPECT_FALSE(Bytes().set(g.waitreason, std::uint8_t{1}).record().key == key);
  EXPECT_TRUE(Bytes().record().key == key);
}

TEST(GoroutineRecord, IsImplausibleWithoutASoundStack) {
  const auto& g = kLayout.g;
  EXPECT_TRUE(is_plausible(Bytes().record()));

  EXPECT_FALSE(is_plausible(Bytes().set(g.stack_hi, Address{0xc000040000}).record())) << "empty";
  EXPECT_FALSE(is_plausible(Bytes().set(g.stack_hi, Address{0xc000042001}).record())) << "odd";
  EXPECT_FALSE(is_plausible(Bytes().set(g.stack_hi, Address{0xd000042000}).record())) << "huge";
  EXPECT_FALSE(is_plausible(Bytes().set(g.sched_sp, Address{0xc000043000}).record())) << "outside";
}

TEST(GoroutineRecord, IsImplausibleInNoKnownStateOrWithoutAnId) {
  EXPECT_FALSE(is_plausible(Bytes().set(kLayout.g.atomicstatus, std::uint32_t{77}).record()));
  EXPECT_FALSE(is_plausible(Bytes().set(kLayout.g.goid, std::int64_t{0}).record()));
}

TEST(GoroutineRecord, ADeadOneNeedsNoStack) {
  Bytes bytes;
  bytes.set(kLayout.g.atomicstatus, std::uint32_t{6});
  bytes.set(kLayout.g.stack_lo, Address{0}).set(kLayout.g.stack_hi, Address{0});

  EXPECT_TRUE(is_plausible(bytes.record()));
}

}  // namespace
}  // namespace goknot::target
