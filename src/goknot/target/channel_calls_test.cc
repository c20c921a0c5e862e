// SPDX-License-Identifier: Apache-2.0
#include "goknot/target/channel_calls.h"

#include "tests/support/written_code.h"

#include <gtest/gtest.h>

namespace goknot::target {
namespace {

using testing_support::WrittenCode;

constexpr std::string_view kReceive = "runtime.chanrecv1", kAssertion = "runtime.panicdottypeI";

class ChannelCallsTest : public testing::Test {
 protected:
  const std::vector<ChannelCall>& ahead(Address returns_to) {
    return calls_.ahead(code_.site(returns_to));
  }
  bool is_handed() { return calls_.is_handed(code_.site(code_.call(kReceive).here())); }

  WrittenCode code_{{{"main.callsInlined", std::string(kReceive)},
                     {"sync.(*Mutex).lockSlow", std::string(kAssertion)}}};
  ChannelCalls calls_{code_.code()};
};

//     task(); <-c
TEST_F(ChannelCallsTest, WhatFollowsIsAhead) {
  const Address stands = code_.call_indirectly().here();
  code_.take(WrittenCode::kVariable).call(kReceive).leave();

  ASSERT_EQ(ahead(stands).size(), 1U);
  EXPECT_EQ(ahead(stands)[0].operation, Operation::receive);
  EXPECT_EQ(ahead(stands)[0].channel.start, Recipe::Start::number);
  EXPECT_EQ(ahead(stands)[0].channel.number + ahead(stands)[0].channel.steps[0].add,
            std::int64_t(WrittenCode::kVariable));
  EXPECT_FALSE(ahead(stands)[0].again);
}

//     for { <-c; task() }
TEST_F(ChannelCallsTest, ALoopComesToItsChannelAgain) {
  const Address begin = code_.here();
  const Address stands = code_.take(WrittenCode::kVariable).call(kReceive).call_indirectly().here();
  code_.jump_back_to(begin).leave();

  ASSERT_EQ(ahead(stands).size(), 1U);
  EXPECT_TRUE(ahead(stands)[0].again);
}

TEST_F(ChannelCallsTest, WhatIsBehindIsNotAhead) {
  const Address stands = code_.take(WrittenCode::kVariable).call(kReceive).call_indirectly().here();
  code_.leave();

  EXPECT_TRUE(ahead(stands).empty());
}

TEST_F(ChannelCallsTest, CallsOfOtherFunctionsAreNone) {
  const Address begin = code_.take(WrittenCode::kVariable).call("sync.(*Mutex).Lock").here() - 12;
  const Address runs_task = code_.call_indirectly().here();
  code_.jump_back_to(begin).leave();

  EXPECT_TRUE(ahead(runs_task).empty());
}

TEST_F(ChannelCallsTest, AFunctionThatIsNotUnderstoodTellsNothing) {
  const Address returns_to = code_.call_indirectly().here();
  code_.memory().byte(returns_to) = std::byte{0x06};  // no instruction of amd64

  EXPECT_TRUE(ahead(returns_to).empty());
  EXPECT_FALSE(calls_.is_handed(code_.site(returns_to)));
}

//     <-ctx.Done()
TEST_F(ChannelCallsTest, WhatACallThroughAnInterfaceReturnsIsHanded) {
  code_.call_indirectly();

  EXPECT_TRUE(is_handed());
}

//     <-h.done()
TEST_F(ChannelCallsTest, WhatAKnownFunctionReturnsIsTheProgramsOwn) {
  code_.call("sync.(*Mutex).Lock");

  EXPECT_FALSE(is_handed());
}

//     <-stop
TEST_F(ChannelCallsTest, AVariableIsTheProgramsOwn) {
  code_.take(WrittenCode::kVariable);

  EXPECT_FALSE(is_handed());
}

TEST_F(ChannelCallsTest, WhereTheContextIsAssertedItsChannelIsHanded) {
  code_.branch_over(5).call(kAssertion).take(0);

  EXPECT_TRUE(is_handed());
}

}  // namespace
}  // namespace goknot::target
