// SPDX-License-Identifier: Apache-2.0
#include "goknot/target/lock_uses.h"

#include "tests/support/written_code.h"

#include <gtest/gtest.h>

namespace goknot::target {
namespace {

using testing_support::WrittenCode;

constexpr Address kLock = WrittenCode::kVariable;
constexpr Address kOther = kLock + 8;

UsedLock lock_at(Address address) { return {.side = {.lock = address}, .owners = {{}}}; }

// func down() { mu.Lock(); wait(); mu.Unlock() }
void write_section(WrittenCode& code) {
  code.take(kLock).call("sync.(*Mutex).Lock").call("main.callsInlined");
  code.take(kLock).call("sync.(*Mutex).Unlock").leave();
}

struct Uses {
  explicit Uses(WrittenCode& code) : unlocks(code.code()), uses(code.code(), unlocks) {}
  Unlocks unlocks;
  LockUses uses;
};

TEST(LockUses, WhatIsReleasedWhereItWasTakenIsNotHandedOver) {
  WrittenCode code;
  write_section(code);

  EXPECT_FALSE(Uses(code).uses.may_be_handed_over(lock_at(kLock)));
}

//     func release() { mu.Unlock() }      // somebody locks it for somebody else to unlock
TEST(LockUses, AVariableThatWasNotTakenBeforeMayBe) {
  WrittenCode code;
  code.take(kLock).call("sync.(*Mutex).Unlock").leave();
  Uses found(code);

  EXPECT_TRUE(found.uses.may_be_handed_over(lock_at(kLock)));
  EXPECT_FALSE(found.uses.may_be_handed_over(lock_at(kOther)));
}

//     func release(get func() *sync.Mutex) { get().Unlock() }
TEST(LockUses, AReleaseOfWhatIsNotToldMayBeOfAnyLock) {
  WrittenCode code;
  code.take_anything().call("sync.(*Mutex).Unlock").leave();

  EXPECT_TRUE(Uses(code).uses.may_be_handed_over(lock_at(kOther)));
}

TEST(LockUses, ButOnlyOfOneOfItsKind) {
  WrittenCode code;
  code.take_anything().call("sync.(*Mutex).Unlock").leave();
  UsedLock lock = lock_at(kLock);
  lock.side.kind = ObjectKind::rwmutex;

  EXPECT_FALSE(Uses(code).uses.may_be_handed_over(lock));
}

//     var locker sync.Locker = &mu        // an itab and the address; Unlock is called through it
TEST(LockUses, ALockInAVariableOfAnInterfaceMayBe) {
  WrittenCode code;
  write_section(code);
  const Module& module = code.code().tables().front().module();
  const Address itab = module.data.begin + 256, variable = module.data.begin + 128;
  code.memory().put(itab + 24, code.code().tables().front().find("sync.(*Mutex).Unlock")->entry);
  code.memory().put(variable, itab).put(variable + 8, kLock);

  EXPECT_TRUE(Uses(code).uses.may_be_handed_over(lock_at(kLock)));
  EXPECT_FALSE(Uses(code).uses.may_be_handed_over(lock_at(kOther)));
}

//     wait(); mu.Unlock()
TEST(LockUses, WhoStandsInFrontOfTheReleaseMayBeAboutToDoIt) {
  WrittenCode code;
  code.call("main.callsInlined");
  const Address returns_to = code.here();
  code.take(kLock).call("sync.(*Mutex).Unlock").leave();
  Uses found(code);

  EXPECT_TRUE(found.uses.may_be_releasing(code.site(returns_to), lock_at(kLock)));
  EXPECT_FALSE(found.uses.may_be_releasing(code.site(returns_to), lock_at(kOther)));
}

TEST(LockUses, NothingIsRuledOutOfCodeThatCannotBeRead) {
  WrittenCode code;
  for (Address at = code.begin(); at < code.end(); ++at) code.memory().byte(at) = std::byte{0x06};
  const std::uint8_t call = 0xe8;
  const Address unlock = code.code().tables().front().find("sync.(*Mutex).Unlock")->entry;
  code.memory()
      .put(code.begin(), call)
      .put(code.begin() + 1, static_cast<std::int32_t>(unlock - (code.begin() + 5)));

  EXPECT_TRUE(Uses(code).uses.may_be_handed_over(lock_at(kLock)));
}

}  // namespace
}  // namespace goknot::target
