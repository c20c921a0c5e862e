// SPDX-License-Identifier: Apache-2.0
#include "goknot/target/handed_channels.h"

#include "tests/support/written_code.h"

#include <gtest/gtest.h>

#include <string>

namespace goknot::target {
namespace {

using testing_support::WrittenCode;

// func down(ctx context.Context) { <-ctx.Done() }
class HandedChannels : public testing::Test {
 protected:
  // Whether that is noted of a goroutine that waits there.
  bool is_noted(ObjectKind kind, Operation operation) {
    const Site* site = &code_.site(returns_to_);
    Snapshot& snapshot = code_.snapshot();
    snapshot.goroutines.emplace_back();
    snapshot.waits.push_back({.goroutine = 0, .object = {}, .kind = kind, .operation = operation});
    note_handed_channels(code_.code(), [&site](StackId) { return std::span(&site, 1); }, snapshot);
    return snapshot.waits.back().handed;
  }

  WrittenCode code_{{{"main.callsInlined", "runtime.chanrecv1"}}};
  Address returns_to_ = code_.call_indirectly().call("runtime.chanrecv1").here();
};

TEST_F(HandedChannels, AreNotedOfWhoReceivesFromANilChannel) {
  EXPECT_TRUE(is_noted(ObjectKind::nil_channel, Operation::receive));
}

TEST_F(HandedChannels, AreNotAskedForOfAnybodyElse) {
  EXPECT_FALSE(is_noted(ObjectKind::nil_channel, Operation::send));
  EXPECT_FALSE(is_noted(ObjectKind::channel, Operation::receive));
}

}  // namespace
}  // namespace goknot::target
