// SPDX-License-Identifier: Apache-2.0
#include "goknot/model/origin.h"

#include <gtest/gtest.h>

namespace goknot {
namespace {

TEST(Origin, EveryKindOfSourceHasTheWordOfTheReport) {
  EXPECT_EQ(source_kind_name(SourceKind::process), "process");
  EXPECT_EQ(source_kind_name(SourceKind::core), "core");
  EXPECT_EQ(source_kind_name(SourceKind::text), "text");
  EXPECT_EQ(source_kind_name(SourceKind::profile), "profile");
  EXPECT_EQ(source_kind_name(SourceKind::delve), "delve");
  EXPECT_EQ(source_kind_name(SourceKind::url), "url");
  EXPECT_EQ(source_kind_name(SourceKind::history), "history");
}

}  // namespace
}  // namespace goknot
