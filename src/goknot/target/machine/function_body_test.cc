// SPDX-License-Identifier: Apache-2.0
#include "goknot/target/machine/function_body.h"

#include "tests/support/written_code.h"

#include <gtest/gtest.h>

namespace goknot::target {
namespace {

using testing_support::WrittenCode;

std::optional<FunctionBody> read(WrittenCode& code) {
  return read_body(code.code(), code.function(), [](Address) { return std::nullopt; });
}

TEST(FunctionBody, EndsBeforeThePaddingBetweenFunctions) {
  WrittenCode code;
  code.take(WrittenCode::kVariable).call("sync.(*Mutex).Lock").leave();

  const auto body = read(code);

  ASSERT_TRUE(body);
  EXPECT_EQ(body->code.size(), 3U);
  EXPECT_EQ(body->sp.size(), body->code.size());
  EXPECT_EQ(body->steps.size(), 1U);
  EXPECT_EQ(body->first_argument, FirstArgument::in_register);
}

TEST(FunctionBody, TheStackPointerStandsBelowTheCallersFrame) {
  WrittenCode code;
  code.leave();

  EXPECT_LE(read(code)->sp.front(), -8);
}

TEST(FunctionBody, OneByteThatIsNoInstructionMakesAllOfItTellNothing) {
  WrittenCode code;
  code.call("sync.(*Mutex).Lock").leave();
  code.memory().byte(code.here()) = std::byte{0x06};

  EXPECT_FALSE(read(code));
}

// Twice over: what is left where code is missing does not come to an end, either.
TEST(FunctionBody, CodeThatCannotBeReadTellsNothing) {
  WrittenCode code;
  code.call("sync.(*Mutex).Lock").leave();
  code.memory().lose(code.end() - 2, code.end());  // behind what is executed

  EXPECT_FALSE(read(code));
}

TEST(FunctionBody, OnlyPaddingIsNoFunction) {
  WrittenCode code;

  EXPECT_FALSE(read(code));
}

}  // namespace
}  // namespace goknot::target
