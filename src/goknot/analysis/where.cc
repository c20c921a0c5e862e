// SPDX-License-Identifier: Apache-2.0
#include "goknot/analysis/where.h"

#include "goknot/analysis/sql_tables.h"
#include "goknot/base/text.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>
#include <utility>

namespace goknot::analysis {

namespace {

constexpr std::size_t kLongest = 10'000;
constexpr int kDeepest = 50;

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }
bool is_digit(char c) { return c >= '0' && c <= '9'; }

// What a token is.
enum class Token : std::uint8_t { end, word, number, text, sign, bad };

// Takes a condition apart into words, numbers, texts and signs.
class Lexer {
 public:
  explicit Lexer(std::string_view all) : all_(all) { next(); }

  Token kind() const { return kind_; }
  // The token as written; of a text, what is between the quotes.
  std::string_view text() const { return text_; }
  std::size_t at() const { return start_; }
  std::string unquoted() const;
  void next();

 private:
  void take(Token kind, std::size_t length);
  void take_text(char quote);
  std::size_t number_length() const;

  std::string_view all_;
  std::size_t start_ = 0;
  std::size_t end_ = 0;
  Token kind_ = Token::end;
  std::string_view text_;
};

void Lexer::take(Token kind, std::size_t length) {
  kind_ = kind;
  text_ = all_.substr(start_, length);
  end_ = start_ + length;
}

// A quote inside a text is written \" or, as in SQL, twice.
void Lexer::take_text(char quote) {
  for (std::size_t i = start_ + 1; i < all_.size(); i++) {
    if (all_[i] == '\\') {
      i++;
    } else if (all_[i] == quote) {
      if (i + 1 < all_.size() && all_[i + 1] == quote) {
        i++;
        continue;
      }
      kind_ = Token::text;
      text_ = all_.substr(start_ + 1, i - start_ - 1);
      end_ = i + 1;
      return;
    }
  }
  take(Token::bad, all_.size() - start_);
}

std::size_t Lexer::number_length() const {
  std::size_t length = 0;
  const std::string_view rest = all_.substr(start_);
  while (length < rest.size() && (is_digit(rest[length]) || rest[length] == '.')) length++;
  return length;
}

void Lexer::next() {
  start_ = end_;
  while (start_ < all_.size() && (all_[start_] == ' ' || all_[start_] == '\t' ||
                                  all_[start_] == '\n' || all_[start_] == '\r')) {
    start_++;
  }
  if (start_ == all_.size()) return take(Token::end, 0);
  const std::string_view rest = all_.substr(start_);
  if (is_letter(rest[0])) {
    const auto* const stop =
        std::ranges::find_if_not(rest, [](char c) { return is_letter(c) || is_digit(c); });
    return take(Token::word, static_cast<std::size_t>(stop - rest.begin()));
  }
  if (is_digit(rest[0])) return take(Token::number, number_length());
  if (rest[0] == '"' || rest[0] == '\'') return take_text(rest[0]);
  for (const std::string_view sign : {"&&", "||", "==", "!=", "<=", ">=", "=~", "!~"}) {
    if (rest.starts_with(sign)) return take(Token::sign, 2);
  }
  const bool known = std::string_view("!<>()-,").contains(rest[0]);
  take(known ? Token::sign : Token::bad, 1);
}

std::string Lexer::unquoted() const {
  std::string text;
  const char quote = all_[start_];
  for (std::size_t i = 0; i < text_.size(); i++) {
    const bool escaped =
        text_[i] == '\\' && i + 1 < text_.size() && (text_[i + 1] == quote || text_[i + 1] == '\\');
    if (escaped || (text_[i] == quote && i + 1 < text_.size())) i++;
    text += text_[i];
  }
  return text;
}

std::string lower(std::string_view text) {
  std::string result(text);
  std::ranges::transform(result, result.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c;
  });
  return result;
}

// Writes SQL while it reads, one function per rule of the grammar.
// A condition becomes SQL with its values bound, never pasted in:
//
//     duration > 5 && (state == 'select' || contains(lower(trace), "hub"))
//
// The grammar, with one function for each rule:
//
//     alternatives = conjunction { ("||" | "or") conjunction }
//     conjunction  = negation { ("&&" | "and") negation }
//     negation     = { "!" | "not" } ( "(" alternatives ")" | comparison )
//     comparison   = operand [ ("==" | "!=" | "<=" | ">=" | "<" | ">" | "=~" | "!~") operand ]
//     operand      = ["-"] number | text | column | function "(" ... ")"
class Parser {
 public:
  explicit Parser(std::string_view all) : all_(all), lexer_(all) {}

  Result<SqlCondition> parse() {
    if (all_.size() > kLongest) return fail(Kind::usage, "--where: the condition is too long");
    TRY(alternatives());
    if (lexer_.kind() != Token::end) return wrong("&&, || or the end is expected here");
    return std::move(result_);
  }

 private:
  std::unexpected<Error> wrong(std::string_view what) const;
  bool take_sign(std::string_view sign);
  bool take_word(std::string_view word);
  Result<Unit> joined(std::string_view sign, std::string_view word, std::string_view sql,
                      Result<Unit> (Parser::*part)());
  Result<Unit> alternatives() { return joined("||", "or", " OR ", &Parser::conjunction); }
  Result<Unit> conjunction() { return joined("&&", "and", " AND ", &Parser::negation); }
  Result<Unit> negation();
  Result<Unit> grouped();
  Result<Unit> comparison();
  Result<Unit> operand();
  Result<Unit> number(std::string_view sign);
  Result<Unit> word();
  Result<Unit> call(std::string_view function);
  void add_value(SqlValue value);

  std::string_view all_;
  Lexer lexer_;
  SqlCondition result_;
  int depth_ = 0;
};

std::unexpected<Error> Parser::wrong(std::string_view what) const {
  const std::string before = visible(all_.substr(0, lexer_.at()));
  return fail(Kind::usage, "--where: " + std::string(what),
              visible(all_) + "\n" + std::string(width_of(before), ' ') + "^");
}

bool Parser::take_sign(std::string_view sign) {
  if (lexer_.kind() != Token::sign || lexer_.text() != sign) return false;
  lexer_.next();
  return true;
}

bool Parser::take_word(std::string_view word) {
  if (lexer_.kind() != Token::word || lower(lexer_.text()) != word) return false;
  lexer_.next();
  return true;
}

Result<Unit> Parser::joined(std::string_view sign, std::string_view word, std::string_view sql,
                            Result<Unit> (Parser::*part)()) {
  result_.sql += "(";
  TRY((this->*part)());
  while (take_sign(sign) || take_word(word)) {
    result_.sql += sql;
    TRY((this->*part)());
  }
  result_.sql += ")";
  return Unit{};
}

Result<Unit> Parser::negation() {
  std::size_t count = 0;
  while (take_sign("!") || take_word("not")) count++;
  result_.sql += count % 2 == 1 ? "NOT (" : "(";
  TRY(lexer_.kind() == Token::sign && lexer_.text() == "(" ? grouped() : comparison());
  result_.sql += ")";
  return Unit{};
}

Result<Unit> Parser::grouped() {
  if (++depth_ > kDeepest) return wrong("this is nested too deeply");
  take_sign("(");
  TRY(alternatives());
  if (!take_sign(")")) return wrong("a closing parenthesis is missing here");
  depth_--;
  return Unit{};
}

Result<Unit> Parser::comparison() {
  constexpr std::array<std::pair<std::string_view, std::string_view>, 8> kSigns = {
      {{"==", " = "},
       {"!=", " <> "},
       {"<=", " <= "},
       {">=", " >= "},
       {"<", " < "},
       {">", " > "},
       {"=~", " REGEXP "},
       {"!~", " NOT REGEXP "}}};
  TRY(operand());
  for (const auto& [sign, sql] : kSigns) {
    if (!take_sign(sign)) continue;
    result_.sql += sql;
    return operand();
  }
  return Unit{};
}

void Parser::add_value(SqlValue value) {
  result_.sql += "?";
  result_.values.push_back(std::move(value));
}

Result<Unit> Parser::operand() {
  if (take_sign("-")) return number("-");
  switch (lexer_.kind()) {
    case Token::number:
      return number("");
    case Token::text:
      add_value(lexer_.unquoted());
      lexer_.next();
      return Unit{};
    case Token::word:
      return word();
    case Token::bad:
      return wrong(all_[lexer_.at()] == '"' || all_[lexer_.at()] == '\''
                       ? "this text has no closing quote"
                       : "this character means nothing here");
    case Token::end:
    case Token::sign:
      break;
  }
  return wrong("a column, number or text is expected here");
}

Result<Unit> Parser::number(std::string_view sign) {
  if (lexer_.kind() != Token::number) return wrong("a number is expected here");
  const std::string text = std::string(sign) + std::string(lexer_.text());
  const char* const end = text.data() + text.size();
  std::int64_t whole = 0;
  double real = 0;
  if (const auto [rest, error] = std::from_chars(text.data(), end, whole);
      error == std::errc() && rest == end) {
    add_value(whole);
  } else if (const auto [stop, problem] = std::from_chars(text.data(), end, real);
             problem == std::errc() && stop == end) {
    add_value(real);
  } else {
    return wrong("this is no number");
  }
  lexer_.next();
  return Unit{};
}

Result<Unit> Parser::word() {
  const std::string name = lower(lexer_.text());
  for (const std::string_view function : {"contains", "lower", "upper"}) {
    if (name == function) return call(function);
  }
  if (name == "true" || name == "false") {
    add_value(std::int64_t{name == "true" ? 1 : 0});
  } else if (find_column(goroutines_table(), name)) {
    result_.sql += "\"" + name + "\"";
  } else {
    return wrong("goroutines have no column \"" + std::string(lexer_.text()) + "\"");
  }
  lexer_.next();
  return Unit{};
}

Result<Unit> Parser::call(std::string_view function) {
  if (++depth_ > kDeepest) return wrong("this is nested too deeply");
  lexer_.next();
  if (!take_sign("(")) return wrong("a parenthesis is expected here");
  result_.sql += function == "contains" ? "(instr(" : std::string(function) + "(";
  TRY(operand());
  if (function == "contains") {
    if (!take_sign(",")) return wrong("a comma is expected here: contains(trace, 'text')");
    result_.sql += ", ";
    TRY(operand());
  }
  if (!take_sign(")")) return wrong("a closing parenthesis is missing here");
  result_.sql += function == "contains" ? ") > 0)" : ")";
  depth_--;
  return Unit{};
}

}  // namespace

ConditionLanguage language_of(std::string_view text) {
  auto language = ConditionLanguage::sql;
  Lexer lexer(text);
  for (; lexer.kind() != Token::end && lexer.kind() != Token::bad; lexer.next()) {
    const std::string_view token = lexer.text();
    const bool own =
        lexer.kind() == Token::sign &&
        (token == "&&" || token == "||" || token == "=~" || token == "!~" || token == "!");
    if (own || (lexer.kind() == Token::word && lower(token) == "contains")) {
      return ConditionLanguage::where;
    }
    const bool shared = (lexer.kind() == Token::sign && token == "==") ||
                        (lexer.kind() == Token::text && text[lexer.at()] == '"');
    if (shared) language = ConditionLanguage::either;
  }
  return language;
}

Result<SqlCondition> parse_where(std::string_view text) { return Parser(text).parse(); }

}  // namespace goknot::analysis
