// SPDX-License-Identifier: Apache-2.0
#include "goknot/source/text_dump_preamble.h"

#include "goknot/source/text_dump_scan.h"

#include <algorithm>
#include <array>

namespace goknot::source {

namespace {

// What a panic or fatal error says, by a part of its text; the first that fits.
struct Saying {
  std::string_view part;
  Cause cause;
};

// go1.27 runtime/proc.go: checkdead; runtime/synctest.go; testing/testing.go: startAlarm.
constexpr std::array<Saying, 6> kSayings = {{
    {"all goroutines are asleep", Cause::all_asleep},
    {"no goroutines (main called runtime.Goexit)", Cause::no_goroutines},
    {"deadlock: main bubble goroutine has exited", Cause::synctest_deadlock},
    {"goroutines in bubble are blocked", Cause::synctest_deadlock},
    {"goroutines in synctest group are blocked", Cause::synctest_deadlock},
    {"test timed out after ", Cause::test_timeout},
}};

// Signals with which somebody outside asks for the stacks, or ends the program to see them.
constexpr std::array<std::string_view, 6> kAskingSignals = {"SIGQUIT", "SIGABRT", "SIGTERM",
                                                            "SIGINT",  "SIGUSR1", "SIGUSR2"};

Cause cause_of(std::string_view text, Cause otherwise) {
  const auto* const said = std::ranges::find_if(
      kSayings, [&](const Saying& saying) { return text.contains(saying.part); });
  return said == kSayings.end() ? otherwise : said->cause;
}

std::optional<Preamble> parse_panic(std::string_view line) {
  if (!line.starts_with("panic: ")) return std::nullopt;
  const Cause cause = cause_of(line, Cause::panic);
  return Preamble{cause, cause == Cause::test_timeout ? "test-timeout" : "panic"};
}

std::optional<Preamble> parse_fatal(std::string_view line) {
  if (!line.starts_with("fatal error: ") && !line.starts_with("throw: ")) return std::nullopt;
  return Preamble{cause_of(line, Cause::fatal), "fatal"};
}

// "SIGQUIT: quit": a name in capitals and its meaning in small letters, nothing else.
std::optional<Preamble> parse_signal(std::string_view line) {
  if (!line.starts_with("SIG")) return std::nullopt;
  const std::size_t colon = line.find(": ");
  if (colon == std::string_view::npos || colon > 10 || line.size() > 64) return std::nullopt;
  const std::string_view name = line.substr(0, colon);
  const auto is_name = [](char c) { return (c >= 'A' && c <= 'Z') || is_digit(c); };
  const auto is_meaning = [](char c) { return (c >= 'a' && c <= 'z') || c == ' ' || c == '/'; };
  if (!std::ranges::all_of(name, is_name)) return std::nullopt;
  if (!std::ranges::all_of(line.substr(colon + 2, 4), is_meaning)) return std::nullopt;
  const bool asked = std::ranges::find(kAskingSignals, name) != kAskingSignals.end();
  return Preamble{asked ? Cause::signal : Cause::fatal, "sigquit"};
}

std::optional<Preamble> parse_leak(std::string_view line) {
  if (line.contains("found unexpected goroutines:")) return Preamble{Cause::leak_report, "goleak"};
  if (line.contains("leaktest: timed out checking goroutines")) {
    return Preamble{Cause::leak_report, "leaktest"};
  }
  return std::nullopt;
}

// go1.27 net/http/server.go: (*conn).serve prints it and one stack.
std::optional<Preamble> parse_served_panic(std::string_view line) {
  if (!line.contains("http: panic serving ")) return std::nullopt;
  return Preamble{Cause::panic, "stack"};
}

// What nobody writes but a dying program, so that a log's words may stand before it.
std::string_view from_unmistakable(std::string_view line) {
  constexpr std::array<std::string_view, 4> kUnmistakable = {
      "fatal error: all goroutines are asleep", "fatal error: no goroutines (main called",
      "panic: test timed out after ", "SIGQUIT: quit"};
  constexpr std::size_t kLongestLine = 4096;
  if (line.size() > kLongestLine) return {};
  for (const std::string_view words : kUnmistakable) {
    const std::size_t at = line.find(words);
    if (at != std::string_view::npos && at > 0) return line.substr(at);
  }
  return {};
}

}  // namespace

std::optional<Preamble> parse_preamble(std::string_view line) {
  if (const std::string_view behind = from_unmistakable(line); !behind.empty()) line = behind;
  if (auto found = parse_panic(line)) return found;
  if (auto found = parse_fatal(line)) return found;
  if (auto found = parse_signal(line)) return found;
  if (auto found = parse_leak(line)) return found;
  return parse_served_panic(line);
}

std::string_view goarch_of_register(std::string_view line) {
  struct Tell {
    std::string_view name, goarch;
  };
  // go1.27 runtime/signal_*.go: dumpregs. Names that one processor has alone.
  constexpr std::array<Tell, 8> kTells = {{{"rax", "amd64"},
                                           {"eax", "386"},
                                           {"cpsr", "arm"},
                                           {"r29", "arm64"},
                                           {"xer", "ppc64le"},
                                           {"t6", "riscv64"},
                                           {"badvaddr", "mips64le"},
                                           {"r31", ""}}};
  const std::string_view name = line.substr(0, line.find_first_of(" \t"));
  if (!trim(line.substr(name.size())).starts_with("0x")) return {};
  const auto* const tell = std::ranges::find(kTells, name, &Tell::name);
  return tell == kTells.end() ? std::string_view() : tell->goarch;
}

}  // namespace goknot::source
