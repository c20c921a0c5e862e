// SPDX-License-Identifier: Apache-2.0
#include "goknot/target/ancestors.h"

#include "tests/support/recorded_program.h"

#include <gtest/gtest.h>

#include <string>

namespace goknot::target {
namespace {

using testing_support::RecordedProgram;

constexpr Address kGoroutine = 0x10000;
constexpr Address kSlice = 0x11000;
constexpr Address kInfos = 0x11100;
constexpr Address kPcs = 0x12000;

// A recorded program, and a goroutine with two ancestors beside it.
class Ancestors : public testing::Test {
 protected:
  Ancestors() {
    memory().map(0x10000, 0x20000);
    memory().put(kGoroutine + offset(), kSlice);
    put_slice(kSlice, kInfos, 2);
    put_ancestor(kInfos, 7, kPcs, 2);
    put_ancestor(kInfos + 40, 1, kPcs + 8, 1);
    memory().put(kPcs, inside("runtime.allgadd"));
    memory().put(kPcs + 8, inside("main.down"));
    snapshot_.goroutines.resize(1);
  }

  testing_support::FakeMemory& memory() { return *program_.memory; }
  Address offset() const { return static_cast<Address>(program_.program.layout.g.ancestors); }
  Address inside(std::string_view function) const { return program_.function(function).entry + 1; }
  void put_slice(Address at, Address data, std::uint64_t size) {
    memory().put(at, data);
    memory().put(at + 8, size);
    memory().put(at + 16, size);
  }
  void put_ancestor(Address at, std::int64_t id, Address pcs, std::uint64_t size) {
    put_slice(at, pcs, size);
    memory().put(at + 24, id);
    memory().put(at + 32, inside("main.down"));
  }
  // "7 main.down by main.down; ": id, frames and creator of each.
  std::string read() {
    Code code(memory(), program_.program.layout, program_.program.tables, snapshot_);
    const Descendant descendant[] = {{.row = 0, .goroutine = kGoroutine, .ancestors = kSlice}};
    read_ancestors(code, descendant, snapshot_);
    std::string text;
    for (const Ancestor& ancestor : snapshot_.ancestors) {
      text += std::to_string(ancestor.id);
      for (const FrameId frame : snapshot_.stacks.frames(ancestor.stack)) {
        text += " " + std::string(snapshot_.function(frame));
      }
      if (snapshot_.stacks[ancestor.stack].elided != 0) text += " ...";
      if (ancestor.creator) text += " by " + std::string(snapshot_.function(ancestor.creator));
      text += "; ";
    }
    return text;
  }

  RecordedProgram program_{"go1.27"};
  Snapshot snapshot_;
};

TEST_F(Ancestors, AreShownAsGoPrintsThem) {
  EXPECT_EQ(read(), "7 main.down by main.down; 1 main.down; ");
}

TEST_F(Ancestors, SayHowFarBehindTheirFunctionsTheyStood) {
  read();
  const FrameId frame = snapshot_.stacks.frames(snapshot_.ancestors[0].stack)[0];
  EXPECT_EQ(snapshot_.stacks[frame].offset, 1U);
}

TEST_F(Ancestors, OfWhichAllFramesWereKeptThatThereIsRoomForMayHaveMore) {
  put_slice(kInfos, kPcs, 50);
  EXPECT_EQ(read(), "7 main.down ... by main.down; 1 main.down; ");
}

TEST_F(Ancestors, ThatBelongToAnotherByNowAreLeftOut) {
  memory().put(kGoroutine + offset(), kSlice + 64);
  EXPECT_EQ(read(), "");
}

TEST_F(Ancestors, ThatMakeNoSenseAreLeftOut) {
  memory().put(kSlice + 8, ~std::uint64_t{0});
  EXPECT_EQ(read(), "");
  put_slice(kSlice, 0x999000, 2);
  EXPECT_EQ(read(), "");
}

TEST_F(Ancestors, HaveNoFramesWhereTheirStacksCannotBeRead) {
  put_slice(kInfos, 0x999000, 2);
  EXPECT_EQ(read(), "7 by main.down; 1 main.down; ");
}

}  // namespace
}  // namespace goknot::target
