// SPDX-License-Identifier: Apache-2.0
#include "goknot/analysis/goroutine_table.h"

#include <gtest/gtest.h>

#include <string>

namespace goknot::analysis {
namespace {

// The cell WAITS FOR of a goroutine with these details that waits for a socket.
class WaitsForCell : public testing::Test {
 protected:
  void SetUp() override {
    s_.goroutines.resize(1);
    s_.goroutines[0].id = 7;
    s_.details.resize(1);
    s_.waits.resize(1);
    s_.waits[0].kind = ObjectKind::socket;
  }
  std::string cell() {
    const std::uint32_t rows[] = {0};
    return std::get<std::string>(goroutine_table(s_, rows).rows[0][3]);
  }

  Snapshot s_;
};

TEST_F(WaitsForCell, IsTheKindOfObjectWhereNothingElseIsKnown) { EXPECT_EQ(cell(), "socket"); }

TEST_F(WaitsForCell, IsTheAddressesOfASocketThatWasLookedUp) {
  s_.details[0].descriptor = s_.strings.add("tcp 127.0.0.1:80 to 127.0.0.1:5000 established");

  EXPECT_EQ(cell(), "tcp 127.0.0.1:80 to 127.0.0.1:5000 established");
}

TEST_F(WaitsForCell, IsTheSystemCallAndItsFile) {
  s_.details[0].descriptor = s_.strings.add("pipe, written by cat (813)");
  s_.details[0].call = s_.strings.add("read(7, 0xc000, 64)");

  EXPECT_EQ(cell(), "read of pipe, written by cat (813)");
}

TEST_F(WaitsForCell, SaysWhenTheWaitEndsByItself) {
  s_.details[0].time_left = 30'000'000'000;

  EXPECT_EQ(cell(), "socket, 30.0 s left");
}

}  // namespace
}  // namespace goknot::analysis
