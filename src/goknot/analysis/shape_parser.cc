// SPDX-License-Identifier: Apache-2.0
#include "goknot/analysis/shape_parser.h"

#include "goknot/analysis/library_name.h"
#include "goknot/analysis/shape_states.h"
#include "goknot/model/function_name.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>
#include <utility>

namespace goknot::analysis {

namespace {

constexpr std::size_t kPurpose = 6;  // the last field that a row must have
constexpr std::size_t kFields = 9;
constexpr std::string_view kGap = "..";

// How telling a function is: of the basic packages, of the standard library, of others.
// How telling a pattern is follows from its functions: github.com/x/y.(*Pool).loop fits one
// library, net/http.(*conn).serve one server, sync.(*Cond).Wait everything.
constexpr int kBasicWeight = 2;
constexpr int kStandardWeight = 10;
constexpr int kLibraryWeight = 11;

// How much each kind of row is worth; more than all steps of a pattern together.
constexpr int kContextRank = 1000;
constexpr int kStandardRank = 2000;
constexpr int kLibraryRank = 3000;

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view kBlank = " \t\r";
  text.remove_prefix(std::min(text.find_first_not_of(kBlank), text.size()));
  return text.substr(0, text.find_last_not_of(kBlank) + 1);
}

std::vector<std::string_view> split_trimmed(std::string_view text, std::string_view separator) {
  std::vector<std::string_view> parts;
  for (std::size_t at = text.find(separator); at != std::string_view::npos;
       at = text.find(separator)) {
    parts.push_back(trimmed(text.substr(0, at)));
    text.remove_prefix(at + separator.size());
  }
  parts.push_back(trimmed(text));
  return parts;
}

int function_weight(std::string_view function) {
  constexpr std::array<std::string_view, 8> kBasic = {"runtime", "sync",    "time", "internal/poll",
                                                      "reflect", "syscall", "os",   "context"};
  if (function.starts_with("h2:")) return kStandardWeight;
  const std::string_view package = parse_function_name(function).package;
  if (std::ranges::find(kBasic, package) != kBasic.end()) return kBasicWeight;
  const bool has_host = package.find_first_of(".%") != std::string_view::npos;
  return has_host ? kLibraryWeight : kStandardWeight;
}

std::optional<ShapeClass> parse_class(std::string_view word) {
  for (int i = 0; i <= static_cast<int>(ShapeClass::none); i++) {
    const auto kind = static_cast<ShapeClass>(i);
    if (shape_class_name(kind) == word) return kind;
  }
  return std::nullopt;
}

// "idle, ignored": a class and what else is true of the row.
Result<Unit> parse_kind(std::string_view field, LibraryShape& shape) {
  const std::vector<std::string_view> words = split_trimmed(field, ",");
  const std::optional<ShapeClass> kind = parse_class(words.front());
  if (!kind) return fail(Kind::damaged, fmt::format("there is no class \"{}\"", words.front()));
  shape.kind = *kind;
  for (const std::string_view word : std::span(words).subspan(1)) {
    if (word == "basic") {
      shape.basic = true;
    } else if (word == "remote") {
      shape.remote = true;
    } else if (word == "ignored") {
      shape.ignored_by_leak_detectors = true;
    } else {
      return fail(Kind::damaged, fmt::format("\"{}\" says nothing about a row", word));
    }
  }
  return Unit{};
}

Result<StateSet> parse_states(std::string_view field) {
  if (field == "any") return kAnyState;
  StateSet all = 0;
  for (const std::string_view word : split_trimmed(field, ",")) {
    const std::optional<StateSet> state = state_set(word);
    if (!state) return fail(Kind::damaged, fmt::format("Go has no state \"{}\"", word));
    all |= *state;
  }
  return all;
}

Result<std::uint32_t> parse_number(std::string_view field) {
  std::uint32_t number = 0;
  const auto [end, error] = std::from_chars(field.data(), field.data() + field.size(), number);
  if (error == std::errc() && end == field.data() + field.size() && number < 1'000'000)
    return number;
  return fail(Kind::damaged, fmt::format("\"{}\" is no number", field));
}

LibraryShape make_shape(const std::vector<std::string_view>& fields) {
  return LibraryShape{.id = fields[0],
                      .states = fields[2],
                      .pattern = fields[3],
                      .created_by = fields[4],
                      .usual = fields[5],
                      .purpose = fields[kPurpose],
                      .note = fields[7],
                      .advice = fields[8]};
}

}  // namespace

// Five kinds of lines, told by their first word and the number of their fields: a row, and
//
//     alias   | old package | new package
//     helper  | function that starts goroutines for others
//     surplus | row | leak or warning | partners | victims | at least | minutes
//     nested  | rows of tasks | rows that they must not wait in
Result<Unit> ShapeParser::add_line(std::string_view line) {
  line = trimmed(line);
  if (line.empty() || line.starts_with('#')) return Unit{};
  Fields fields = split_trimmed(line, "|");
  if (fields[0] == "alias" && fields.size() == 3) {
    shapes_.aliases_.emplace_back(library_package(fields[1]), library_package(fields[2]));
    return Unit{};
  }
  if (fields[0] == "helper" && fields.size() == 2) {
    shapes_.helpers_.push_back(intern(fields[1]));
    return Unit{};
  }
  if (fields[0] == "surplus" && fields.size() == 7) return add_surplus(fields);
  if (fields[0] == "nested" && fields.size() == 3) {
    shapes_.nested_tasks_.push_back(
        {.tasks = split_trimmed(fields[1], " / "), .waits = split_trimmed(fields[2], " / ")});
    return Unit{};
  }
  if (fields.size() <= kPurpose || fields.size() > kFields) {
    return fail(Kind::damaged, fmt::format("{} fields, wanted 7 to 9", fields.size()));
  }
  fields.resize(kFields);
  return add_row(fields);
}

Result<Unit> ShapeParser::add_surplus(const Fields& fields) {
  Surplus surplus;
  surplus.shape = fields[1];
  if (!fields[3].empty()) surplus.partners = split_trimmed(fields[3], " / ");
  if (!fields[4].empty()) surplus.victims = split_trimmed(fields[4], " / ");
  if (fields[2] != "leak" && fields[2] != "warning") {
    return fail(Kind::damaged, fmt::format("\"{}\" is neither leak nor warning", fields[2]));
  }
  surplus.is_leak = fields[2] == "leak";
  surplus.at_least = TRY(parse_number(fields[5]));
  surplus.minutes = static_cast<std::int32_t>(TRY(parse_number(fields[6])));
  shapes_.surpluses_.push_back(surplus);
  return Unit{};
}

Result<Unit> ShapeParser::add_row(const Fields& fields) {
  Shapes::Row row;
  row.shape = make_shape(fields);
  TRY(parse_kind(fields[1], row.shape));
  row.states = TRY(parse_states(fields[2]));
  compile_pattern(row);
  compile_creators(row);
  weigh(row);
  index(row);
  shapes_.rows_.push_back(std::move(row));
  return Unit{};
}

// "a < b / c < .. < d": a, called by b or c, called by whatever, called by d.
void ShapeParser::compile_pattern(Shapes::Row& row) {
  bool gap = false;
  for (const std::string_view part : split_trimmed(row.shape.pattern, " < ")) {
    if (part != kGap) {
      row.steps.push_back(compile_step(part));
      row.steps.back().after_gap = gap;
    }
    gap = part == kGap;
  }
}

void ShapeParser::compile_creators(Shapes::Row& row) {
  std::string_view field = row.shape.created_by;
  row.needs_creator = field.starts_with('=');
  if (row.needs_creator) field.remove_prefix(1);
  if (!field.empty()) row.creators = compile_step(field).any_of;
}

// Context rows say who called, not what is waited for; they rank above a wait of the language and
// below every row that names the wait.
void ShapeParser::weigh(Shapes::Row& row) {
  const bool starts_open = row.steps.empty() || row.steps.front().after_gap;
  row.is_context = starts_open && row.states == kAnyState;
  int most = 0;
  for (const Shapes::Step& step : row.steps) {
    row.weight += weight(step);
    most = std::max(most, weight(step));
  }
  if (!starts_open) row.weight++;
  if (!row.steps.empty()) row.first_weight = weight(row.steps.front());
  if (row.shape.basic) return;
  if (row.is_context) {
    row.weight += kContextRank;
  } else {
    row.weight += most >= kLibraryWeight ? kLibraryRank : kStandardRank;
  }
}

// Under the step that fits the fewest goroutines; the outermost of equals, as the innermost may be
// missing.
void ShapeParser::index(const Shapes::Row& row) {
  const auto number = static_cast<std::uint32_t>(shapes_.rows_.size());
  const auto telling = std::ranges::max_element(row.steps.rbegin(), row.steps.rend(), {},
                                                [this](const auto& step) { return weight(step); });
  if (telling == row.steps.rend()) {
    shapes_.rows_without_name_.push_back(number);
    return;
  }
  for (const Shapes::Name name : telling->any_of) shapes_.rows_by_name_[name].push_back(number);
}

Shapes::Step ShapeParser::compile_step(std::string_view alternatives) {
  Shapes::Step step;
  for (const std::string_view function : split_trimmed(alternatives, " / ")) {
    step.any_of.push_back(intern(function));
  }
  return step;
}

Shapes::Name ShapeParser::intern(std::string_view function) {
  const auto next = static_cast<Shapes::Name>(shapes_.names_.size());
  std::string key = shapes_.renamed(library_function(function));
  const auto [at, added] = shapes_.names_.try_emplace(std::move(key), next);
  if (added) {
    shapes_.rows_by_name_.emplace_back();
    name_weights_.push_back(function_weight(function));
  }
  return at->second;
}

int ShapeParser::weight(const Shapes::Step& step) const { return name_weights_[step.any_of[0]]; }

Shapes ShapeParser::finish() && { return std::move(shapes_); }

}  // namespace goknot::analysis
