// SPDX-License-Identifier: Apache-2.0
// What a way of writing a Report down is. Every one is one file and one line in outputs.def.
#pragma once

#include "goknot/base/result.h"
#include "goknot/base/text.h"
#include "goknot/model/report.h"
#include "goknot/output/sink.h"

#include <cstddef>
#include <span>
#include <string>
#include <string_view>

namespace goknot::output {

// Whether colour codes are written. Deciding by terminal and environment is the caller's work.
enum class Color { never, always };
// Whether the gaps are only counted or also listed.
enum class GapList { counted, listed };

// How a report is to look. Outputs for programs ignore most of it.
struct OutputOptions {
  int width = 100;  // columns of the terminal; 100 for files and pipes
  Color color = Color::never;
  Charset charset = Charset::unicode;
  GapList gaps = GapList::counted;
  std::size_t detailed_findings = 1;  // the others get one line each
  int verbosity = 0;                  // from 1 on: remarks (severity info) and all findings
  std::size_t picture_nodes = 60;     // graphs are folded to at most so many
};

// What of a diagnosis an output writes: all of it, or all but the list of groups.
enum class Extent { whole, findings };

// A way of writing a report down.
struct Output {
  std::string_view name;        // "json"
  std::string_view summary;     // for --help
  std::string_view media_type;  // "application/json"
  std::string_view extension;   // "json", of the files it makes
  // Writes the report. Errors: those of the sink; unsupported when the report has nothing this
  // output can carry.
  Result<Unit> (*write)(const Report& report, const OutputOptions& options, Sink& sink);
  Extent extent = Extent::whole;
};

// All outputs, in the order they are listed.
std::span<const Output* const> outputs();

// The output of a name, or none.
const Output* find_output(std::string_view name);

#define OUTPUT(name) extern const Output name##_output;
#include "goknot/output/outputs.def"
#undef OUTPUT

}  // namespace goknot::output
