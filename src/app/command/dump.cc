// SPDX-License-Identifier: Apache-2.0
#include "app/command.h"
#include "app/session.h"
#include "goknot/model/report.h"

namespace goknot::app {

namespace {

Result<ExitStatus> run(Session& session, const Args& args) {
  TRY(session.use_output("traceback"));
  Report report;
  report.series = TRY(session.open(args.words()));
  TRY(session.write(report));
  return ExitStatus::fine;
}

}  // namespace

const Command dump_command{
    .name = "dump",
    .summary = "all goroutines as Go itself prints them",
    .words = "TARGET",
    .details =
        "The text of /debug/pprof/goroutine?debug=2, for tools that read it, but complete: the "
        "endpoint ends at 64 MiB and stops the program meanwhile. Goroutines of the runtime's own "
        "are left out, as they are there.",
    .examples =
        "goknot dump 4242 > goroutines.txt\n"
        "goknot dump core.812 | panicparse",
    .flags = {},
    .least_words = 1,
    .run = run};

}  // namespace goknot::app
