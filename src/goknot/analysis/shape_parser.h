// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "goknot/analysis/shapes.h"

#include <string_view>
#include <vector>

namespace goknot::analysis {

// Makes Shapes of the text of a table, line by line; the format is told at its top.
class ShapeParser {
 public:
  // Takes one line; the error says what is wrong with it, not where.
  Result<Unit> add_line(std::string_view line);

  // What all lines came to.
  Shapes finish() &&;

 private:
  using Fields = std::vector<std::string_view>;

  Result<Unit> add_row(const Fields& fields);
  Result<Unit> add_surplus(const Fields& fields);
  void compile_pattern(Shapes::Row& row);
  void compile_creators(Shapes::Row& row);
  void weigh(Shapes::Row& row);
  void index(const Shapes::Row& row);
  Shapes::Step compile_step(std::string_view alternatives);
  Shapes::Name intern(std::string_view function);
  int weight(const Shapes::Step& step) const;

  Shapes shapes_;
  std::vector<int> name_weights_;  // by Name
};

}  // namespace goknot::analysis
