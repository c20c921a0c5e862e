// SPDX-License-Identifier: Apache-2.0
#include "goknot/model/report.h"

#include "app/command.h"
#include "app/session.h"

namespace goknot::app {

namespace {

Result<ExitStatus> run(Session& session, const Args& args) {
  if (!args.has("format") && !args.has("json") && session.writes_text()) {
    TRY(session.use_output("html"));
  }
  if (session.settings().file.empty() && session.terminal().output) {
    return fail(Kind::usage, "report: no file is named",
                "usage: goknot report TARGET -o report.html");
  }
  Report report;
  report.series = TRY(session.open(args.words()));
  report.diagnosis = TRY(session.diagnose_for_output());
  TRY(session.write(report));
  return judge(*report.diagnosis, session.settings().fail_on);
}

}  // namespace

const Command report_command{
    .name = "report",
    .summary = "everything in one page for a browser",
    .words = "TARGET… -o FILE.html",
    .details =
        "The page is one file that needs no network: the verdict, a picture of who waits for "
        "whom, all groups and goroutines. FILE.md, FILE.sarif or --format write the same as "
        "other documents.",
    .examples = "goknot report dump.txt -o report.html",
    .flags = {},
    .least_words = 1,
    .run = run};

}  // namespace goknot::app
