// SPDX-License-Identifier: Apache-2.0
#include "goknot/output/dot.h"

#include "goknot/output/output.h"
#include "goknot/output/picture.h"

#include <absl/container/flat_hash_map.h>
#include <fmt/format.h>

#include <algorithm>
#include <string_view>

namespace goknot::output {

namespace {

constexpr std::size_t kLabelColumns = 60;
constexpr std::size_t kTitleColumns = 140;
constexpr std::size_t kLabelLines = 6;

// One line of a label inside double quotes. Backslash begins an escape there, and "&" an entity
// (Graphviz, "lang" and "escString" types).
std::string escaped(std::string_view line, std::size_t columns) {
  // Only what is shown is made harmless: a name may be a megabyte.
  const std::string_view beginning = line.substr(0, 16 * columns);
  const std::string shown = shortened(visible(beginning), columns, Cut::middle);
  std::string text;
  for (const char c : shown) {
    if (c == '"' || c == '\\') text += '\\';
    text += c == '&' ? std::string("&amp;") : std::string(1, c);
  }
  return text;
}

std::string label(std::string_view text, std::size_t columns = kLabelColumns) {
  std::string lines;
  for (std::size_t i = 0; i < kLabelLines && (i == 0 || !text.empty()); i++) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    lines += (i == 0 ? "" : "\\n") + escaped(text.substr(0, end), columns);
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return fmt::format("\"{}\"", lines);
}

std::string_view node_style(const Graph::Node& node) {
  if (node.object) return "shape=box, style=\"filled\", fillcolor=\"#eef2f7\", color=\"#5b6b7f\"";
  if (node.root) {
    return "shape=box, style=\"filled,rounded,bold\", fillcolor=\"#fde8e6\", color=\"#b3261e\"";
  }
  return "shape=box, style=\"filled,rounded\", fillcolor=\"#ffffff\", color=\"#5b6b7f\"";
}

Result<Unit> write_dot(const Report& report, const OutputOptions& options, Sink& sink) {
  const auto graph = picture_of(report, options.picture_nodes);
  if (!graph) return fail(Kind::unsupported, "dot: this answer has no graph");
  return sink.write(dot_text(*graph));
}

}  // namespace

// Nodes get names of our own, n0, n1, …: nothing out of a dump stands outside of quotes.
std::string dot_text(const Graph& graph) {
  std::string text = "digraph knot {\n";
  text += fmt::format("  label={}; labelloc=t; rankdir=LR;\n", label(graph.title, kTitleColumns));
  text += "  graph [fontname=\"Helvetica\"]; node [fontname=\"Helvetica\", fontsize=11];\n";
  text += "  edge [fontname=\"Helvetica\", fontsize=10, color=\"#5b6b7f\"];\n";
  absl::flat_hash_map<std::string_view, std::size_t> numbers;
  for (const Graph::Node& node : graph.nodes) {
    const std::size_t number = numbers.size();
    if (!numbers.emplace(node.id, number).second) continue;
    const std::string shown = node.label.empty() ? node.id : node.label;
    text += fmt::format("  n{} [label={}, {}];\n", number, label(shown), node_style(node));
  }
  for (const Graph::Arrow& arrow : graph.arrows) {
    const auto from = numbers.find(arrow.from);
    const auto to = numbers.find(arrow.to);
    if (from == numbers.end() || to == numbers.end()) continue;
    text += fmt::format("  n{} -> n{} [label={}];\n", from->second, to->second, label(arrow.label));
  }
  if (graph.nodes.empty())
    text += "  nothing [shape=plaintext, label=\"nobody waits for anybody\"];\n";
  return text + "}\n";
}

const Output dot_output{.name = "dot",
                        .summary = "who waits for whom, for Graphviz",
                        .media_type = "text/vnd.graphviz",
                        .extension = "dot",
                        .write = write_dot};

}  // namespace goknot::output
