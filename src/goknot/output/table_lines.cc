// SPDX-License-Identifier: Apache-2.0
#include "goknot/output/table_lines.h"

#include "goknot/output/value_words.h"

#include <algorithm>
#include <numeric>
#include <string>
#include <vector>

namespace goknot::output {

namespace {

constexpr std::size_t kGap = 2;
constexpr std::size_t kLeast = 8;         // columns a shortened column keeps
constexpr std::size_t kWidestCell = 160;  // columns of any one cell
// A longer cell further down is shortened: that is better than looking at all of a million rows
// twice.
constexpr std::size_t kMeasured = 20000;  // rows looked at for the widths

// How one column is drawn.
struct Layout {
  std::size_t width = 0;
  Side side = Side::left;
};

std::string cell(const Value& value, const Pen& pen, std::size_t width) {
  // A place or sentence says most at its ends.
  const bool is_place = std::holds_alternative<Place>(value);
  return pen.show(value_words(value), width, is_place ? Cut::front : Cut::end);
}

// The columns that people see, by number: those that have a title.
std::vector<std::size_t> titled(const Table& table) {
  std::vector<std::size_t> numbers;
  for (std::size_t i = 0; i < table.columns.size(); i++) {
    if (!table.columns[i].title.empty()) numbers.push_back(i);
  }
  return numbers;
}

std::vector<Layout> measured(const Table& table, const Pen& pen,
                             const std::vector<std::size_t>& numbers) {
  std::vector<Layout> columns(numbers.size());
  for (std::size_t i = 0; i < columns.size(); i++) {
    columns[i].width = width_of(pen.show(table.columns[numbers[i]].title, kWidestCell));
  }
  std::size_t left = kMeasured;
  for (const auto& row : table.rows) {
    if (left-- == 0) break;
    for (std::size_t i = 0; i < columns.size() && numbers[i] < row.size(); i++) {
      const Value& value = row[numbers[i]];
      columns[i].width = std::max(columns[i].width, width_of(cell(value, pen, kWidestCell)));
      if (side_of(value) == Side::right) columns[i].side = Side::right;
    }
  }
  return columns;
}

// Takes columns away from the widest until the row fits.
void fit(std::vector<Layout>& columns, std::size_t width) {
  const auto total = [&columns] {
    return std::accumulate(columns.begin(), columns.end(), std::size_t{0},
                           [](std::size_t sum, const Layout& c) { return sum + c.width + kGap; });
  };
  while (total() > width + kGap) {
    const auto widest = std::ranges::max_element(columns, {}, &Layout::width);
    if (widest == columns.end() || widest->width <= kLeast) return;
    widest->width--;
  }
}

std::string draw(const std::vector<std::string>& cells, const std::vector<Layout>& columns) {
  std::string line;
  for (std::size_t i = 0; i < std::min(cells.size(), columns.size()); i++) {
    const Layout& column = columns[i];
    line += column.side == Side::right ? right_aligned(cells[i], column.width)
                                       : padded(cells[i], column.width);
    line += std::string(kGap, ' ');
  }
  line.erase(line.find_last_not_of(' ') + 1);
  return line;
}

}  // namespace

Result<Unit> write_table(const Table& table, const Pen& pen, std::size_t width, Sink& sink) {
  const std::vector<std::size_t> numbers = titled(table);
  std::vector<Layout> columns = measured(table, pen, numbers);
  if (width > 0) fit(columns, width);
  std::vector<std::string> cells;
  for (std::size_t i = 0; i < columns.size(); i++) {
    cells.push_back(pen.show(table.columns[numbers[i]].title, columns[i].width));
  }
  TRY(sink.write(pen.ink(Ink::strong, draw(cells, columns)) + "\n"));
  for (const auto& row : table.rows) {
    cells.clear();
    for (std::size_t i = 0; i < columns.size() && numbers[i] < row.size(); i++) {
      cells.push_back(cell(row[numbers[i]], pen, columns[i].width));
    }
    TRY(sink.write(draw(cells, columns) + "\n"));
  }
  return Unit{};
}

}  // namespace goknot::output
