// SPDX-License-Identifier: Apache-2.0
#include "goknot/target/version_text.h"

#include "tests/support/fake_memory.h"

#include <gtest/gtest.h>

namespace goknot::target {
namespace {

using testing_support::FakeMemory;

// A program with code at 0x1000, texts at 0x3000 and variables from 0x4000 on.
class VersionText : public testing::Test {
 protected:
  VersionText() {
    module_.code = {0x1000, 0x3000};
    module_.noptrdata = {0x4000, 0x4100};
    module_.data = {0x4100, 0x4200};
    memory_.map(0x1000, 0x5000);
  }
  void put(Address header, Address text, std::string_view value) {
    memory_.put(text, value);
    memory_.put(header, text).put(header + 8, std::uint64_t{value.size()});
  }
  std::string found() const { return find_version_text(memory_, module_); }

  FakeMemory memory_;
  Module module_;
};

TEST_F(VersionText, IsTheStringThatLooksLikeOne) {
  put(0x4020, 0x3000, "google.com");
  put(0x4108, 0x3040, "go1.12.17");

  EXPECT_EQ(found(), "go1.12.17");
}

TEST_F(VersionText, OfTwoThatDifferNoneIsBelieved) {
  put(0x4020, 0x3000, "go1.12.17");
  EXPECT_EQ(found(), "go1.12.17");
  put(0x4108, 0x3040, "go1.9");
  EXPECT_EQ(found(), "");
}

TEST_F(VersionText, SentencesAboutReleasesAreNone) {
  put(0x4108, 0x3040, "go1.18 only");

  EXPECT_EQ(found(), "");
}

TEST_F(VersionText, WhatCannotBeReadIsNone) {
  put(0x4108, 0x3040, "go1.12.17");
  memory_.lose(0x3000, 0x3080);

  EXPECT_EQ(found(), "");
}

}  // namespace
}  // namespace goknot::target
