// SPDX-License-Identifier: Apache-2.0
// One JSON object for programs: the diagnosis, or the tables of other commands. What may be large
// (groups, goroutines, tables) is written row by row.
#include "goknot/base/json.h"

#include "goknot/output/json_goroutine.h"
#include "goknot/output/json_report.h"
#include "goknot/output/output.h"

#include <string>
#include <variant>

namespace goknot::output {

namespace {

// Writes the members of one object, each on its own line, rows of arrays too: still one JSON
// object, and `grep` and `diff` find their way.
class Writer {
 public:
  explicit Writer(Sink& sink) : sink_(sink) {}

  Result<Unit> member(std::string_view name, const Json& value) {
    TRY(begin(name));
    return sink_.write(value.dump());
  }

  // An array of `count` rows, made one by one.
  template <typename Row>
  Result<Unit> array(std::string_view name, std::size_t count, Row row) {
    TRY(begin(name));
    TRY(sink_.write("["));
    for (std::size_t i = 0; i < count; i++) {
      TRY(sink_.write((i == 0 ? "\n    " : ",\n    ") + row(i).dump()));
    }
    return sink_.write(count == 0 ? "]" : "\n  ]");
  }

  Result<Unit> finish() { return sink_.write(first_ ? "{}\n" : "\n}\n"); }

 private:
  Result<Unit> begin(std::string_view name) {
    const std::string before = first_ ? "{\n  " : ",\n  ";
    first_ = false;
    return sink_.write(before + Json(name).dump() + ": ");
  }

  Sink& sink_;
  bool first_ = true;
};

Result<Unit> write_section(const Table& table, Writer& out) {
  return out.array(table.name, table.rows.size(), [&table](std::size_t i) {
    const auto& row = table.rows[i];
    Json object = Json::object();
    for (std::size_t c = 0; c < table.columns.size(); c++) {
      object.set(table.columns[c].name, c < row.size() ? value_json(row[c]) : Json());
    }
    return object;
  });
}

Result<Unit> write_section(const Graph& graph, Writer& out) {
  TRY(out.array("nodes", graph.nodes.size(), [&graph](std::size_t i) {
    const Graph::Node& node = graph.nodes[i];
    return Json::object({{"id", node.id},
                         {"label", node.label},
                         {"kind", node.object ? "object" : "goroutine"},
                         {"root", node.root},
                         {"count", node.count}});
  }));
  return out.array("arrows", graph.arrows.size(), [&graph](std::size_t i) {
    const Graph::Arrow& arrow = graph.arrows[i];
    return Json::object({{"from", arrow.from}, {"to", arrow.to}, {"label", arrow.label}});
  });
}

Result<Unit> write_section(const Tree& tree, Writer& out) {
  return out.array("tree", tree.roots.size(),
                   [&tree](std::size_t i) { return knot_json(tree.roots[i]); });
}

Result<Unit> write_section(const Paragraph& paragraph, Writer& out) {
  return out.array(paragraph.name.empty() ? "lines" : paragraph.name, paragraph.lines.size(),
                   [&paragraph](std::size_t i) { return Json(paragraph.lines[i]); });
}

Result<Unit> write_section(const GroupList& list, Writer& out) {
  return out.array("groups", list.groups.size(),
                   [&list](std::size_t i) { return group_json(list.groups[i]); });
}

Result<Unit> write_section(const GoroutineList& list, Writer& out) {
  const GoroutineRows rows(*list.snapshot);
  return out.array("goroutines", list.rows.size(),
                   [&](std::size_t i) { return rows.row(list.rows[i]); });
}

Result<Unit> write_diagnosis(const Diagnosis& diagnosis, Writer& out) {
  const Json members = diagnosis_json(diagnosis);
  for (const auto& [name, value] : members.members()) {
    if (name == "groups") {
      TRY(out.array(name, diagnosis.groups.size(),
                    [&diagnosis](std::size_t i) { return group_json(diagnosis.groups[i]); }));
    } else if (name == "findings") {
      const auto& findings = value.items();
      TRY(out.array(name, findings.size(), [&findings](std::size_t i) { return findings[i]; }));
    } else {
      TRY(out.member(name, value));
    }
  }
  return Unit{};
}

Result<Unit> write_members(const Report& report, Writer& out) {
  TRY(out.member("schema", report.schema));
  if (report.diagnosis) TRY(write_diagnosis(*report.diagnosis, out));
  for (const Section& section : report.sections) {
    TRY(std::visit([&out](const auto& part) { return write_section(part, out); }, section));
  }
  return Unit{};
}

Result<Unit> write_json(const Report& report, const OutputOptions&, Sink& sink) {
  Writer out(sink);
  TRY(write_members(report, out));
  return out.finish();
}

Result<Unit> write_json_full(const Report& report, const OutputOptions&, Sink& sink) {
  Writer out(sink);
  TRY(write_members(report, out));
  if (report.diagnosis && report.series != nullptr && !report.series->snapshots.empty()) {
    const GoroutineRows rows(report.series->snapshots.back());
    TRY(out.array("goroutines", rows.size(), [&rows](std::size_t i) { return rows.row(i); }));
  }
  return out.finish();
}

}  // namespace

const Output json_output{.name = "json",
                         .summary = "one JSON object for programs (goknot schema)",
                         .media_type = "application/json",
                         .extension = "json",
                         .write = write_json};

const Output json_full_output{.name = "json-full",
                              .summary = "the same with every goroutine",
                              .media_type = "application/json",
                              .extension = "json",
                              .write = write_json_full};

}  // namespace goknot::output
