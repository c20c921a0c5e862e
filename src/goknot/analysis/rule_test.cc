// SPDX-License-Identifier: Apache-2.0
#include "goknot/analysis/rule.h"

#include "tests/support/dumps.h"
#include "tests/support/sketch.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>
#include <string_view>
#include <vector>

namespace goknot::analysis {
namespace {

using testing_support::sketch;
using testing_support::Stage;

TEST(Rule, IdsAreUniqueAndEveryRuleExplainsItself) {
  std::set<std::string_view> ids;
  for (const Rule* rule : rules()) {
    EXPECT_TRUE(ids.insert(rule->id).second) << rule->id;
    EXPECT_FALSE(rule->summary.empty()) << rule->id;
    EXPECT_FALSE(rule->meaning.empty()) << rule->id;
    EXPECT_FALSE(rule->caveat.empty()) << rule->id;
    EXPECT_NE(rule->find, nullptr) << rule->id;
  }
}

TEST(Rule, EvidenceRemembersWhomADraftExplains) {
  const Stage stage(sketch("1 [running]\n main.main() main.go:1\n7-9 [select]\n main.f() f.go:1"));
  const std::vector<ContendedLock> locks;
  Evidence evidence(stage.scene(), locks);
  Draft draft;
  draft.roots = {stage.row(7)};
  draft.victims = {stage.row(8)};

  evidence.explain(draft);

  EXPECT_TRUE(evidence.explained(stage.row(8)));
  EXPECT_FALSE(evidence.explained_group(stage.group(7)));
  EXPECT_THAT(evidence.unexplained(stage.group(7)), testing::ElementsAre(stage.row(9)));
  draft.roots = {stage.row(9)};
  evidence.explain(draft);
  EXPECT_TRUE(evidence.explained_group(stage.group(7)));
}

}  // namespace
}  // namespace goknot::analysis
