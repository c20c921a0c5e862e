// SPDX-License-Identifier: Apache-2.0
#include "app/completion.h"

#include "app/command.h"
#include "app/session.h"
#include "goknot/base/text.h"

namespace goknot::app {

namespace {

Result<std::string> script_of(std::string_view shell) {
  if (shell == "bash") return bash_completion();
  if (shell == "zsh") return zsh_completion();
  if (shell == "fish") return fish_completion();
  return fail(Kind::usage, "completion: there is no \"" + visible(shell) + "\"",
              "it may be bash zsh fish");
}

Result<ExitStatus> run(Session& session, const Args& args) {
  TRY(session.write_text(TRY(script_of(args.words().front()))));
  return ExitStatus::fine;
}

}  // namespace

const Command completion_command{.name = "completion",
                                 .summary = "a script that teaches a shell the options",
                                 .words = "bash|zsh|fish",
                                 .details = "",
                                 .examples = "source <(goknot completion bash)",
                                 .flags = {},
                                 .least_words = 1,
                                 .most_words = 1,
                                 .completes = Completes::shells,
                                 .subject = Subject::itself,
                                 .listing = Listing::hidden,
                                 .run = run};

}  // namespace goknot::app
