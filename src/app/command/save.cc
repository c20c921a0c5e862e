// SPDX-License-Identifier: Apache-2.0
#include "app/command.h"
#include "app/destination.h"
#include "app/session.h"
#include "goknot/output/profile.h"

namespace goknot::app {

namespace {

Result<ExitStatus> run(Session& session, const Args& args) {
  if (session.settings().file.empty() && session.terminal().output) {
    return fail(Kind::usage, "save: no file is named", "usage: goknot save TARGET -o FILE");
  }
  const Series* const series = TRY(session.open(args.words()));
  // A look at who has moved meanwhile belongs to it: there is no second one later.
  if (series->live) TRY(session.diagnose());
  session.describe_all();
  const std::string profile = TRY(output::write_profile(*series));
  TRY(session.write_text(profile));
  return ExitStatus::fine;
}

}  // namespace

const Command save_command{
    .name = "save",
    .summary = "keep a snapshot to look at elsewhere",
    .words = "TARGET -o FILE",
    .details =
        "Writes a pprof profile with one sample for each goroutine. goknot reads it back "
        "without loss, and go tool pprof opens it.",
    .examples =
        "goknot save dump.txt -o snapshot.pb.gz\n"
        "goknot save --redact=all dump.txt -o snapshot.pb.gz     to give away",
    .flags = {},
    .least_words = 1,
    .run = run};

}  // namespace goknot::app
