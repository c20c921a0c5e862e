// SPDX-License-Identifier: Apache-2.0
#include "app/command.h"
#include "app/session.h"

namespace goknot::app {

namespace {

Result<ExitStatus> run(Session& session, const Args& args) {
  Report report;
  report.series = TRY(session.open(args.words()));
  report.diagnosis = TRY(session.diagnose_for_output());
  TRY(session.write(report));
  return judge(*report.diagnosis, session.settings().fail_on);
}

}  // namespace

const Command diagnose_command{
    .name = "diagnose",
    .summary = "say who waits for what, who is to blame, and how sure that is",
    .words = "TARGET…",
    .details =
        "A TARGET is a file (any dump or profile of goroutines, compressed, archived or inside a "
        "log), - for standard input, or a URL of net/http/pprof. Several are a series: what did "
        "not move in between is evidence.\n"
        "The exit status is 0 if nothing is wrong, 1 if something is, 2 if the command line is "
        "wrong, 3 if the target cannot be read, 4 if that is not permitted.",
    .examples =
        "goknot dump.txt                 what is wrong in this dump\n"
        "goknot first.txt second.txt     the same, with what moved in between\n"
        "goknot --json dump.txt          for programs; see goknot schema",
    .flags = {},
    .least_words = 1,
    .run = run};

}  // namespace goknot::app
