// SPDX-License-Identifier: Apache-2.0
#include "goknot/model/diagnosis.h"

#include <gtest/gtest.h>

namespace goknot {
namespace {

TEST(Diagnosis, EveryValueHasTheWordOfTheReport) {
  EXPECT_EQ(name_of(Grade::possible), "possible");
  EXPECT_EQ(name_of(Grade::proved), "proved");
  EXPECT_EQ(name_of(Severity::info), "info");
  EXPECT_EQ(name_of(Severity::deadlock), "deadlock");
  EXPECT_EQ(name_of(Shape::none), "none");
  EXPECT_EQ(name_of(Shape::self), "self");
  EXPECT_EQ(name_of(Outcome::unknown), "unknown");
  EXPECT_EQ(name_of(Outcome::contention), "contention");
  EXPECT_EQ(name_of(Outcome::deadlock), "deadlock");
  EXPECT_EQ(name_of(Relation::could_wake), "could-wake");
  EXPECT_EQ(name_of(Role::opened), "opened");
}

TEST(Diagnosis, WhatIsWorseComparesAsMore) {
  EXPECT_LT(Grade::likely, Grade::proved);
  EXPECT_LT(Severity::warning, Severity::leak);
  EXPECT_LT(Outcome::suspicious, Outcome::contention);
  EXPECT_LT(Outcome::leak, Outcome::deadlock);
}

}  // namespace
}  // namespace goknot
