// SPDX-License-Identifier: Apache-2.0
#include "app/command.h"
#include "app/session.h"
#include "goknot/output/output.h"
#include "goknot/source/format.h"

namespace goknot::app {

namespace {

Table table_of(std::string name, std::string title) {
  return {.name = std::move(name),
          .title = std::move(title),
          .columns = {{"name", "NAME"}, {"summary", "WHAT IT IS"}},
          .rows = {}};
}

Result<ExitStatus> run(Session& session, const Args& /*args*/) {
  Table inputs = table_of("inputs", "What it reads, recognised by content");
  for (const source::Format* format : source::formats()) {
    inputs.rows.push_back({std::string(format->name), std::string(format->summary)});
  }
  inputs.rows.push_back(
      {std::string("core"), std::string("ELF core of a Go program, of the kernel or gcore")});
  inputs.rows.push_back(
      {std::string("url"),
       std::string("http:// and https://: net/http/pprof, or any page with a dump")});
  Table outputs = table_of("outputs", "What it writes, --format NAME");
  for (const output::Output* output : output::outputs()) {
    outputs.rows.push_back({std::string(output->name), std::string(output->summary)});
  }
  const Paragraph packed{.name = "packed",
                         .lines = {"Inputs may be compressed (gzip, zstd, xz, bzip2, lz4), "
                                   "archived (tar, zip), and inside logs",
                                   "of docker, Kubernetes, journald, syslog or JSON lines."}};
  TRY(session.write({.schema = "goknot.formats/1",
                     .diagnosis = {},
                     .sections = {std::move(inputs), packed, std::move(outputs)}}));
  return ExitStatus::fine;
}

}  // namespace

const Command formats_command{.name = "formats",
                              .summary = "what it reads and what it writes",
                              .words = "",
                              .details = "",
                              .examples = "",
                              .flags = {},
                              .most_words = 0,
                              .completes = Completes::nothing,
                              .subject = Subject::itself,
                              .run = run};

}  // namespace goknot::app
