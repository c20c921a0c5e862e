// SPDX-License-Identifier: Apache-2.0
#include "goknot/analysis/diff.h"

#include "app/command.h"
#include "app/session.h"

namespace goknot::app {

namespace {

Result<ExitStatus> run(Session& session, const Args& args) {
  const Series* const series = TRY(session.open(args.words()));
  if (series->snapshots.size() < 2) {
    return fail(Kind::usage, "diff: there is only one snapshot to compare",
                "usage: goknot diff BEFORE AFTER");
  }
  const analysis::Diff diff = analysis::diff(series->snapshots);
  TRY(session.write(analysis::report(
      diff, args.has("all") ? analysis::DiffRows::all : analysis::DiffRows::changed)));
  return ExitStatus::fine;
}

constexpr Flag kFlags[] = {{.name = "all", .summary = "stacks that did not change, too"}};

}  // namespace

const Command diff_command{
    .name = "diff",
    .summary = "what is gone, new, grown, or did not move between snapshots",
    .words = "BEFORE AFTER…",
    .details =
        "Goroutines of one process are matched by their ids, which Go never uses twice; of "
        "different processes only the numbers for each stack compare. Which it is shows by itself. "
        "Of several snapshots the first and the last are compared; the others tell what grew "
        "all the time. One input with several dumps in it is enough.",
    .examples =
        "goknot diff before.txt after.txt     two dumps of one process\n"
        "goknot diff 1.txt 2.txt 3.txt        what grows all the time",
    .flags = kFlags,
    .least_words = 1,
    .run = run};

}  // namespace goknot::app
