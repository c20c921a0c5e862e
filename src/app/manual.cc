// SPDX-License-Identifier: Apache-2.0
// man(7): lines beginning with a dot are requests; "-" is written "\-" and "\" is "\e".
#include "app/manual.h"

#include "app/command.h"
#include "app/settings.h"
#include "goknot/base/version.h"

#include <fmt/format.h>

#include <ranges>

namespace goknot::app {

namespace {

std::string roff(std::string_view text) {
  std::string result;
  for (const char c : text) {
    const bool starts_line = result.empty() || result.ends_with('\n');
    if (starts_line && (c == '.' || c == '\'')) result += "\\&";
    if (c == '\\') {
      result += "\\e";
    } else if (c == '-') {
      result += "\\-";
    } else {
      result += c;
    }
  }
  return result;
}

std::string flag_entry(const Flag& flag) {
  std::string head = flag.letter == 0 ? "" : fmt::format("\\fB\\-{}\\fR, ", flag.letter);
  head += fmt::format("\\fB\\-\\-{}\\fR", roff(flag.name));
  if (flag.takes == Takes::maybe) {
    head += fmt::format("[=\\fI{}\\fR]", roff(flag.value));
  } else if (!flag.value.empty()) {
    head += fmt::format(" \\fI{}\\fR", roff(flag.value));
  }
  return fmt::format(".TP\n{}\n{}.\n", head, roff(flag.summary));
}

std::string flag_section(std::string_view title, std::span<const Flag> flags) {
  std::string text = fmt::format(".SH {}\n", title);
  for (const Flag& flag : flags) text += flag_entry(flag);
  return text;
}

std::string command_entry(const Command& command) {
  std::string text = fmt::format(".SS goknot {} {}\n{}.\n", roff(command.name), roff(command.words),
                                 roff(command.summary));
  for (const auto paragraph : std::views::split(command.details, '\n')) {
    if (!paragraph.empty()) text += ".PP\n" + roff(std::string_view(paragraph)) + "\n";
  }
  for (const Flag& flag : command.flags) text += flag_entry(flag);
  if (!command.examples.empty()) {
    text += ".PP\n.nf\n.RS\n" + roff(command.examples) + "\n.RE\n.fi\n";
  }
  return text;
}

constexpr std::string_view kStatus =
    ".SH EXIT STATUS\n"
    ".TP\n0\nread, and nothing at or above \\-\\-fail\\-on\n"
    ".TP\n1\nread, and something is (diagnose and report only)\n"
    ".TP\n2\nthe command line is wrong\n"
    ".TP\n3\nthe input is missing, damaged, or not recognised\n"
    ".TP\n4\nnot permitted\n"
    ".TP\n70\nan internal error\n"
    ".TP\n130\ninterrupted\n"
    ".SH ENVIRONMENT\n"
    ".TP\nNO_COLOR\nno colours unless \\-\\-color always\n"
    ".TP\nCOLUMNS\nthe width of the terminal\n"
    ".TP\nLC_ALL, LC_CTYPE, LANG\nwithout UTF\\-8 in it, texts are plain ASCII\n"
    ".TP\nhttp_proxy, https_proxy, all_proxy, no_proxy\nfor URLs\n";

}  // namespace

std::string manual_page() {
  std::string text = fmt::format(
      ".TH GOKNOT 1 \"\" \"goknot {}\" \"User Commands\"\n"
      ".SH NAME\ngoknot \\- why a Go program is stuck or leaking goroutines\n"
      ".SH SYNOPSIS\n.B goknot\n[\\fIcommand\\fR] \\fITARGET\\fR... [\\fIoptions\\fR]\n"
      ".SH DESCRIPTION\nReads a goroutine dump or profile and says who waits for what, who is to "
      "blame, and how sure that is. A target is a file, \\- for standard input, or a URL of "
      "net/http/pprof. Without a command it diagnoses.\n.SH COMMANDS\n",
      roff(version()));
  for (const Command* command : commands()) {
    if (command->listing == Listing::shown) text += command_entry(*command);
  }
  text += flag_section("OPTIONS FOR READING AND JUDGING", reading_flags());
  text += flag_section("OPTIONS FOR WRITING", writing_flags());
  return text + std::string(kStatus);
}

}  // namespace goknot::app
