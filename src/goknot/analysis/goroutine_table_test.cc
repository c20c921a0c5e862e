// SPDX-License-Identifier: Apache-2.0
#include "goknot/analysis/goroutine_table.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <variant>
#include <vector>

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

// Goroutines in main.b, main.a and none; the last is in the standard library only.
class GoroutineTable : public testing::Test {
 protected:
  GoroutineTable() {
    add(7, {"sync.(*Mutex).Lock", "main.b"}, "select", 3);
    add(9, {"main.a"}, "chan send", -1);
    add(8, {}, "", 14);
    add(1, {"net.(*conn).Read", "net/http.(*conn).serve"}, "IO wait", 3);
  }

  void add(std::int64_t id, const std::vector<std::string_view>& functions, std::string_view status,
           std::int32_t minutes) {
    std::vector<FrameId> frames;
    for (const std::string_view function : functions) {
      frames.push_back(s_.stacks.add(
          {.function = s_.strings.add(function), .file = s_.strings.add("/f.go"), .line = 3}));
    }
    Goroutine& g = s_.goroutines.emplace_back();
    g.id = id;
    g.stack = s_.stacks.add(frames);
    g.status = s_.strings.add(status);
    g.wait_minutes = minutes;
  }
  std::vector<std::uint32_t> sorted(Order order) {
    std::vector<std::uint32_t> rows = {0, 1, 2, 3};
    sort_rows(s_, rows, order);
    return rows;
  }
  std::string place(std::uint32_t row) { return place_of_row(s_, row).function; }

  Snapshot s_;
};

TEST_F(GoroutineTable, ThePlaceIsTheFirstOutsideOfTheStandardLibrary) {
  EXPECT_EQ(place(0), "main.b");
  EXPECT_EQ(place(2), "");
  EXPECT_EQ(place(3), "net.(*conn).Read") << "there is none";
}

TEST_F(GoroutineTable, WithoutAStackThePlaceIsWhereItBegan) {
  s_.details.resize(4);
  s_.details[2].start = s_.stacks.frames(s_.goroutines[1].stack)[0];

  EXPECT_EQ(place(2), "main.a");
}

TEST_F(GoroutineTable, RowsAreSortedAndEqualOnesStayAsTheyWere) {
  using Rows = std::vector<std::uint32_t>;
  EXPECT_EQ(sorted(Order::as_read), (Rows{0, 1, 2, 3}));
  EXPECT_EQ(sorted(Order::id), (Rows{3, 0, 2, 1}));
  EXPECT_EQ(sorted(Order::age), (Rows{2, 0, 3, 1})) << "the longest wait first";
  EXPECT_EQ(sorted(Order::state), (Rows{3, 1, 0, 2}));
  EXPECT_EQ(sorted(Order::place), (Rows{2, 1, 0, 3}));
}

TEST_F(GoroutineTable, OrdersHaveNames) {
  EXPECT_EQ(order_of_name("age"), Order::age);
  EXPECT_EQ(order_of_name("duration"), Order::age);
  EXPECT_EQ(order_of_name("where"), Order::place);
  EXPECT_EQ(order_of_name(""), Order::as_read);
  EXPECT_EQ(order_of_name("Age"), std::nullopt);
}

TEST_F(GoroutineTable, WhereNoIdsAreToldRowsAreCounted) {
  const std::uint32_t rows[] = {0};
  EXPECT_EQ(goroutine_table(s_, rows).columns[0].name, "id");

  s_.goroutines[0].id = Goroutine::kNoGoroutine;
  s_.goroutines[0].count = 12;
  const Table table = goroutine_table(s_, rows);
  EXPECT_EQ(table.columns[0].name, "count");
  EXPECT_EQ(std::get<std::int64_t>(table.rows[0][0]), 12);
}

TEST_F(GoroutineTable, LabelsHaveAColumnIfTheyAreAskedFor) {
  s_.goroutines[0].labels = LabelsId(0);
  s_.label_sets.push_back(
      {{{s_.strings.add("a"), s_.strings.add("1")}, {s_.strings.add("b"), s_.strings.add("2")}}});
  const std::uint32_t rows[] = {0, 1};

  const Table table = goroutine_table(s_, rows, LabelColumn::present);

  EXPECT_EQ(table.columns.back().name, "labels");
  EXPECT_EQ(std::get<std::string>(table.rows[0].back()), "a=1, b=2");
  EXPECT_TRUE(std::holds_alternative<std::monostate>(table.rows[1].back()));
  EXPECT_EQ(goroutine_table(s_, rows).columns.size() + 1, table.columns.size());
}

TEST_F(GoroutineTable, OfManyObjectsOnlySomeAreNamed) {
  WaitObject& named = s_.objects.emplace_back();
  named.kind = ObjectKind::channel;
  named.name = s_.strings.add("Pool.work");
  WaitObject& placed = s_.objects.emplace_back();
  placed.kind = ObjectKind::channel;
  placed.address = 0xc000012345;
  for (const std::size_t object : {0U, 1U, 1U, 1U}) {
    Wait& wait = s_.waits.emplace_back();
    wait.object = ObjectId(object);
  }
  s_.waits.emplace_back().goroutine = 1;

  EXPECT_EQ(waits_for(s_, 0), "channel Pool.work, channel 0xc000012345, channel 0xc000012345, …");
  EXPECT_EQ(waits_for(s_, 1), "") << "nothing is known of it";
  EXPECT_EQ(object_words(s_, ObjectId()), "");
}

}  // namespace
}  // namespace goknot::analysis
