// SPDX-License-Identifier: Apache-2.0
#include "app/help.h"

#include "app/settings.h"
#include "goknot/base/text.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <ranges>

namespace goknot::app {

namespace {

constexpr std::size_t kOptionColumn = 26;

// "  -o, --output FILE"
std::string head_of(const Flag& flag) {
  std::string head = flag.letter == 0 ? "      " : fmt::format("  -{}, ", flag.letter);
  head += "--" + std::string(flag.name);
  if (flag.takes == Takes::maybe) return head + "[=" + std::string(flag.value) + "]";
  return flag.value.empty() ? head : head + " " + std::string(flag.value);
}

std::string flag_lines(const Flag& flag, std::size_t width) {
  std::string head = head_of(flag);
  std::string text;
  for (const std::string& line : wrapped(flag.summary, width - kOptionColumn)) {
    if (head.size() >= kOptionColumn) {
      text += head + "\n";
      head.clear();
    }
    text += padded(head, kOptionColumn) + line + "\n";
    head.clear();
  }
  return text;
}

std::string section(std::string_view title, std::span<const Flag> flags, std::size_t width) {
  if (flags.empty()) return {};
  std::string text = fmt::format("\n{}:\n", title);
  for (const Flag& flag : flags) text += flag_lines(flag, width);
  return text;
}

std::string example_lines(std::string_view examples) {
  if (examples.empty()) return {};
  std::string text = "\nExamples:\n";
  for (const auto line : std::views::split(examples, '\n')) {
    text += fmt::format("  {}\n", std::string_view(line));
  }
  return text;
}

}  // namespace

std::string short_help() {
  std::string text =
      "goknot says why a Go program is stuck or leaking goroutines, who is to blame, and how sure "
      "it is.\n\n"
      "  goknot dump.txt                  a goroutine dump or profile of any kind, also "
      "compressed\n"
      "  goknot http://localhost:6060     a program with net/http/pprof\n"
      "  kubectl logs pod | goknot -      a dump in the middle of a log\n\n"
      "Commands (diagnose is what it does without one):\n";
  for (const Command* command : commands()) {
    if (command->listing == Listing::hidden) continue;
    text += fmt::format("  {:<11}{}\n", command->name, command->summary);
  }
  return text + "\ngoknot COMMAND --help says more.\n";
}

std::string help_of(const Command& command, std::size_t width) {
  width = std::clamp<std::size_t>(width, 60, 100);
  std::string text = fmt::format("usage: goknot {}{}{}\n\n", command.name,
                                 command.words.empty() ? "" : " ", command.words);
  std::string summary(command.summary);
  summary.front() = static_cast<char>(std::toupper(static_cast<unsigned char>(summary.front())));
  text += summary + ".\n";
  for (const auto paragraph : std::views::split(command.details, '\n')) {
    if (paragraph.empty()) continue;
    text += "\n";
    for (const std::string& line : wrapped(std::string_view(paragraph), width)) text += line + "\n";
  }
  text += example_lines(command.examples);
  text += section("Options", command.flags, width);
  if (command.subject == Subject::targets) {
    text += section("Reading and judging", reading_flags(), width);
  }
  return text + section("Output", writing_flags(), width);
}

}  // namespace goknot::app
