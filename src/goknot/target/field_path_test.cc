// SPDX-License-Identifier: Apache-2.0
#include "goknot/target/field_path.h"

#include "tests/support/fake_types.h"

#include <gtest/gtest.h>

namespace goknot::target {
namespace {

using testing_support::FakeMemory;
using testing_support::FakeTypes;

// type Hub struct { name string; mu sync.Mutex; shards [4]struct{ n int; sync.RWMutex }; work chan
// T; own *sync.Mutex }
class FieldPath : public testing::Test {
 protected:
  std::string path(std::uint64_t offset, ObjectKind kind, FieldKind wanted = FieldKind::value) {
    return field_path(types_.read(), hub_, offset, wanted, kind).value_or("none");
  }

  FakeMemory memory_;
  FakeTypes types_{memory_, GoVersion{27, 0}};
  Address text_ = types_.plain("string", 16, 24);
  Address number_ = types_.plain("int", 8);
  Address mutex_ = types_.structure("sync.Mutex", "sync", 8, {});
  Address rwmutex_ = types_.structure("sync.RWMutex", "sync", 24, {{"w", mutex_, 0}});
  Address shard_ = types_.structure("node.shard", "node", 32,
                                    {{"n", number_, 0}, {"RWMutex", rwmutex_, 8, true}});
  Address hub_ = types_.structure("node.Hub", "node", 168,
                                  {{"name", text_, 0},
                                   {"mu", mutex_, 16},
                                   {"shards", types_.array("[4]node.shard", shard_, 128), 24},
                                   {"work", types_.channel("chan int"), 152},
                                   {"own", types_.pointer("*sync.Mutex", mutex_), 160}});
};

TEST_F(FieldPath, ALockIsTheFieldThatBeginsThere) { EXPECT_EQ(path(16, ObjectKind::mutex), "mu"); }

TEST_F(FieldPath, ElementsOfArraysAreCountedAndEmbeddedFieldsLeftOut) {
  EXPECT_EQ(path(24 + 2 * 32 + 8, ObjectKind::rwmutex), "shards[2]");
}

TEST_F(FieldPath, NothingIsGuessed) {
  EXPECT_EQ(path(16, ObjectKind::rwmutex), "none");
  EXPECT_EQ(path(20, ObjectKind::mutex), "none");
  EXPECT_EQ(path(8, ObjectKind::mutex), "none");
  EXPECT_EQ(path(168, ObjectKind::mutex), "none");
  EXPECT_EQ(path(152, ObjectKind::mutex), "none");
}

TEST_F(FieldPath, AFieldMayReferToTheObject) {
  EXPECT_EQ(path(152, ObjectKind::channel, FieldKind::reference), "work");
  EXPECT_EQ(path(160, ObjectKind::mutex, FieldKind::reference), "own");
  EXPECT_EQ(path(160, ObjectKind::channel, FieldKind::reference), "none");
  EXPECT_EQ(path(152, ObjectKind::mutex, FieldKind::reference), "none");
}

TEST_F(FieldPath, ATypeThatContainsItselfEnds) {
  memory_.put(memory_.read<Address>(shard_ + 56).value() + 8, shard_);

  EXPECT_EQ(path(24, ObjectKind::mutex), "none");
}

}  // namespace
}  // namespace goknot::target
