// SPDX-License-Identifier: Apache-2.0
#include "app/settings.h"

#include "app/nearest.h"
#include "app/quantities.h"
#include "goknot/target/linux/free_memory.h"

#include <algorithm>
#include <array>
#include <ranges>
#include <vector>

namespace goknot::app {

namespace {

constexpr Flag kWriting[] = {
    {.name = "json",
     .takes = Takes::maybe,
     .value = "full",
     .summary = "one JSON object for programs; --json=full adds every goroutine"},
    {.name = "format",
     .takes = Takes::value,
     .value = "NAME",
     .summary = "how the answer is written (goknot formats lists the names)",
     .completes = Completes::outputs},
    {.name = "output",
     .letter = 'o',
     .takes = Takes::value,
     .value = "FILE",
     .summary = "write to FILE; its ending chooses the format unless --format does",
     .completes = Completes::files},
    {.name = "color",
     .takes = Takes::value,
     .value = "WHEN",
     .summary = "auto (only on a terminal, and not if NO_COLOR is set), always or never"},
    {.name = "gaps", .summary = "list what could not be read instead of counting it"},
    {.name = "quiet", .letter = 'q', .summary = "no text, no remarks: only errors and the status"},
    {.name = "verbose", .letter = 'v', .summary = "all findings in full, remarks included"},
    {.name = "help", .letter = 'h', .summary = "what the command does"},
};

constexpr Flag kReading[] = {
    {.name = "fail-on",
     .takes = Takes::value,
     .value = "WHAT",
     .summary = "when the exit status is 1: deadlock, leak (default), warning, info or never; "
                "\":possible\" behind it counts possible findings, too"},
    {.name = "ignore",
     .takes = Takes::values,
     .value = "NAME",
     .summary = "leave out findings with this function, rule or fingerprint; may be repeated"},
    {.name = "timeout",
     .takes = Takes::value,
     .value = "TIME",
     .summary = "give up after TIME, like 30s or 2m"},
    {.name = "max-size",
     .takes = Takes::value,
     .value = "SIZE",
     .summary = "do not read inputs larger than SIZE, like 512M (default 4G)"},
    {.name = "exe",
     .takes = Takes::value,
     .value = "FILE",
     .summary = "cores: the file of the program that ran, if it is not where it was",
     .completes = Completes::files},
    {.name = "redact",
     .takes = Takes::maybe,
     .value = "WHAT",
     .summary = "hide labels, arguments, hosts and paths (or only those named, with commas) before "
                "anything is looked at; equal ones stay equal"},
    {.name = "confirm",
     .takes = Takes::value,
     .value = "TIME",
     .summary = "processes: look a second time after TIME if something is suspicious (default "
                "200ms, 0: never)"},
    {.name = "reach-memory",
     .takes = Takes::value,
     .value = "SIZE",
     .summary = "processes, cores: follow the heap as long as a copy of what holds pointers takes "
                "no more than SIZE (default a quarter of what is free)"},
    {.name = "no-reach",
     .summary = "processes, cores: do not follow the heap to see whom nothing can wake"},
    {.name = "pause-running",
     .summary =
         "processes: hold threads still, one at a time and each for less than a millisecond, "
         "to see the stacks of goroutines that run"},
    {.name = "full",
     .summary = "URLs: ask for every goroutine although that stops the program for long"},
    {.name = "goroutineleak", .summary = "URLs: ask for the leaks that Go itself finds (go1.26)"},
    {.name = "header",
     .takes = Takes::values,
     .value = "NAME:VALUE",
     .summary = "URLs: send a header; may be repeated"},
    {.name = "user",
     .takes = Takes::value,
     .value = "NAME:PASSWORD",
     .summary = "URLs: basic authentication"},
    {.name = "insecure", .summary = "URLs: believe any certificate"},
    {.name = "connect-timeout",
     .takes = Takes::value,
     .value = "TIME",
     .summary = "URLs: give up when nobody answers for TIME (default 10s)"},
};

std::unexpected<Error> wrong_word(std::string_view flag, std::string_view word,
                                  std::span<const std::string_view> right) {
  std::string hint = did_you_mean(word, right);
  if (hint.empty()) {
    hint = "it may be";
    for (const std::string_view name : right) hint += " " + std::string(name);
  }
  return fail(Kind::usage, "--" + std::string(flag) + ": there is no \"" + visible(word) + "\"",
              std::move(hint));
}

std::vector<std::string_view> output_names() {
  std::vector<std::string_view> names;
  for (const output::Output* output : output::outputs()) names.push_back(output->name);
  return names;
}

Result<const output::Output*> find_output(std::string_view name) {
  if (const output::Output* found = output::find_output(name)) return found;
  return wrong_word("format", name, output_names());
}

// The output whose files end like this one; text if there is none.
const output::Output* output_of_file(std::string_view file) {
  for (const output::Output* output : output::outputs()) {
    if (file.ends_with("." + std::string(output->extension))) return output;
  }
  return &output::text_output;
}

Result<const output::Output*> choose_output(const Args& args) {
  if (args.has("format")) return find_output(args.value("format"));
  if (args.has("json")) {
    const std::string_view how = args.value("json");
    if (how.empty()) return find_output("json");
    if (how == "full") return find_output("json-full");
    constexpr std::string_view kRight[] = {"full"};
    return wrong_word("json", how, kRight);
  }
  const std::string_view file = args.value("output");
  return file.empty() ? &output::text_output : output_of_file(file);
}

Result<output::Color> choose_color(const Args& args, const Terminal& terminal) {
  constexpr std::string_view kRight[] = {"auto", "always", "never"};
  const std::string_view when = args.value("color", "auto");
  if (when == "always") return output::Color::always;
  if (when == "never") return output::Color::never;
  if (when != "auto") return wrong_word("color", when, kRight);
  const bool on_terminal = terminal.wants_color && !args.has("output");
  return on_terminal ? output::Color::always : output::Color::never;
}

// "leak:possible". The words stand in the order of Severity, from its end, and of Grade.
Result<std::optional<FailOn>> parse_fail_on(std::string_view text) {
  constexpr std::string_view kRight[] = {"deadlock", "leak", "warning", "info", "never"};
  constexpr std::string_view kGrades[] = {"possible", "likely", "proved"};
  if (text == "never") return std::optional<FailOn>();
  const std::size_t colon = std::min(text.find(':'), text.size());
  const std::string_view name = text.substr(0, colon);
  const std::string_view least = text.substr(std::min(colon + 1, text.size()));
  FailOn fail_on;
  const auto* const severity = std::ranges::find(kRight, name);
  if (severity >= kRight + 4) return wrong_word("fail-on", name, kRight);
  fail_on.severity = static_cast<Severity>(3 - (severity - kRight));
  if (least.empty()) return fail_on;
  const auto* const grade = std::ranges::find(kGrades, least);
  if (grade == std::end(kGrades)) return wrong_word("fail-on", least, kGrades);
  fail_on.grade = static_cast<Grade>(grade - kGrades);
  return fail_on;
}

Result<analysis::RedactOptions> parse_redact(std::string_view text) {
  constexpr std::string_view kRight[] = {"labels", "arguments", "hosts", "paths", "all"};
  if (text.empty() || text == "all") return analysis::RedactOptions();
  analysis::RedactOptions options = analysis::RedactOptions::nothing();
  for (const auto part : std::views::split(text, ',')) {
    const std::string_view word(part);
    if (word == "labels") {
      options.labels = true;
    } else if (word == "arguments") {
      options.arguments = true;
    } else if (word == "hosts") {
      options.hosts = true;
    } else if (word == "paths") {
      options.paths = true;
    } else {
      return wrong_word("redact", word, kRight);
    }
  }
  return options;
}

Result<Unit> add_reading(const Args& args, Settings& settings) {
  if (args.has("fail-on")) settings.fail_on = TRY(parse_fail_on(args.value("fail-on")));
  for (const std::string& name : args.values("ignore")) settings.diagnose.ignore.push_back(name);
  if (args.has("timeout")) {
    settings.timeout = TRY(parse_duration("timeout", args.value("timeout")));
    settings.open.http.http.timeout = *settings.timeout;
  }
  settings.open.core.executable = args.value("exe");
  settings.open.process.pause_running = args.has("pause-running");
  settings.open.process.heap.bytes = target::free_memory() / 4;
  if (args.has("reach-memory")) {
    settings.open.process.heap.bytes = TRY(parse_size("reach-memory", args.value("reach-memory")));
  }
  if (args.has("no-reach")) settings.open.process.heap.bytes = 0;
  settings.open.core.heap = settings.open.process.heap;
  if (args.has("confirm")) {
    const std::string_view pause = args.value("confirm");
    settings.confirm =
        pause == "0" ? std::chrono::milliseconds::zero() : TRY(parse_duration("confirm", pause));
  }
  if (args.has("redact")) settings.redact = TRY(parse_redact(args.value("redact")));
  if (args.has("max-size")) {
    settings.open.limit = TRY(parse_size("max-size", args.value("max-size")));
    settings.open.http.http.limit = settings.open.limit;
  }
  return Unit{};
}

// How URLs are asked.
Result<Unit> add_http(const Args& args, const Terminal& terminal, source::HttpSourceOptions& http) {
  http.full = args.has("full");
  if (args.has("goroutineleak")) http.profile = source::Profile::goroutine_leak;
  http.http.http_proxy = terminal.http_proxy;
  http.http.https_proxy = terminal.https_proxy;
  http.http.no_proxy = terminal.no_proxy;
  http.http.insecure = args.has("insecure");
  for (const std::string& header : args.values("header")) {
    if (header.find(':') == std::string::npos) {
      return fail(Kind::usage, "--header: \"" + visible(header) + "\" has no colon",
                  "for example --header 'Authorization: Bearer …'");
    }
    http.http.headers.push_back(header);
  }
  const std::string_view user = args.value("user");
  const std::size_t colon = std::min(user.find(':'), user.size());
  http.http.user = user.substr(0, colon);
  http.http.password = user.substr(std::min(colon + 1, user.size()));
  if (args.has("connect-timeout")) {
    http.http.connect_timeout =
        TRY(parse_duration("connect-timeout", args.value("connect-timeout")));
  }
  return Unit{};
}

}  // namespace

std::span<const Flag> writing_flags() { return kWriting; }
std::span<const Flag> reading_flags() { return kReading; }

Result<Settings> make_settings(const Args& args, const Terminal& terminal) {
  Settings settings;
  settings.output = TRY(choose_output(args));
  settings.file = args.value("output") == "-" ? "" : args.value("output");
  settings.look.width = settings.file.empty() ? terminal.width : 100;
  settings.look.color = TRY(choose_color(args, terminal));
  settings.look.charset = settings.file.empty() ? terminal.charset : Charset::unicode;
  if (args.has("gaps")) settings.look.gaps = output::GapList::listed;
  settings.look.verbosity = static_cast<int>(args.values("verbose").size());
  if (settings.look.verbosity > 0) settings.look.detailed_findings = 1000;
  if (args.has("quiet")) settings.voice = Voice::quiet;
  TRY(add_reading(args, settings));
  if (!terminal.temporary.empty()) settings.open.core.temporary = terminal.temporary;
  TRY(add_http(args, terminal, settings.open.http));
  return settings;
}

ExitStatus judge(const Diagnosis& diagnosis, const std::optional<FailOn>& fail_on) {
  const bool found =
      fail_on && std::ranges::any_of(diagnosis.findings, [&fail_on](const Finding& finding) {
        return finding.severity >= fail_on->severity && finding.grade >= fail_on->grade;
      });
  return found ? ExitStatus::found : ExitStatus::fine;
}

}  // namespace goknot::app
