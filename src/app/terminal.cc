// SPDX-License-Identifier: Apache-2.0
#include "app/terminal.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <string_view>

namespace goknot::app {

namespace {

std::string_view variable(const char* name) {
  const char* const value = std::getenv(name);
  return value == nullptr ? std::string_view() : std::string_view(value);
}

// The first of these that is set and not empty.
std::string first_of(const char* one, const char* other) {
  const std::string_view value = variable(one);
  return std::string(value.empty() ? variable(other) : value);
}

int columns_of_output(int otherwise) {
  const std::string_view told = variable("COLUMNS");
  int columns = 0;
  std::from_chars(told.data(), told.data() + told.size(), columns);
  if (columns > 0) return std::min(columns, 1000);
  winsize size = {};
  if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0) return size.ws_col;
  return otherwise;
}

// POSIX: LC_ALL before LC_CTYPE before LANG. Where nothing is set (cron, containers), files and
// pipes are UTF-8 as everything is today; a terminal is believed.
Charset charset_of_locale(bool terminal) {
  std::string_view locale = variable("LC_ALL");
  if (locale.empty()) locale = variable("LC_CTYPE");
  if (locale.empty()) locale = variable("LANG");
  if (locale.empty()) return terminal ? Charset::ascii : Charset::unicode;
  std::string lower(locale);
  std::ranges::transform(lower, lower.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c;
  });
  return lower.find("utf-8") != std::string::npos || lower.find("utf8") != std::string::npos
             ? Charset::unicode
             : Charset::ascii;
}

}  // namespace

Terminal look_at_terminal() {
  Terminal terminal;
  terminal.output = isatty(STDOUT_FILENO) == 1;
  terminal.errors = isatty(STDERR_FILENO) == 1;
  terminal.width = columns_of_output(terminal.output ? 80 : 100);
  terminal.charset = charset_of_locale(terminal.output);
  terminal.wants_color =
      terminal.output && variable("NO_COLOR").empty() && variable("TERM") != "dumb";
  // Upper-case HTTP_PROXY is a header of CGI, set by whoever asks: curl ignores it, too.
  terminal.http_proxy = first_of("http_proxy", "all_proxy");
  terminal.https_proxy = first_of("https_proxy", "HTTPS_PROXY");
  if (terminal.https_proxy.empty()) terminal.https_proxy = first_of("all_proxy", "ALL_PROXY");
  terminal.no_proxy = first_of("no_proxy", "NO_PROXY");
  terminal.temporary = variable("TMPDIR");
  return terminal;
}

}  // namespace goknot::app
