// SPDX-License-Identifier: Apache-2.0
#include "app/command.h"
#include "app/manual.h"
#include "app/session.h"

namespace goknot::app {

namespace {

Result<ExitStatus> run(Session& session, const Args& /*args*/) {
  TRY(session.write_text(manual_page()));
  return ExitStatus::fine;
}

}  // namespace

const Command man_command{.name = "man",
                          .summary = "the manual page, for man(1)",
                          .words = "",
                          .details = "",
                          .examples = "goknot man | man -l -",
                          .flags = {},
                          .most_words = 0,
                          .completes = Completes::nothing,
                          .subject = Subject::itself,
                          .listing = Listing::hidden,
                          .run = run};

}  // namespace goknot::app
