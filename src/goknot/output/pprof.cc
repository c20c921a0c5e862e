// SPDX-License-Identifier: Apache-2.0
// The last snapshot of a report as a profile, what `goknot save` writes.
#include "goknot/output/output.h"
#include "goknot/output/profile.h"

namespace goknot::output {

namespace {

Result<Unit> write_pprof(const Report& report, const OutputOptions&, Sink& sink) {
  if (report.series == nullptr || report.series->snapshots.empty()) {
    return fail(Kind::unsupported, "pprof: this answer has no goroutines in it",
                "goknot save TARGET -o FILE keeps a snapshot");
  }
  return sink.write(TRY(write_profile(*report.series)));
}

}  // namespace

const Output pprof_output{.name = "pprof",
                          .summary = "the snapshot itself, for go tool pprof and goknot",
                          .media_type = "application/octet-stream",
                          .extension = "pb.gz",
                          .write = write_pprof};

}  // namespace goknot::output
