// SPDX-License-Identifier: Apache-2.0
#include "app/command.h"
#include "app/session.h"
#include "goknot/base/quantity.h"
#include "goknot/source/process_source.h"
#include "goknot/target/linux/process_table.h"

namespace goknot::app {

namespace {

// What the table does not show.
std::vector<std::string> remarks_on(const target::ProcessList& list) {
  std::vector<std::string> lines;
  if (list.processes.empty()) lines.emplace_back("No process with Go in it.");
  if (list.hidden > 0) {
    lines.push_back(counted(list.hidden, "process", "processes") +
                    (list.as_admin ? " cannot be looked into"
                                   : " cannot be looked into by this user: sudo goknot ps"));
  }
  return lines;
}

Result<ExitStatus> run(Session& session, const Args& /*args*/) {
  const target::ProcessList list = target::list_go_processes();
  Report report{.schema = "goknot.ps/1", .diagnosis = {}, .sections = {}};
  if (!list.processes.empty() || session.writes_json()) {
    report.sections.emplace_back(target::process_table(
        list, [](const target::GoProcess& p) { return source::count_goroutines(p.process.pid); }));
  }
  std::vector<std::string> lines = remarks_on(list);
  if (!lines.empty()) {
    report.sections.emplace_back(Paragraph{.name = "remarks", .lines = std::move(lines)});
  }
  TRY(session.write(report));
  return ExitStatus::fine;
}

}  // namespace

const Command ps_command{
    .name = "ps",
    .summary = "the Go processes of this machine",
    .words = "",
    .details =
        "Lists every process with Go in it, also where Go is in a library, and whether it can be "
        "read or why not. Processes are looked at from outside; nothing is asked of them.",
    .examples =
        "goknot ps                    all of them\n"
        "goknot ps --json             with file, module and revision",
    .flags = {},
    .most_words = 0,
    .completes = Completes::nothing,
    .subject = Subject::itself,
    .run = run};

}  // namespace goknot::app
