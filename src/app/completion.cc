// SPDX-License-Identifier: Apache-2.0
#include "app/completion.h"

#include "app/command.h"
#include "app/command_line.h"
#include "goknot/analysis/rule.h"
#include "goknot/output/output.h"

#include <fmt/format.h>

#include <vector>

namespace goknot::app {

namespace {

// What may stand where something is expected, with blanks between; empty: files.
std::string words_for(Completes completes) {
  std::string words;
  const auto add = [&words](std::string_view word) {
    words += (words.empty() ? "" : " ") + std::string(word);
  };
  switch (completes) {
    case Completes::outputs:
      for (const output::Output* output : output::outputs()) add(output->name);
      break;
    case Completes::commands:
      for (const Command* command : commands()) {
        if (command->listing == Listing::shown) add(command->name);
      }
      break;
    case Completes::rules:
      for (const analysis::Rule* rule : analysis::rules()) add(rule->id);
      break;
    case Completes::shells:
      return "bash zsh fish";
    case Completes::files:
    case Completes::nothing:
      break;
  }
  return words;
}

// In single quotes for every shell.
std::string shell_quoted(std::string_view text) {
  std::string result = "'";
  for (const char c : text) result += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return result + "'";
}

std::string options_of(const Command& command) {
  std::string words;
  for (const Flag& flag : all_flags(command)) {
    words += fmt::format("{}--{}", words.empty() ? "" : " ", flag.name);
    if (flag.letter != 0) words += fmt::format(" -{}", flag.letter);
  }
  return words;
}

// The spec of one option for zsh's _arguments.
std::string zsh_option(const Flag& flag) {
  std::string summary;
  for (const char c : flag.summary) {
    if (c == '[' || c == ']' || c == ':' || c == '\\') summary += '\\';
    summary += c;
  }
  std::string spec = fmt::format("{}--{}", flag.takes == Takes::values ? "*" : "", flag.name);
  if (flag.takes == Takes::value || flag.takes == Takes::values) spec += "=";
  spec += fmt::format("[{}]", summary);
  if (flag.takes != Takes::value && flag.takes != Takes::values) return spec;
  const std::string words = words_for(flag.completes);
  if (!words.empty()) return spec + fmt::format(":value:({})", words);
  return spec + (flag.completes == Completes::files ? ":file:_files" : ":value: ");
}

}  // namespace

std::string bash_completion() {
  std::string cases;
  for (const Command* command : commands()) {
    if (command->listing == Listing::hidden) continue;
    cases += fmt::format("    {}) options={}; words={} ;;\n", command->name,
                         shell_quoted(options_of(*command)),
                         shell_quoted(words_for(command->completes)));
  }
  return fmt::format(
      "# bash completion for goknot\n"
      "_goknot() {{\n"
      "  local current=${{COMP_WORDS[COMP_CWORD]}} previous=${{COMP_WORDS[COMP_CWORD-1]}}\n"
      "  local command=diagnose word options words\n"
      "  for word in \"${{COMP_WORDS[@]:1:COMP_CWORD-1}}\"; do\n"
      "    case $word in -*) ;; *) command=$word; break ;; esac\n"
      "  done\n"
      "  case $command in\n{}    *) options={}; words='' ;;\n  esac\n"
      "  case $previous in\n"
      "    --format) COMPREPLY=($(compgen -W {} -- \"$current\")); return ;;\n"
      "    --color) COMPREPLY=($(compgen -W 'auto always never' -- \"$current\")); return ;;\n"
      "  esac\n"
      "  if [[ $current == -* ]]; then\n"
      "    COMPREPLY=($(compgen -W \"$options\" -- \"$current\"))\n"
      "    return\n"
      "  fi\n"
      "  [[ $COMP_CWORD -eq 1 ]] && words={}\n"
      "  COMPREPLY=($(compgen -W \"$words\" -- \"$current\") $(compgen -f -- \"$current\"))\n"
      "}}\n"
      "complete -o filenames -F _goknot goknot\n",
      cases, shell_quoted(options_of(*find_command("diagnose"))),
      shell_quoted(words_for(Completes::outputs)), shell_quoted(words_for(Completes::commands)));
}

std::string zsh_completion() {
  std::string names;
  std::string cases;
  for (const Command* command : commands()) {
    if (command->listing == Listing::hidden) continue;
    names += fmt::format("    {}\n",
                         shell_quoted(fmt::format("{}:{}", command->name, command->summary)));
    cases += fmt::format("    {}) specs=(\n", command->name);
    for (const Flag& flag : all_flags(*command)) {
      cases += fmt::format("      {}\n", shell_quoted(zsh_option(flag)));
    }
    const std::string words = words_for(command->completes);
    if (!words.empty()) {
      cases += fmt::format("      {}\n", shell_quoted(fmt::format("*:word:({})", words)));
    } else if (command->completes == Completes::files) {
      cases += "      '*:target:_files'\n";
    }
    cases += "    ) ;;\n";
  }
  return fmt::format(
      "#compdef goknot\n"
      "_goknot() {{\n"
      "  local -a commands specs\n"
      "  commands=(\n{}  )\n"
      "  if (( CURRENT == 2 )); then\n"
      "    _describe command commands\n"
      "    _files\n"
      "    return\n"
      "  fi\n"
      "  local command=$words[2]\n"
      "  [[ -n ${{commands[(r)$command:*]}} ]] || command=diagnose\n"
      "  case $command in\n{}  esac\n"
      "  shift words\n"
      "  (( CURRENT-- ))\n"
      "  _arguments -S $specs\n"
      "}}\n"
      "_goknot \"$@\"\n",
      names, cases);
}

std::string fish_completion() {
  std::string text = "# fish completion for goknot\n";
  for (const Command* command : commands()) {
    if (command->listing == Listing::hidden) continue;
    text += fmt::format("complete -c goknot -n __fish_use_subcommand -a {} -d {}\n", command->name,
                        shell_quoted(command->summary));
    const std::string condition = fmt::format("'__fish_seen_subcommand_from {}'", command->name);
    const std::string words = words_for(command->completes);
    if (!words.empty())
      text += fmt::format("complete -c goknot -n {} -a {}\n", condition, shell_quoted(words));
    for (const Flag& flag : all_flags(*command)) {
      text += fmt::format("complete -c goknot -n {} -l {} -d {}", condition, flag.name,
                          shell_quoted(flag.summary));
      if (flag.letter != 0) text += fmt::format(" -s {}", flag.letter);
      if (flag.takes == Takes::value || flag.takes == Takes::values) text += " -r";
      const std::string values = words_for(flag.completes);
      if (!values.empty()) text += fmt::format(" -f -a {}", shell_quoted(values));
      text += "\n";
    }
  }
  return text;
}

}  // namespace goknot::app
