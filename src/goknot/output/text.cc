// SPDX-License-Identifier: Apache-2.0
// What a person reads on a terminal: the first screen of a diagnosis, tables, trees, paragraphs.
#include "goknot/base/quantity.h"
#include "goknot/output/first_screen.h"
#include "goknot/output/goroutine_lines.h"
#include "goknot/output/knot_lines.h"
#include "goknot/output/output.h"
#include "goknot/output/pen.h"
#include "goknot/output/stack_lines.h"
#include "goknot/output/table_lines.h"

#include <fmt/format.h>

#include <algorithm>
#include <variant>

namespace goknot::output {

namespace {

constexpr std::size_t kLongestLine = 20000;  // columns of a line of a paragraph

// Writes one section after another.
class Writer {
 public:
  Writer(const OutputOptions& options, Sink& sink)
      : options_(options), pen_(options), sink_(sink) {}

  Result<Unit> write(const Report& report) {
    if (report.diagnosis) TRY(write_lines(first_screen(*report.diagnosis, options_)));
    for (const Section& section : report.sections) {
      if (!first_) TRY(sink_.write("\n"));
      TRY(std::visit([this](const auto& part) { return write_section(part); }, section));
    }
    return Unit{};
  }

 private:
  std::size_t width() const {
    return static_cast<std::size_t>(std::clamp(options_.width, 40, 1000));
  }

  Result<Unit> write_lines(const std::vector<std::string>& lines) {
    first_ = false;
    for (const std::string& line : lines) TRY(sink_.write(line + "\n"));
    return Unit{};
  }

  Result<Unit> write_title(const std::string& title) {
    first_ = false;
    if (title.empty()) return Unit{};
    return sink_.write(pen_.ink(Ink::strong, pen_.show(title, width())) + "\n");
  }

  Result<Unit> write_section(const Table& table) {
    TRY(write_title(table.title));
    return write_table(table, pen_, width(), sink_);
  }

  Result<Unit> write_section(const Tree& tree) {
    TRY(write_title(tree.title));
    return write_lines(knot_lines(tree.roots, pen_, {.width = width(), .lines = 0, .indent = 2}));
  }

  Result<Unit> write_section(const Paragraph& paragraph) {
    first_ = false;
    for (const std::string& line : paragraph.lines) {
      TRY(sink_.write(pen_.show(line, kLongestLine) + "\n"));
    }
    return Unit{};
  }

  Result<Unit> write_section(const GroupList& list) {
    TRY(write_title(list.title));
    for (const GroupView& group : list.groups) {
      TRY(sink_.write(group_text(group, pen_, {.width = width(), .detail = detail()})));
    }
    return Unit{};
  }

  Result<Unit> write_section(const GoroutineList& list) {
    for (const std::uint32_t row : list.rows) {
      if (!first_) TRY(sink_.write("\n"));
      first_ = false;
      TRY(sink_.write(goroutine_text(list, row, pen_, width())));
    }
    return Unit{};
  }

  StackDetail detail() const {
    return options_.verbosity > 0 ? StackDetail::whole : StackDetail::top;
  }

  Result<Unit> write_section(const Graph& graph) {
    TRY(write_title(graph.title));
    for (const Graph::Arrow& arrow : graph.arrows) {
      const std::string text = fmt::format("{} {} {}", label_of(graph, arrow.from), arrow.label,
                                           label_of(graph, arrow.to));
      TRY(sink_.write("  " + pen_.show(text, width() - 2) + "\n"));
    }
    return Unit{};
  }

  static std::string label_of(const Graph& graph, const std::string& id) {
    const auto node = std::ranges::find(graph.nodes, id, &Graph::Node::id);
    std::string label = node == graph.nodes.end() || node->label.empty() ? id : node->label;
    std::ranges::replace(label, '\n', ' ');
    return label;
  }

  const OutputOptions& options_;
  Pen pen_;
  Sink& sink_;
  bool first_ = true;
};

Result<Unit> write_text(const Report& report, const OutputOptions& options, Sink& sink) {
  return Writer(options, sink).write(report);
}

}  // namespace

const Output text_output{.name = "text",
                         .summary = "what a person reads on a terminal",
                         .media_type = "text/plain; charset=utf-8",
                         .extension = "txt",
                         .write = write_text,
                         .extent = Extent::findings};

}  // namespace goknot::output
