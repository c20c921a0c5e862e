// SPDX-License-Identifier: Apache-2.0
#include "goknot/target/code.h"

#include "tests/support/recorded_program.h"

#include <gtest/gtest.h>

#include <thread>
#include <vector>

namespace goknot::target {
namespace {

using testing_support::RecordedProgram;

TEST(Code, PrintsInstantiationsWithoutTheirTypes) {
  EXPECT_EQ(printed_name("main.Keep[int]"), "main.Keep[...]");
  EXPECT_EQ(printed_name("main.(*Set[go.shape.int]).Add"), "main.(*Set[...]).Add");
  EXPECT_EQ(printed_name("main.F[map[string]int].func1"), "main.F[...].func1");
  EXPECT_EQ(printed_name("main.odd]name["), "main.odd]name[");
}

TEST(Code, PrintsThePanicAsItIsWrittenInSource) {
  EXPECT_EQ(printed_name("runtime.gopanic"), "panic");
}

TEST(Code, HidesTheInsideOfTheRuntime) {
  EXPECT_EQ(visibility_of("runtime.gopark", FuncId::normal), Visibility::hidden);
  EXPECT_EQ(visibility_of("runtime.(*mheap).alloc", FuncId::normal), Visibility::hidden);
  EXPECT_EQ(visibility_of("runtime.mheap.Alloc", FuncId::normal), Visibility::hidden);
  EXPECT_EQ(visibility_of("_cgo_start", FuncId::normal), Visibility::hidden);
}

TEST(Code, ShowsWhatTheRuntimeExports) {
  EXPECT_EQ(visibility_of("runtime.Gosched", FuncId::normal), Visibility::shown);
  EXPECT_EQ(visibility_of("runtime.(*Frames).Next", FuncId::normal), Visibility::shown);
  EXPECT_EQ(visibility_of("runtime/debug.Stack", FuncId::normal), Visibility::shown);
  EXPECT_EQ(visibility_of("main.main", FuncId::normal), Visibility::shown);
}

TEST(Code, ShowsWrappersAndPanicsOnlyInTheirPlaces) {
  EXPECT_EQ(visibility_of("main.(*box).area", FuncId::wrapper), Visibility::wrapper);
  EXPECT_EQ(visibility_of("runtime.gopanic", FuncId::gopanic), Visibility::within_only);
}

// The code of one recorded program, with a snapshot of its own.
struct RecordedCode : RecordedProgram {
  explicit RecordedCode(const char* name) : RecordedProgram(name) {}

  std::string names(const Site& site) const {
    std::string text;
    for (const Call& call : site.calls) {
      const Frame& frame = snapshot.stacks[call.frame];
      text += std::string(frame.inlined ? "~" : "") +
              std::string(snapshot.strings[frame.function]) + ":" + std::to_string(frame.line) +
              " ";
    }
    return text;
  }

  Snapshot snapshot;
  Code code{*memory, program.layout, program.tables, snapshot};
};

TEST(Code, ASiteHasTheInlinedCallsFirst) {
  RecordedCode program("go1.27");
  const Address pc = program.return_address("main.callsInlined", "main.go:82");

  EXPECT_EQ(program.names(program.code.at(pc, Lookup::after_call)),
            "~main.inner:77 ~main.middle:78 ~main.outer:79 main.callsInlined:82 ");
}

TEST(Code, WorksOutASiteOnce) {
  RecordedCode program("go1.27");
  const Address pc = program.return_address("main.down", "main.go:73");

  EXPECT_EQ(&program.code.at(pc, Lookup::after_call), &program.code.at(pc, Lookup::after_call));
  EXPECT_NE(&program.code.at(pc, Lookup::after_call), &program.code.at(pc, Lookup::exact));
}

TEST(Code, AReturnAddressMeansTheCallBeforeIt) {
  RecordedCode program("go1.27");
  const Address pc = program.return_address("main.down", "main.go:73");

  EXPECT_EQ(program.code.at(pc, Lookup::after_call).pc, pc - 1);
  EXPECT_EQ(program.code.at(pc, Lookup::exact).pc, pc);
}

TEST(Code, TheFirstAddressOfAFunctionWasNeverReturnedTo) {
  RecordedCode program("go1.27");
  const Address entry = program.function("main.down").entry;

  const Site& site = program.code.at(entry, Lookup::after_call);

  EXPECT_EQ(site.function.entry, entry);
  EXPECT_EQ(site.pc, entry);
}

TEST(Code, KnowsNothingOfAddressesOutside) {
  RecordedCode program("go1.27");

  EXPECT_EQ(program.code.at(0x1234, Lookup::after_call).table, nullptr);
  EXPECT_EQ(program.code.at(0, Lookup::exact).table, nullptr);
  EXPECT_FALSE(program.code.creator(0x1234));
  EXPECT_FALSE(program.code.function_at(0x1234));
}

TEST(Code, KnowsTheFunctionThatBeginsAtAnAddressButNotInside) {
  RecordedCode program("go1.27");
  const Address entry = program.function("main.down").entry;

  ASSERT_TRUE(program.code.function_at(entry));
  EXPECT_FALSE(program.code.function_at(entry + 1));
}

TEST(Code, TwoThreadsFindTheSameSites) {
  RecordedCode program("go1.27");
  std::vector<Address> addresses;
  for (Address pc = program.function("main.down").entry; addresses.size() < 200; pc += 16) {
    addresses.push_back(pc);
  }
  CodeView here(program.code);
  std::vector<const Site*> found;
  {
    const std::jthread there([&] {
      CodeView view(program.code);
      for (const Address pc : addresses) found.push_back(&view.at(pc, Lookup::exact));
    });
    for (const Address pc : addresses) here.at(pc, Lookup::exact);
  }

  for (std::size_t i = 0; i < addresses.size(); ++i) {
    EXPECT_EQ(found[i], &here.at(addresses[i], Lookup::exact));
  }
}

}  // namespace
}  // namespace goknot::target
