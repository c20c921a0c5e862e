// SPDX-License-Identifier: Apache-2.0
#include "goknot/target/linux/global_names.h"

#include "goknot/target/linux/process_memory.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <cstdint>

// Variables as Go's linker names them.
extern "C" {
extern int goknot_registry[4] asm("main.registry");
int goknot_registry[4] = {1, 2, 3, 4};
// Of exactly one word: a variable that sanitizers make would be larger.
extern void* goknot_jobs asm("main.jobs");
asm(".pushsection .data\n.globl main.jobs\n.type main.jobs, @object\n.size main.jobs, 8\n"
    ".balign 8\nmain.jobs: .quad 0\n.popsection");
extern int goknot_temporary[4] asm("main..stmp_7");
int goknot_temporary[4] = {1, 2, 3, 4};
}

namespace goknot::target {
namespace {

Address address_of(const void* place) { return reinterpret_cast<Address>(place); }

void some_code() {}

// The program of this test, as if Go's linker had made it: the variables above and nothing else.
Module whole_program() {
  const auto [first, last] = std::minmax(
      {address_of(&goknot_registry), address_of(&goknot_jobs), address_of(&goknot_temporary)});
  Module module;
  module.code.begin = reinterpret_cast<Address>(&some_code);
  module.data = {first, last + sizeof(goknot_registry)};
  return module;
}

// The name that an object at an address of this program gets.
std::string name_of(Address address, ObjectKind kind = ObjectKind::mutex) {
  Snapshot snapshot;
  WaitObject& object = snapshot.objects.emplace_back();
  object.kind = kind;
  object.identity = Identity::exact;
  object.address = address;
  const auto memory = open_process_memory(getpid());
  if (!memory) return "cannot be read";
  name_globals("/proc/self/exe", **memory, whole_program(), snapshot);
  return std::string(snapshot.strings[object.name]);
}

TEST(GlobalNames, AVariableIsNamedAfterItsSymbol) {
  EXPECT_EQ(name_of(address_of(&goknot_registry[0])), "main.registry");
  EXPECT_EQ(name_of(address_of(&goknot_registry[2])), "main.registry+0x8");
}

TEST(GlobalNames, WhatNobodyNamedHasNoName) {
  EXPECT_EQ(name_of(address_of(&goknot_temporary[0])), "");
  int local = 0;
  EXPECT_EQ(name_of(address_of(&local)), "");
  EXPECT_EQ(name_of(16), "");
}

TEST(GlobalNames, AChannelIsNamedAfterTheVariableThatRefersToIt) {
  int channel = 0;
  goknot_jobs = &channel;
  EXPECT_EQ(name_of(address_of(&channel), ObjectKind::channel), "main.jobs");
}

TEST(GlobalNames, AChannelIsNoVariable) {
  EXPECT_EQ(name_of(address_of(&goknot_registry[0]), ObjectKind::channel), "");
}

}  // namespace
}  // namespace goknot::target
