// SPDX-License-Identifier: Apache-2.0
// Who waits for whom as a picture, drawn by Graphviz.
#include "goknot/output/dot.h"
#include "goknot/output/graphviz.h"
#include "goknot/output/output.h"
#include "goknot/output/picture.h"

namespace goknot::output {

namespace {

Result<Unit> write_svg(const Report& report, const OutputOptions& options, Sink& sink) {
  const auto graph = picture_of(report, options.picture_nodes);
  if (!graph) return fail(Kind::unsupported, "svg: this answer has no graph");
  return sink.write(TRY(draw_svg(dot_text(*graph))));
}

}  // namespace

const Output svg_output{.name = "svg",
                        .summary = "the same as a picture (needs Graphviz)",
                        .media_type = "image/svg+xml",
                        .extension = "svg",
                        .write = write_svg};

}  // namespace goknot::output
