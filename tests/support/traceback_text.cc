// SPDX-License-Identifier: Apache-2.0
#include "tests/support/traceback_text.h"

#include "goknot/model/report.h"
#include "goknot/output/output.h"
#include "goknot/output/sink.h"
#include "goknot/target/program.h"
#include "goknot/target/snapshot_reader.h"

namespace goknot::testing_support {

std::string traceback_text(const target::Memory& memory, target::Architecture architecture) {
  const auto programs = target::find_programs(memory, architecture);
  if (!programs) return programs.error().message;
  const auto reading = target::read_snapshot(memory, programs->front());
  if (!reading) return reading.error().message;
  Report report;
  report.series = &reading->series;
  output::StringSink sink;
  const auto written = output::traceback_output.write(report, {}, sink);
  std::string text = written ? sink.text() : written.error().message;
  for (const Gap& gap : reading->series.snapshots.front().gaps) {
    // Recordings hold stacks, not the channels and timers that goroutines wait for.
    if (gap.hides == "what they wait for") continue;
    text += "gap: " + gap.where + ": " + gap.what + "\n";
  }
  return text;
}

}  // namespace goknot::testing_support
