// SPDX-License-Identifier: Apache-2.0
#include "goknot/target/named_structs.h"

#include "tests/support/fake_types.h"

#include <gtest/gtest.h>

namespace goknot::target {
namespace {

using testing_support::FakeMemory;
using testing_support::FakeTypes;

class NamedStructsTest : public testing::Test {
 protected:
  FakeMemory memory_;
  FakeTypes types_{memory_, GoVersion{26, 0}};
  NamedStructs structs_{memory_, types_.layout(), {{FakeTypes::kBegin, FakeTypes::kEnd}}};
};

TEST_F(NamedStructsTest, AreFoundAsFunctionsCallThem) {
  const Address hub = types_.structure("yaml.Hub", "gopkg.in/yaml.v2", 8, {});

  const auto found = structs_.find("gopkg.in/yaml%2ev2", "Hub");

  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found.front().type, hub);
  EXPECT_EQ(found.front().bare_name(), "Hub");
  EXPECT_TRUE(structs_.find("yaml", "Hub").empty());
}

TEST_F(NamedStructsTest, InstancesOfAGenericTypeAreSeveral) {
  types_.structure("node.Cache[int]", "node", 8, {});
  types_.structure("node.Cache[example.com/x.Y]", "node", 16, {});

  EXPECT_EQ(structs_.find("node", "Cache").size(), 2U);
}

TEST_F(NamedStructsTest, OnlyADescriptionIsAType) {
  const Address hub = types_.structure("node.Hub", "node", 8, {});

  EXPECT_EQ(structs_.at(hub).type, hub);
  EXPECT_EQ(structs_.at(hub + 8).types, nullptr);
  EXPECT_EQ(structs_.at(0).types, nullptr);
}

}  // namespace
}  // namespace goknot::target
