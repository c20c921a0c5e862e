// SPDX-License-Identifier: Apache-2.0
#include "goknot/source/process_source.h"

#include "goknot/source/waits.h"
#include "goknot/target/linux/process_memory.h"
#include "goknot/target/program.h"
#include "goknot/target/snapshot_reader.h"

#include <string>
#include <utility>
#include <vector>

namespace goknot::source {

Result<Series> read_process(pid_t pid) {
  const auto memory = TRY(target::open_process_memory(pid));
  auto programs = target::find_programs(*memory, target::Architecture::amd64);
  if (!programs) {
    return std::unexpected(std::move(programs).error().with("process " + std::to_string(pid)));
  }
  Series series = TRY(target::read_snapshot(*memory, programs->front()));
  for (Snapshot& snapshot : series.snapshots) {
    snapshot.origin.pid = pid;
    snapshot.origin.program = programs->front().path;
    snapshot.origin.stopped_seconds = 0;
    add_waits(snapshot);
  }
  return series;
}

}  // namespace goknot::source
