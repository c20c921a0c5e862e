// SPDX-License-Identifier: Apache-2.0
#include "app/program.h"

#include "app/command_line.h"
#include "app/destination.h"
#include "app/help.h"
#include "app/session.h"
#include "app/time_limit.h"
#include "goknot/output/json_report.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <cstdio>
#include <ranges>
#include <vector>

namespace goknot::app {

namespace {

// Whether a command line, even one that is wrong, asks for JSON.
bool wants_json(std::span<const std::string> arguments) {
  bool format_follows = false;
  for (const std::string& argument : arguments) {
    if (argument == "--") break;
    if (argument == "--json" || argument.starts_with("--json=")) return true;
    if (argument.starts_with("--format=json") || (format_follows && argument.starts_with("json"))) {
      return true;
    }
    format_follows = argument == "--format";
  }
  return false;
}

// What people type because other programs have it, in our words: "help list", "--version".
std::vector<std::string> as_we_say(std::span<const std::string> typed) {
  if (typed.size() == 1 && (typed[0] == "--help" || typed[0] == "-h")) return {"help"};
  if (typed.size() == 1 && (typed[0] == "--version" || typed[0] == "-V")) return {"version"};
  if (typed.size() == 2 && typed[0] == "help") return {typed[1], "--help"};
  return {typed.begin(), typed.end()};
}

// "goknot: notes.txt: not a goroutine dump", and below it what to try.
void print_error(const Error& error, Charset charset) {
  fmt::print(stderr, "goknot: {}\n", visible(error.message, charset));
  for (const auto line : std::views::split(error.hint, '\n')) {
    if (!line.empty()) fmt::print(stderr, "  {}\n", visible(std::string_view(line), charset));
  }
}

Result<ExitStatus> run_command(std::span<const std::string> arguments, const Terminal& terminal) {
  const Invocation invocation = TRY(parse_command_line(arguments));
  const Args& args = invocation.args;
  Settings settings = TRY(make_settings(args, terminal));
  if (settings.timeout) {
    end_after(*settings.timeout, wants_json(arguments) ? LimitWords::json : LimitWords::text);
  }
  Session session(std::move(settings), terminal);
  if (args.has("help")) {
    TRY(session.write_text(help_of(*invocation.command, static_cast<std::size_t>(terminal.width))));
    return ExitStatus::fine;
  }
  return invocation.command->run(session, args);
}

void end_at_once(int /*signal*/) {
  delete_unfinished_file();
  _exit(static_cast<int>(ExitStatus::interrupted));
}

}  // namespace

ExitStatus run(std::span<const std::string> typed) {
  const std::vector<std::string> arguments = as_we_say(typed);
  if (arguments.empty() || arguments[0] == "help") {
    fmt::print("{}", short_help());
    return arguments.empty() ? ExitStatus::usage : ExitStatus::fine;
  }
  const Terminal terminal = look_at_terminal();
  const Result<ExitStatus> status = run_command(arguments, terminal);
  if (status) return *status;
  print_error(status.error(), terminal.charset);
  if (wants_json(arguments)) fmt::print("{}", output::error_json(status.error()));
  return exit_status(status.error().kind);
}

void handle_signals() {
  struct sigaction action = {};
  action.sa_handler = end_at_once;
  sigaction(SIGINT, &action, nullptr);
  sigaction(SIGTERM, &action, nullptr);
  std::signal(SIGPIPE, SIG_IGN);
}

}  // namespace goknot::app
