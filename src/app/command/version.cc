// SPDX-License-Identifier: Apache-2.0
#include "goknot/base/version.h"

#include "app/command.h"
#include "app/session.h"

namespace goknot::app {

namespace {

Result<ExitStatus> run(Session& session, const Args& /*args*/) {
  TRY(session.write_text("goknot " + std::string(version()) + "\n"));
  return ExitStatus::fine;
}

}  // namespace

const Command version_command{.name = "version",
                              .summary = "print the version",
                              .words = "",
                              .details = "",
                              .examples = "",
                              .flags = {},
                              .most_words = 0,
                              .completes = Completes::nothing,
                              .subject = Subject::itself,
                              .run = run};

}  // namespace goknot::app
