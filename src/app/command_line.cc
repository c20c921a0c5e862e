// SPDX-License-Identifier: Apache-2.0
// The only user of CLI11: help, errors and suggestions are made from our own records, so that the
// manual and the shells' completion say the same.
#include "app/command_line.h"

#include "app/nearest.h"
#include "app/settings.h"
#include "goknot/target/linux/processes.h"

#include <unistd.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <deque>
#include <ranges>

namespace goknot::app {

namespace {

constexpr std::string_view kNoValue = "true";  // what CLI11 gives for an option without a value

// An option as CLI11 wants its name: "-o,--output".
std::string names_of(const Flag& flag) {
  const std::string name = "--" + std::string(flag.name);
  return flag.letter == 0 ? name : std::string("-") + flag.letter + "," + name;
}

// The flag behind an argument like "--where=…" or "-o"; null if there is none.
const Flag* flag_of(std::string_view argument, std::span<const Flag> flags) {
  const std::string_view name = argument.substr(0, argument.find('='));
  const auto found = std::ranges::find_if(flags, [name](const Flag& flag) {
    return (name.starts_with("--") && name.substr(2) == flag.name) ||
           (name.size() == 2 && name[1] == flag.letter);
  });
  return found == flags.end() ? nullptr : &*found;
}

bool is_option(std::string_view argument) {
  return argument.size() > 1 && argument.starts_with("-");
}

// Where the first argument that is no option stands; the number of arguments if there is none.
std::size_t first_word(std::span<const std::string> arguments, std::span<const Flag> flags) {
  for (std::size_t i = 0; i < arguments.size(); i++) {
    if (arguments[i] == "--") break;
    if (!is_option(arguments[i])) return i;
    const Flag* const flag = flag_of(arguments[i], flags);
    const bool value_follows = flag != nullptr && arguments[i].find('=') == std::string::npos &&
                               (flag->takes == Takes::value || flag->takes == Takes::values);
    if (value_follows) i++;
  }
  return arguments.size();
}

// A word that is neither a file nor a process nor anything with a colon, and nearly the name of a
// command.
Result<Unit> check_for_slip(const std::string& word) {
  if (access(word.c_str(), F_OK) == 0) return Unit{};
  std::vector<std::string_view> names;
  for (const Command* command : commands()) {
    if (command->listing == Listing::shown) names.push_back(command->name);
  }
  std::string hint = did_you_mean(word, names);
  if (hint.empty() || !target::find_processes(word).empty()) return Unit{};
  return fail(Kind::usage,
              "\"" + visible(word) + "\": there is no such command, no such file, no such process",
              std::move(hint));
}

Result<Unit> check_unknown(std::span<const std::string> rest, std::span<const Flag> flags,
                           const Command& command) {
  const auto unknown = std::ranges::find_if(rest, is_option);
  if (unknown == rest.end()) return Unit{};
  const std::string name = unknown->substr(0, unknown->find('='));
  std::vector<std::string> all;
  for (const Flag& flag : flags) all.push_back("--" + std::string(flag.name));
  const std::vector<std::string_view> candidates(all.begin(), all.end());
  std::string hint = did_you_mean(name, candidates);
  if (hint.empty()) hint = "goknot " + std::string(command.name) + " --help lists the options";
  return fail(Kind::usage, visible(name) + ": there is no such option", std::move(hint));
}

Result<Unit> check_words(const Command& command, const Args& args) {
  if (args.has("help")) return Unit{};
  const std::string usage =
      "usage: goknot " + std::string(command.name) + " " + std::string(command.words);
  if (args.words().size() < command.least_words) {
    return fail(Kind::usage, std::string(command.name) + ": something is missing", usage);
  }
  if (args.words().size() > command.most_words) {
    const std::string& extra = args.words()[command.most_words];
    return fail(Kind::usage,
                std::string(command.name) + ": \"" + visible(extra) + "\" is one word too many",
                usage);
  }
  return Unit{};
}

// CLI11 takes "[a,b]" for a list of two. A mark in front keeps it whole.
constexpr char kMark = '\x01';

void protect(std::string& argument) {
  if (argument.starts_with('[') || argument.starts_with(kMark)) argument.insert(0, 1, kMark);
}

std::string unprotected(const std::string& argument) {
  return argument.starts_with(kMark) ? argument.substr(1) : argument;
}

// What CLI11 collects for the options of one command.
class Parser {
 public:
  explicit Parser(std::span<const Flag> flags) : flags_(flags) {
    app_.set_help_flag();
    app_.allow_extras();
    app_.add_option("words", words_);
    for (const Flag& flag : flags) add(flag);
  }

  Result<Args> parse(std::vector<std::string> arguments, const Command& command) {
    // Behind "--" everything is a word, whatever it looks like.
    const auto end = std::ranges::find(arguments, "--");
    if (end != arguments.end()) behind_.assign(end + 1, arguments.end());
    arguments.erase(end, arguments.end());
    for (std::string& argument : arguments) protect(argument);
    std::ranges::reverse(arguments);
    try {
      app_.parse(arguments);
    } catch (const CLI::ParseError& error) {
      return fail(Kind::usage, error.what(),
                  "goknot " + std::string(command.name) + " --help lists the options");
    }
    TRY(check_unknown(app_.remaining(), flags_, command));
    return collect();
  }

 private:
  void add(const Flag& flag) {
    std::vector<std::string>& values = values_.emplace_back();
    if (flag.takes == Takes::nothing || flag.takes == Takes::maybe) {
      app_.add_flag(names_of(flag), values);
    } else {
      app_.add_option(names_of(flag), values)->allow_extra_args(false);
    }
  }

  Args collect() {
    Args args;
    for (std::size_t i = 0; i < flags_.size(); i++) {
      const bool may_lack = flags_[i].takes == Takes::nothing || flags_[i].takes == Takes::maybe;
      for (const std::string& value : values_[i]) {
        args.add(flags_[i].name, may_lack && value == kNoValue ? "" : unprotected(value));
      }
    }
    for (const std::string& word : words_) args.add_word(unprotected(word));
    for (const std::string& word : behind_) args.add_word(word);
    return args;
  }

  std::span<const Flag> flags_;
  CLI::App app_;
  std::vector<std::string> words_;
  std::vector<std::string> behind_;              // words behind "--"
  std::deque<std::vector<std::string>> values_;  // of each flag
};

// The options of all commands: those in front of the command's name are not known to be its own.
std::vector<Flag> flags_of_all_commands() {
  std::vector<Flag> flags;
  for (const Command* command : commands()) {
    for (const Flag& flag : all_flags(*command)) flags.push_back(flag);
  }
  return flags;
}

}  // namespace

std::vector<Flag> all_flags(const Command& command) {
  std::vector<Flag> flags(command.flags.begin(), command.flags.end());
  const auto add = [&flags](std::span<const Flag> more) {
    for (const Flag& flag : more) {
      if (std::ranges::find(flags, flag.name, &Flag::name) == flags.end()) flags.push_back(flag);
    }
  };
  if (command.subject == Subject::targets) add(reading_flags());
  add(writing_flags());
  return flags;
}

Result<Invocation> parse_command_line(std::span<const std::string> arguments) {
  std::vector<std::string> rest(arguments.begin(), arguments.end());
  const std::size_t at = first_word(arguments, flags_of_all_commands());
  Invocation invocation{.command = find_command("diagnose"), .args = {}};
  if (at < rest.size()) {
    if (const Command* const named = find_command(rest[at])) {
      invocation.command = named;
      rest.erase(rest.begin() + static_cast<std::ptrdiff_t>(at));
    } else {
      TRY(check_for_slip(rest[at]));
    }
  }
  const std::vector<Flag> flags = all_flags(*invocation.command);
  invocation.args = TRY(Parser(flags).parse(std::move(rest), *invocation.command));
  TRY(check_words(*invocation.command, invocation.args));
  return invocation;
}

}  // namespace goknot::app
