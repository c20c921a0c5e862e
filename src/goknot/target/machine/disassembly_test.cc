// SPDX-License-Identifier: Apache-2.0
#include "goknot/target/machine/disassembly.h"

#include <gtest/gtest.h>

#include <initializer_list>

namespace goknot::target {
namespace {

constexpr Address kBegin = 0x401000;

std::optional<std::vector<Instruction>> read(std::initializer_list<unsigned> bytes) {
  std::vector<std::byte> code;
  for (const unsigned byte : bytes) code.push_back(static_cast<std::byte>(byte));
  return disassemble(Architecture::amd64, kBegin, code);
}

Instruction one(std::initializer_list<unsigned> bytes) {
  const auto found = read(bytes);
  EXPECT_TRUE(found && found->size() == 1);
  return found && !found->empty() ? found->front() : Instruction();
}

TEST(Disassembly, AWordIsLoadedFromTheStackAndStoredThere) {
  const Instruction load = one({0x48, 0x8b, 0x44, 0x24, 0x28});  // mov rax, [rsp+0x28]
  EXPECT_EQ(load.deed, Deed::load);
  EXPECT_EQ(load.target, 0);
  EXPECT_EQ(load.memory.base, 4);
  EXPECT_EQ(load.memory.displacement, 0x28);
  const Instruction store = one({0x4c, 0x89, 0x4c, 0x24, 0x28});  // mov [rsp+0x28], r9
  EXPECT_EQ(store.deed, Deed::store);
  EXPECT_EQ(store.source, 9);
  EXPECT_EQ(store.memory.size, 8U);
}

TEST(Disassembly, HalfAWordIsNoPointer) {
  const Instruction load = one({0x8b, 0x44, 0x24, 0x28});  // mov eax, [rsp+0x28]
  EXPECT_EQ(load.deed, Deed::other);
  EXPECT_EQ(load.written, 1U);
  const Instruction store = one({0x89, 0x44, 0x24, 0x28});  // mov [rsp+0x28], eax
  EXPECT_EQ(store.deed, Deed::store);
  EXPECT_EQ(store.memory.size, 4U);
}

TEST(Disassembly, WhatIsRelativeToTheInstructionIsAnAddress) {
  const Instruction lea = one({0x48, 0x8d, 0x05, 0x10, 0, 0, 0});  // lea rax, [rip+0x10]
  EXPECT_EQ(lea.deed, Deed::address);
  EXPECT_EQ(lea.memory.base, kNoRegister);
  EXPECT_EQ(lea.memory.displacement, std::int64_t(kBegin + 7 + 0x10));
}

TEST(Disassembly, NumbersAreAddedAndSet) {
  EXPECT_EQ(one({0x48, 0x83, 0xc0, 0x08}).memory.displacement, 8);    // add rax, 8
  EXPECT_EQ(one({0x48, 0x83, 0xe8, 0x80}).memory.displacement, 128);  // sub rax, -128
  EXPECT_EQ(one({0x31, 0xc0}).deed, Deed::constant);                  // xor eax, eax
  EXPECT_EQ(one({0xb9, 1, 0, 0, 0}).memory.displacement, 1);          // mov ecx, 1
}

// As the address of an element is computed where nothing was optimised.
TEST(Disassembly, SumsAndProductsAreReadAsPlaces) {
  const Instruction shift = one({0x48, 0xc1, 0xe1, 0x04});  // shl rcx, 4
  EXPECT_EQ(shift.deed, Deed::address);
  EXPECT_EQ(shift.target, 1);
  EXPECT_EQ(shift.memory.base, kNoRegister);
  EXPECT_EQ(shift.memory.index, 1);
  EXPECT_EQ(shift.memory.scale, 16);
  const Instruction product = one({0x48, 0x6b, 0xc1, 0x18});  // imul rax, rcx, 24
  EXPECT_EQ(product.target, 0);
  EXPECT_EQ(product.memory.index, 1);
  EXPECT_EQ(product.memory.scale, 24);
  const Instruction sum = one({0x48, 0x01, 0xc8});  // add rax, rcx
  EXPECT_EQ(sum.deed, Deed::address);
  EXPECT_EQ(sum.memory.base, 0);
  EXPECT_EQ(sum.memory.index, 1);
  EXPECT_EQ(sum.memory.scale, 1);
  EXPECT_EQ(one({0xc1, 0xe1, 0x04}).deed, Deed::other);        // shl ecx, 4
  EXPECT_EQ(one({0x48, 0xd3, 0xe1}).deed, Deed::other);        // shl rcx, cl
  EXPECT_EQ(one({0x48, 0x0f, 0xaf, 0xc1}).deed, Deed::other);  // imul rax, rcx
  EXPECT_EQ(one({0x48, 0x03, 0x04, 0x24}).deed, Deed::other);  // add rax, [rsp]
}

TEST(Disassembly, CallsJumpsAndReturnsLeadSomewhere) {
  const Instruction call = one({0xe8, 0x0b, 0, 0, 0});
  EXPECT_EQ(call.deed, Deed::call);
  EXPECT_EQ(call.destination, kBegin + 5 + 11);
  EXPECT_EQ(one({0xff, 0xd1}).destination, 0U);  // call rcx
  EXPECT_EQ(one({0xeb, 0x02}).deed, Deed::jump);
  EXPECT_EQ(one({0x75, 0x02}).deed, Deed::branch);
  EXPECT_EQ(one({0x75, 0x02}).destination, kBegin + 4);
  EXPECT_EQ(one({0xc3}).deed, Deed::leave);
  EXPECT_EQ(one({0x0f, 0x0b}).deed, Deed::trap);  // ud2
}

TEST(Disassembly, ComparisonsAndTheBranchesBehindThemSayOfWhat) {
  const Instruction byte = one({0x80, 0x78, 0x08, 0x05});  // cmp byte [rax+8], 5
  EXPECT_EQ(byte.deed, Deed::compare);
  EXPECT_EQ(byte.source, kNoRegister);
  EXPECT_EQ(byte.memory.displacement, 8);
  EXPECT_EQ(byte.memory.size, 1U);
  EXPECT_EQ(byte.number, 5);
  const Instruction null = one({0x48, 0x85, 0xc9});  // test rcx, rcx
  EXPECT_EQ(null.deed, Deed::compare);
  EXPECT_EQ(null.source, 1);
  EXPECT_EQ(null.number, 0);
  EXPECT_EQ(one({0x85, 0xc9}).deed, Deed::other);        // test ecx, ecx
  EXPECT_EQ(one({0x48, 0x85, 0xc8}).deed, Deed::other);  // test rax, rcx
  EXPECT_EQ(one({0x74, 0x02}).taken, Taken::if_equal);   // je
  EXPECT_EQ(one({0x75, 0x02}).taken, Taken::if_not_equal);
  EXPECT_EQ(one({0x76, 0x02}).taken, Taken::otherwise);  // jbe
}

TEST(Disassembly, LockedInstructionsAreAtomic) {
  const Instruction exchange = one({0xf0, 0x41, 0x0f, 0xb1, 0x31});  // lock cmpxchg [r9], esi
  EXPECT_EQ(exchange.deed, Deed::exchange);
  EXPECT_EQ(exchange.memory.base, 9);
  EXPECT_NE(exchange.written & 1U, 0U);
  const Instruction add = one({0xf0, 0x0f, 0xc1, 0x48, 0x10});  // lock xadd [rax+0x10], ecx
  EXPECT_EQ(add.deed, Deed::atomic);
  EXPECT_EQ(add.memory.displacement, 0x10);
  EXPECT_NE(add.written & 2U, 0U);
}

TEST(Disassembly, AByteThatIsNoInstructionSpoilsAll) {
  EXPECT_FALSE(read({0x90, 0x06, 0x90}));  // push es, which there is none of
  EXPECT_FALSE(read({0x48, 0x8b, 0x44}));
}

}  // namespace
}  // namespace goknot::target
