// SPDX-License-Identifier: Apache-2.0
// That calls of the runtime's channel functions are followed is shown by the gallery's event loops
// and pools: the recorded programs of the unit tests call none.
#include "goknot/target/channel_calls.h"

#include "tests/support/written_code.h"

#include <gtest/gtest.h>

namespace goknot::target {
namespace {

using testing_support::WrittenCode;

TEST(ChannelCalls, CallsOfOtherFunctionsAreNone) {
  WrittenCode code;
  const Address begin = code.take(WrittenCode::kVariable).call("sync.(*Mutex).Lock").here() - 12;
  const Address runs_task = code.call_indirectly().here();
  code.jump_back_to(begin).leave();
  ChannelCalls calls(code.code());

  EXPECT_TRUE(calls.ahead(code.site(runs_task)).empty());
}

TEST(ChannelCalls, AFunctionThatIsNotUnderstoodTellsNothing) {
  WrittenCode code;
  const Address returns_to = code.call_indirectly().here();
  code.memory().byte(returns_to) = std::byte{0x06};  // no instruction of amd64
  ChannelCalls calls(code.code());

  EXPECT_TRUE(calls.ahead(code.site(returns_to)).empty());
}

}  // namespace
}  // namespace goknot::target
