// SPDX-License-Identifier: Apache-2.0
#include "goknot/output/knot_lines.h"

#include "goknot/base/quantity.h"
#include "goknot/model/function_name.h"
#include "goknot/output/words.h"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>
#include <utility>

namespace goknot::output {

namespace {

constexpr std::size_t kDeepest = 12;      // levels drawn; a deeper tree could not be read
constexpr std::size_t kWidestWho = 24;    // columns for "2,572 goroutines"
constexpr std::size_t kWidestPlace = 28;  // columns for "a_rather_long_name.go:1234"
constexpr std::size_t kLeastText = 14;    // columns the words need at least
constexpr std::size_t kGap = 2;           // blanks between columns
constexpr std::size_t kWidest = 120;      // wider than this the eye loses the row

// One row of the tree, everything shown already.
struct Row {
  std::string prefix;  // branches of the tree
  std::string below;   // what continuation lines have there
  std::string who;
  std::string text;
  std::string function;
  std::string location;

  std::size_t text_column() const { return width_of(prefix) + width_of(who); }
};

// Turns a tree into rows.
class Rows {
 public:
  Rows(const Pen& pen, const KnotRoom& room) : pen_(pen), room_(room) {}

  std::vector<Row> of(std::span<const Knot> roots) {
    const std::string indent(room_.indent, ' ');
    const std::size_t who = who_width(roots);
    for (const Knot& root : roots) add(root, indent, indent, who, 0);
    return std::move(rows_);
  }

 private:
  // The words of the roots begin in one column unless a name is so long that this wastes room.
  std::size_t who_width(std::span<const Knot> siblings) const {
    std::size_t width = 0;
    for (const Knot& knot : siblings) {
      const std::size_t own = width_of(pen_.show(knot.who, kWidestWho));
      if (own <= 10) width = std::max(width, own);
    }
    return width;
  }

  void add(const Knot& knot, const std::string& prefix, const std::string& below, std::size_t who,
           std::size_t depth) {
    const std::string name = pen_.show(knot.who, kWidestWho, Cut::middle);
    const std::string first = depth == 0 ? padded(name, who) + "  " : name + " ";
    const std::string blank(width_of(first), ' ');
    for (std::size_t i = 0; i < std::max<std::size_t>(knot.lines.size(), 1); i++) {
      rows_.push_back(row_of(knot, i));
      rows_.back().prefix = i == 0 ? prefix : below;
      rows_.back().below = below;
      rows_.back().who = i == 0 ? first : blank;
    }
    if (depth < kDeepest) add_children(knot, below, depth);
  }

  void add_children(const Knot& knot, const std::string& below, std::size_t depth) {
    for (const Knot& child : knot.behind) {
      const Sibling place = &child == &knot.behind.back() ? Sibling::last : Sibling::followed;
      add(child, below + std::string(pen_.branch(place)),
          below + std::string(pen_.below_branch(place)), 0, depth + 1);
    }
  }

  Row row_of(const Knot& knot, std::size_t index) const {
    Row row;
    if (index >= knot.lines.size()) return row;
    const auto& [text, place] = knot.lines[index];
    // Sentences of ours may hold names of a megabyte.
    row.text = pen_.show(text, 2 * room_.width, Cut::middle);
    row.function = pen_.show(short_function(place.function), room_.width, Cut::middle);
    row.location = pen_.show(location_of(place), kWidestPlace, Cut::front);
    return row;
  }

  const Pen& pen_;
  const KnotRoom& room_;
  std::vector<Row> rows_;
};

// How much of a function's name is shown where room is scarce.
enum class NameLevel { whole, without_package, method_only };

// "node.(*Hub).Add", "(*Hub).Add", "Add".
std::string at_level(const std::string& function, NameLevel level) {
  if (level == NameLevel::whole) return function;
  const FunctionName name = parse_function_name(function);
  if (name.package.empty() || name.name.empty()) return function;
  if (level == NameLevel::without_package) return function.substr(name.package.size() + 1);
  return fmt::format("{}{}", name.name, name.suffix);
}

// Where the columns begin.
struct Columns {
  std::size_t function = 0;
  std::size_t location = 0;
  std::size_t width = 0;
};

// Rows of all depths share their columns, so that the eye can run down the places. Places are not
// cut any more here; words and functions share what is left, words wrapped and functions cut at the
// front: of "example.com/x/server.(*Registry).Remove" the end says most.
Columns columns_for(const std::vector<Row>& rows, std::size_t width) {
  std::size_t left = 0;
  std::size_t deepest = 0;
  std::size_t function = 0;
  std::size_t location = 0;
  for (const Row& row : rows) {
    if (row.function.empty() && row.location.empty()) continue;
    left = std::max(left, row.text_column() + width_of(row.text));
    deepest = std::max(deepest, row.text_column());
    function = std::max(function, width_of(row.function));
    location = std::max(location, width_of(row.location));
  }
  const std::size_t fixed = location + 2 * kGap;
  const std::size_t room = width > fixed ? width - fixed : 0;
  // Words and functions share the room; whichever needs less leaves the rest to the other.
  const std::size_t least = std::min(left, deepest + kLeastText);
  const std::size_t for_function = std::min(
      function,
      std::max(room - std::min(room, left), std::min(room * 2 / 5, room - std::min(room, least))));
  const std::size_t for_text = std::min(left, room - for_function);
  return {for_text + kGap, for_text + kGap + for_function + kGap, width};
}

std::string place_columns(const Row& row, const Columns& columns, const Pen& pen) {
  const std::size_t room = columns.location - columns.function - kGap;
  std::string function = shortened(row.function, room, Cut::front, pen.charset());
  if (row.location.empty()) return function;
  return padded(function, room + kGap) + pen.ink(Ink::place, row.location);
}

using Drawn = std::vector<std::string>;  // the lines of one row

Drawn draw(const Row& row, const Columns& columns, const Pen& pen) {
  const bool has_place = !row.function.empty() || !row.location.empty();
  const std::size_t start = row.text_column();
  const std::size_t end = has_place ? columns.function - kGap : columns.width;
  Drawn lines = wrapped(row.text, end > start + 8 ? end - start : 8);
  std::string first = row.prefix + pen.ink(Ink::strong, row.who) + lines.front();
  if (has_place) {
    const std::size_t used = start + width_of(lines.front());
    const std::size_t blanks = used < columns.function ? columns.function - used : 1;
    first += std::string(blanks, ' ') + place_columns(row, columns, pen);
  }
  lines.front() = std::move(first);
  const std::string blank(start - std::min(start, width_of(row.below)), ' ');
  for (std::size_t i = 1; i < lines.size(); i++) lines[i] = row.below + blank + lines[i];
  return lines;
}

std::vector<Drawn> drawn_at(NameLevel level, std::vector<Row> rows, const Pen& pen,
                            const KnotRoom& room) {
  std::vector<std::string> whole;
  for (Row& row : rows) {
    whole.push_back(row.function);
    row.function = at_level(row.function, level);
  }
  const Columns columns = columns_for(rows, std::min(room.width, kWidest));
  const std::size_t function_room = columns.location - columns.function - kGap;
  std::vector<Drawn> drawn;
  for (std::size_t i = 0; i < rows.size(); i++) {
    // The column is as wide as the shortened names need; a whole name that fits is better.
    if (width_of(whole[i]) <= function_room) rows[i].function = whole[i];
    drawn.push_back(draw(rows[i], columns, pen));
  }
  return drawn;
}

std::size_t line_count(const std::vector<Drawn>& rows) {
  std::size_t count = 0;
  for (const Drawn& row : rows) count += row.size();
  return count;
}

// All lines, or as many whole rows as there is room for and a line that counts the rest.
std::vector<std::string> cut_to_room(const std::vector<Drawn>& rows, const Pen& pen,
                                     const KnotRoom& room) {
  const bool fits = room.lines == 0 || line_count(rows) <= room.lines;
  std::vector<std::string> lines;
  std::size_t shown = 0;
  for (const Drawn& row : rows) {
    if (!fits && shown > 0 && lines.size() + row.size() + 1 > room.lines) break;
    lines.insert(lines.end(), row.begin(), row.end());
    shown++;
  }
  if (shown == rows.size()) return lines;
  const std::string more = fmt::format("… and {}", counted(rows.size() - shown, "more row"));
  lines.push_back(std::string(room.indent, ' ') + pen.ink(Ink::faint, pen.show(more)));
  return lines;
}

}  // namespace

std::vector<std::string> knot_lines(std::span<const Knot> roots, const Pen& pen,
                                    const KnotRoom& room) {
  const std::vector<Row> rows = Rows(pen, room).of(roots);
  std::vector<Drawn> best;
  // Shorter names are better than rows broken into several lines.
  for (const auto level : {NameLevel::whole, NameLevel::without_package, NameLevel::method_only}) {
    std::vector<Drawn> drawn = drawn_at(level, rows, pen, room);
    if (best.empty() || line_count(drawn) < line_count(best)) best = std::move(drawn);
    if (line_count(best) == rows.size()) break;
  }
  return cut_to_room(best, pen, room);
}

}  // namespace goknot::output
