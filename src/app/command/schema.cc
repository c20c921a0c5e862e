// SPDX-License-Identifier: Apache-2.0
#include "app/command.h"
#include "app/session.h"
#include "goknot/embedded.h"

namespace goknot::app {

namespace {

Result<ExitStatus> run(Session& session, const Args& /*args*/) {
  TRY(session.write_text(embedded::report_schema_json));
  return ExitStatus::fine;
}

}  // namespace

const Command schema_command{.name = "schema",
                             .summary = "the JSON Schema of what --json writes",
                             .words = "",
                             .details = "",
                             .examples = "goknot schema > report.schema.json",
                             .flags = {},
                             .most_words = 0,
                             .completes = Completes::nothing,
                             .subject = Subject::itself,
                             .run = run};

}  // namespace goknot::app
