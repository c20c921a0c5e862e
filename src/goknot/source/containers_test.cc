// SPDX-License-Identifier: Apache-2.0
#include "goknot/source/containers.h"

#include "tests/support/pack.h"

#include <gtest/gtest.h>

#include <string>

namespace goknot::source {
namespace {

TEST(Containers, EveryKindIsRecognisedByItsContent) {
  for (const Container& container : containers()) {
    const bool archive = container.kind == ContainerKind::archive;
    const std::string packed =
        archive ? testing_support::packed_archive(container.name, {{"a.txt", "text"}})
                : testing_support::packed_stream(container.name, "text");

    const Container* found = find_container(packed);

    ASSERT_NE(found, nullptr) << container.name;
    EXPECT_EQ(found->name, container.name);
    EXPECT_EQ(is_archive(container.name), archive);
  }
}

TEST(Containers, TextIsPackedInNothing) {
  EXPECT_EQ(find_container(""), nullptr);
  EXPECT_EQ(find_container("goroutine 1 [running]:\n"), nullptr);
  EXPECT_EQ(find_container("PK is how some log lines begin, BZh others"), nullptr);
}

}  // namespace
}  // namespace goknot::source
