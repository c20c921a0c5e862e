// SPDX-License-Identifier: Apache-2.0
// The layer of tables, as log services export them: the dump is one column (RFC 4180).
//   2026-01-02T03:04:05Z,web,"goroutine 1 [running]:"
//   2026-01-02T03:04:05Z,web,"main.f(0x1, 0x2)"
#include "goknot/source/layers_text.h"

#include <algorithm>

namespace goknot::source {
namespace {

constexpr std::size_t kMostCells = 256;  // of one record
constexpr std::size_t kLookAhead = 8;    // records that may show a table
constexpr std::string_view kSeparators = ",;\t";

// One value of a record.
struct Cell {
  std::size_t begin = 0;  // of its content, behind the quote
  std::string_view raw;
  bool quoted = false;
};

// One row of a table.
struct Record {
  std::vector<Cell> cells;
  std::size_t end = 0;  // where the next one begins
};

// The closing quote of a cell: one that is not doubled; npos without.
std::size_t end_of_quotes(std::string_view text, std::size_t from) {
  for (std::size_t at = from; (at = text.find('"', at)) != text.npos; at += 2) {
    if (at + 1 == text.size() || text[at + 1] != '"') return at;
  }
  return text.npos;
}

// Reads the cell at `at`.
Cell cell_at(std::string_view text, std::size_t at, char separator) {
  if (at < text.size() && text[at] == '"') {
    const std::size_t close = std::min(end_of_quotes(text, at + 1), text.size());
    return {at + 1, text.substr(at + 1, close - at - 1), true};
  }
  const auto ends = [&](char c) { return c == separator || c == '\n'; };
  const std::string_view rest = text.substr(at);
  const auto end = std::ranges::find_if(rest, ends);
  return {at, rest.substr(0, static_cast<std::size_t>(end - rest.begin()))};
}

// Reads the record at `at`.
Record record_at(std::string_view text, std::size_t at, char separator) {
  Record record;
  while (record.cells.size() < kMostCells) {
    record.cells.push_back(cell_at(text, at, separator));
    const Cell& cell = record.cells.back();
    at = std::min(cell.begin + cell.raw.size() + (cell.quoted ? 1 : 0), text.size());
    if (at == text.size() || text[at] != separator) break;
    ++at;
  }
  record.end = std::min(text.find('\n', at), text.size() - 1) + 1;
  return record;
}

// The content of a cell, with quotes as they were meant.
std::string content_of(const Cell& cell) {
  std::string out;
  out.reserve(cell.raw.size());
  for (std::size_t i = 0; i < cell.raw.size(); ++i) {
    out += cell.raw[i];
    if (cell.quoted && cell.raw[i] == '"') ++i;
  }
  return out;
}

// Where a dump is in a table.
struct Column {
  char separator;
  std::size_t index;
};

// Whether a cell has frames: as one line of a dump, or as all of it.
bool has_frames(std::string_view raw) {
  const std::string_view first = line_at(raw, 0);
  const std::string_view second = line_at(raw, std::min(first.size() + 1, raw.size()));
  return is_frame(line_kind(without_indent(first))) || is_frame(line_kind(without_indent(second)));
}

// Whether the records behind a header have frames where it stands, and quotes around some of them;
// without quotes it is a prefix like others.
bool is_table(std::string_view text, std::size_t line, Column column) {
  bool frames = false;
  bool quotes = false;
  for (std::size_t i = 0; i < kLookAhead && line < text.size(); ++i) {
    const Record record = record_at(text, line, column.separator);
    if (record.cells.size() <= column.index) return false;
    const Cell& cell = record.cells[column.index];
    frames |= has_frames(cell.raw);
    quotes |= cell.quoted;
    line = record.end;
  }
  return frames && quotes;
}

// The column in which a header stands; none if it is in no table.
std::optional<Column> column_of(const Survey& survey, const Header& header) {
  for (const char separator : kSeparators) {
    const auto cells = record_at(survey.text, header.line, separator).cells;
    const auto found = std::ranges::find(cells, header.at, &Cell::begin);
    if (found == cells.begin() || found == cells.end()) continue;
    const Column column{separator, static_cast<std::size_t>(found - cells.begin())};
    if (is_table(survey.text, header.line, column)) return column;
  }
  return std::nullopt;
}

}  // namespace

std::optional<Peeled> peel_csv(const Survey& survey) {
  if (survey.headers.empty()) return std::nullopt;
  const auto column = column_of(survey, survey.headers.front());
  if (!column) return std::nullopt;
  Peeled peeled{{}, "csv", {}};
  peeled.text.reserve(survey.text.size());
  for (std::size_t from = 0; from < survey.text.size();) {
    const Record record = record_at(survey.text, from, column->separator);
    const bool fits = record.cells.size() > column->index;
    const std::string text =
        fits ? content_of(record.cells[column->index]) : std::string(line_at(survey.text, from));
    peeled.text += text;
    if (!text.ends_with('\n')) peeled.text += '\n';
    from = record.end;
  }
  return peeled;
}

}  // namespace goknot::source
