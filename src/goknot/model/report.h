// SPDX-License-Identifier: Apache-2.0
// The waist going out: what every analysis answers and every output writes.
#pragma once

#include "goknot/model/diagnosis.h"
#include "goknot/model/series.h"

#include <absl/container/flat_hash_map.h>

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace goknot {

// A typed cell. Outputs decide how it looks: JSON keeps the number, the terminal writes "3 h 4
// min".
struct Minutes {
  std::int32_t value = -1;  // -1: not known
};
struct Bytes {
  std::uint64_t value = 0;
};
using Value =
    std::variant<std::monostate, bool, std::int64_t, double, std::string, Minutes, Bytes, Place>;

struct Column {
  std::string name;   // in JSON: "created_by"
  std::string title;  // for people: "CREATED BY"; empty: only programs see the column
};

// Rows of typed cells under columns; every row has as many cells as there are columns.
struct Table {
  std::string name;   // key in JSON: "goroutines"
  std::string title;  // for people, may be empty
  std::vector<Column> columns;
  std::vector<std::vector<Value>> rows;
};

// Who waits for whom: nodes are goroutines (or groups of them) and objects, arrows are waits and
// holds.
struct Graph {
  struct Node {
    std::string id;
    std::string label;  // may have several lines
    bool object = false;
    bool root = false;
    std::uint64_t count = 1;  // goroutines folded into it
  };
  struct Arrow {
    std::string from, to, label;
  };
  std::string title;
  std::vector<Node> nodes;
  std::vector<Arrow> arrows;
};

// Rows with children, for a terminal.
struct Tree {
  std::string title;
  std::vector<Knot> roots;
};

// Lines for people, as they are.
struct Paragraph {
  std::string name;
  std::vector<std::string> lines;
};

// Stacks with how many goroutines stand there.
struct GroupList {
  std::string title;  // for people, may be empty
  std::vector<GroupView> groups;
};

// Goroutines with everything that is known of them. The snapshot must outlive the report.
struct GoroutineList {
  const Snapshot* snapshot = nullptr;
  std::vector<std::uint32_t> rows;                      // of Snapshot::goroutines
  absl::flat_hash_map<FrameId, std::string> code = {};  // lines of source that were at hand
};

using Section = std::variant<Table, Graph, Tree, Paragraph, GroupList, GoroutineList>;

// An answer. For `diagnose` it is the diagnosis; other commands add sections. `series`, where
// present, is what it was made from, for outputs that show every goroutine; it must outlive the
// report.
struct Report {
  std::string schema = "goknot.report/1";
  std::optional<Diagnosis> diagnosis;
  std::vector<Section> sections;
  const Series* series = nullptr;
};

}  // namespace goknot
