// SPDX-License-Identifier: Apache-2.0
#include "goknot/analysis/where.h"

#include <gtest/gtest.h>

#include <string>

namespace goknot::analysis {
namespace {

std::string sql_of(std::string_view text) {
  const auto condition = parse_where(text);
  return condition ? condition->sql : "error: " + condition.error().message;
}

std::string hint_of(std::string_view text) {
  const auto condition = parse_where(text);
  return condition ? "no error" : condition.error().hint;
}

TEST(Where, ValuesNeverStandInTheSql) {
  const auto condition = parse_where(R"(state == "x' OR 1=1 --" && id > 900)");

  ASSERT_TRUE(condition.has_value());
  EXPECT_EQ(condition->sql, R"(((("state" = ?) AND ("id" > ?))))");
  ASSERT_EQ(condition->values.size(), 2U);
  EXPECT_EQ(std::get<std::string>(condition->values[0]), "x' OR 1=1 --");
  EXPECT_EQ(std::get<std::int64_t>(condition->values[1]), 900);
}

TEST(Where, AndBindsTighterThanOr) {
  EXPECT_EQ(sql_of("id == 1 || id == 2 && id == 3"),
            R"(((("id" = ?)) OR (("id" = ?) AND ("id" = ?))))");
}

TEST(Where, NotAppliesToParenthesesAndCalls) {
  EXPECT_EQ(sql_of("!(id == 1)"), R"(((NOT (((("id" = ?)))))))");
  EXPECT_EQ(sql_of("!contains(lower(trace), 'http')"),
            R"(((NOT ((instr(lower("trace"), ?) > 0)))))");
}

TEST(Where, RegularExpressionsMatchAndDoNotMatch) {
  EXPECT_EQ(sql_of("trace =~ 'a.b'"), R"(((("trace" REGEXP ?))))");
  EXPECT_EQ(sql_of("trace !~ 'a.b'"), R"(((("trace" NOT REGEXP ?))))");
}

TEST(Where, QuotesMayBeEscapedInBothWays) {
  const auto condition = parse_where(R"(state == 'it''s' || state == "a\"b")");

  ASSERT_TRUE(condition.has_value());
  EXPECT_EQ(std::get<std::string>(condition->values[0]), "it's");
  EXPECT_EQ(std::get<std::string>(condition->values[1]), "a\"b");
}

TEST(Where, NegativeAndFractionalNumbersAreNumbers) {
  const auto condition = parse_where("age > -1 && age < 2.5");

  ASSERT_TRUE(condition.has_value());
  EXPECT_EQ(std::get<std::int64_t>(condition->values[0]), -1);
  EXPECT_DOUBLE_EQ(std::get<double>(condition->values[1]), 2.5);
}

TEST(Where, AnUnknownColumnIsAnErrorWithACaretBelowIt) {
  EXPECT_EQ(sql_of("id == 1 && colour == 2"),
            "error: --where: goroutines have no column \"colour\"");
  EXPECT_EQ(hint_of("id == 1 && colour == 2"),
            "id == 1 && colour == 2\n"
            "           ^");
}

TEST(Where, AnOpenQuoteIsAnErrorWithACaretBelowIt) {
  EXPECT_EQ(hint_of("state == \"sel"), "state == \"sel\n         ^");
}

TEST(Where, WhatIsLeftOverIsAnError) {
  EXPECT_EQ(hint_of("id == 1 )"), "id == 1 )\n        ^");
  EXPECT_EQ(hint_of("id == 1; drop"), "id == 1; drop\n       ^");
}

TEST(Where, ControlCharactersDoNotReachTheMessage) {
  EXPECT_EQ(hint_of("id == 1 \x1b[31m").find('\x1b'), std::string::npos);
}

TEST(Where, DeepNestingIsAnErrorAndNoCrash) {
  EXPECT_FALSE(parse_where(std::string(9'000, '(') + "id").has_value());
  std::string calls;
  for (int i = 0; i < 1'000; i++) calls += "lower(";
  EXPECT_FALSE(parse_where(calls + "trace").has_value());
}

TEST(Where, ManyNegationsAreNoDeepExpression) {
  EXPECT_EQ(sql_of(std::string(9'000, '!') + "leaked"), R"(((("leaked"))))");
}

TEST(Where, OperatorsTellTheLanguage) {
  EXPECT_EQ(language_of("id > 1 && age > 2"), ConditionLanguage::where);
  EXPECT_EQ(language_of("contains(trace, 'x')"), ConditionLanguage::where);
  EXPECT_EQ(language_of("!leaked"), ConditionLanguage::where);
  EXPECT_EQ(language_of("state == 'x'"), ConditionLanguage::either);
  EXPECT_EQ(language_of("state != \"x\""), ConditionLanguage::either);
  EXPECT_EQ(language_of("age > 60 and state != 'a && b'"), ConditionLanguage::sql);
  EXPECT_EQ(language_of("state like '%select%'"), ConditionLanguage::sql);
}

TEST(Where, EverySignComparesAndWordsJoin) {
  EXPECT_EQ(sql_of("id != 1"), R"(((("id" <> ?))))");
  EXPECT_EQ(sql_of("id <= 1"), R"(((("id" <= ?))))");
  EXPECT_EQ(sql_of("id >= 1"), R"(((("id" >= ?))))");
  EXPECT_EQ(sql_of("ID == 1 AND not leaked or TRUE"),
            R"(((("id" = ?) AND NOT ("leaked")) OR ((?))))");
}

TEST(Where, WhatIsMissingIsSaidWhereItIs) {
  EXPECT_EQ(sql_of(""), "error: --where: a column, number or text is expected here");
  EXPECT_EQ(hint_of("id =="), "id ==\n     ^");
  EXPECT_EQ(sql_of("(id == 1"), "error: --where: a closing parenthesis is missing here");
  EXPECT_EQ(sql_of("lower trace"), "error: --where: a parenthesis is expected here");
  EXPECT_EQ(sql_of("contains(trace)"),
            "error: --where: a comma is expected here: contains(trace, 'text')");
  EXPECT_EQ(sql_of("lower(trace"), "error: --where: a closing parenthesis is missing here");
  EXPECT_EQ(sql_of("id == -x"), "error: --where: a number is expected here");
  EXPECT_EQ(sql_of("id == 1.2.3"), "error: --where: this is no number");
  EXPECT_EQ(sql_of("id # 1"), "error: --where: &&, || or the end is expected here");
  EXPECT_EQ(sql_of("# 1"), "error: --where: this character means nothing here");
}

TEST(Where, AConditionLongerThanAnybodyWritesIsRefused) {
  EXPECT_EQ(sql_of(std::string(10'001, ' ')), "error: --where: the condition is too long");
}

TEST(Where, NumbersThatDoNotFitBecomeFractions) {
  const auto condition = parse_where("id == 99999999999999999999");

  ASSERT_TRUE(condition.has_value());
  EXPECT_DOUBLE_EQ(std::get<double>(condition->values[0]), 1e20);
}

}  // namespace
}  // namespace goknot::analysis
