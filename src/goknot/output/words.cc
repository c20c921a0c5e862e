// SPDX-License-Identifier: Apache-2.0
#include "goknot/output/words.h"

#include "goknot/base/quantity.h"
#include "goknot/base/utf8.h"
#include "goknot/model/function_name.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <utility>

namespace goknot::output {

namespace {

using NamePair = std::pair<std::string_view, std::string_view>;

constexpr std::array<NamePair, 15> kFormats = {{
    {"memory", "memory"},
    {"sigquit", "SIGQUIT dump"},
    {"fatal", "crash dump"},
    {"panic", "panic"},
    {"test-timeout", "test timeout"},
    {"stack", "goroutine dump"},
    {"goleak", "goleak report"},
    {"leaktest", "leaktest report"},
    {"debug1", "debug=1 profile"},
    {"pprof", "pprof profile"},
    {"dlv-goroutines", "Delve's goroutines"},
    {"dlv-stack", "Delve's stacks"},
    {"gdb", "gdb session"},
    {"panicparse", "panicparse output"},
    {"race", "race report"},
}};

// "SIGQUIT dump, go1.17+".
// The plus says "this release or a later one": a dump shows its release only by what it prints.
std::string kind_words(const Origin& origin) {
  const bool memory = origin.kind == SourceKind::process || origin.kind == SourceKind::core;
  std::string text(memory ? "" : format_words(origin.format));
  if (origin.go_version.empty()) return text;
  if (!text.empty()) text += ", ";
  text += origin.go_version;
  if (!origin.go_version_exact) text += '+';
  return text;
}

// "70,214 lines in 18 ms"; of several dumps only the last one's are known, so nothing is said.
std::string effort_words(const Diagnosis& diagnosis, double seconds) {
  const Origin& origin = diagnosis.origin;
  std::string text;
  if (diagnosis.snapshots.size() <= 1) {
    const std::string time = spoken_seconds(seconds);
    text = origin.lines > 0 ? fmt::format("{} in {}", counted(origin.lines, "line"), time)
                            : "read in " + time;
  }
  if (origin.stopped_seconds) {
    if (!text.empty()) text += ", ";
    text += *origin.stopped_seconds == 0
                ? std::string("not stopped")
                : fmt::format("stopped at most {:.2g} ms", *origin.stopped_seconds * 1000);
  }
  return text;
}

// What a process is called: by its name, not by the number that was given.
std::string_view title_of(const Origin& origin) {
  const bool numbered = origin.pid && origin.target == std::to_string(*origin.pid);
  if (numbered && origin.facts && !origin.facts->name.empty()) return origin.facts->name;
  return origin.target == "-" ? "standard input" : std::string_view(origin.target);
}

// "core of hub", "pid 4242 in docker 3f2c…", "up 11 h 42 min", "stopped by a signal".
void add_process_words(const Origin& origin, std::vector<std::string>& parts) {
  if (origin.kind == SourceKind::core) {
    const bool named = origin.facts && !origin.facts->name.empty();
    parts.push_back(named ? "core of " + origin.facts->name : "core");
  }
  std::string pid = fmt::format("pid {}", *origin.pid);
  if (origin.facts && !origin.facts->container.empty()) pid += " in " + origin.facts->container;
  parts.push_back(std::move(pid));
  if (auto kind = kind_words(origin); !kind.empty()) parts.push_back(std::move(kind));
  if (origin.kind == SourceKind::core && origin.cause == Cause::signal) {
    parts.push_back("ended by " + origin.cause_text);
  }
  if (!origin.facts) return;
  if (origin.facts->uptime_seconds) {
    parts.push_back("up " + spoken_seconds(*origin.facts->uptime_seconds));
  }
  if (!origin.facts->standstill.empty()) parts.push_back(origin.facts->standstill);
}

std::string incomplete_words(const Diagnosis& diagnosis) {
  const Origin& origin = diagnosis.origin;
  if (origin.declared_total && *origin.declared_total > diagnosis.counts.goroutines) {
    return fmt::format("incomplete: there were {}", with_thousands(*origin.declared_total));
  }
  return origin.complete ? "" : "incomplete";
}

std::string in_capitals(std::string_view text) {
  std::string upper(text);
  std::ranges::transform(upper, upper.begin(), [](char c) {
    return static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  });
  return upper;
}

bool is_plain_in_shell(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
         std::string_view("_-./:@%+=,").find(c) != std::string_view::npos;
}

bool can_be_quoted(std::string_view word) {
  while (!word.empty()) {
    const Character c = next_character(word);
    if (!c.valid || !is_visible(c.code)) return false;
    word.remove_prefix(c.length);
  }
  return true;
}

}  // namespace

std::string_view format_words(std::string_view format) {
  const auto* const found = std::ranges::find(kFormats, format, &NamePair::first);
  return found == kFormats.end() ? format : found->second;
}

std::vector<std::string> headline(const Diagnosis& diagnosis) {
  const Origin& origin = diagnosis.origin;
  std::vector<std::string> parts = {std::string(title_of(origin))};
  if (origin.pid) {
    add_process_words(origin, parts);
  } else if (auto kind = kind_words(origin); !kind.empty()) {
    parts.push_back(std::move(kind));
  }
  parts.push_back(counted(diagnosis.counts.goroutines, "goroutine"));
  if (diagnosis.snapshots.size() > 1) {
    parts.push_back(fmt::format("{} dumps", with_thousands(diagnosis.snapshots.size())));
  }
  if (auto missing = incomplete_words(diagnosis); !missing.empty()) {
    parts.push_back(std::move(missing));
  }
  if (auto effort = effort_words(diagnosis, origin.read_seconds); !effort.empty()) {
    parts.push_back(std::move(effort));
  }
  return parts;
}

std::string longest_effort(const Diagnosis& diagnosis) { return effort_words(diagnosis, 0); }

std::string verdict_words(const Verdict& verdict) {
  std::string text = in_capitals(name_of(verdict.outcome));
  if (verdict.grade) text += fmt::format(", {}", name_of(*verdict.grade));
  return text + ".";
}

std::string finding_words(const Finding& finding) {
  return fmt::format("{}, {}", name_of(finding.severity), name_of(finding.grade));
}

std::vector<Knot> tree_of(const Finding& finding) {
  if (!finding.tree.empty()) return finding.tree;
  std::vector<Knot> tree;
  for (const Culprit& culprit : finding.culprits) {
    const std::string who = culprit.goroutine ? std::to_string(*culprit.goroutine) : "";
    tree.push_back({who, {{std::string(name_of(culprit.role)), culprit.place}}, {}});
  }
  return tree;
}

std::string held_words(const Finding& finding) {
  constexpr std::uint64_t kMuch = 1U << 20U;  // bytes; a deadlock has more urgent sides
  if (!finding.held) return {};
  const Held& held = *finding.held;
  const bool much = held.stacks + held.heap.value_or(0) >= kMuch;
  if (finding.severity != Severity::leak && !much) return {};
  std::string words = spoken_bytes(held.stacks) + " of stacks";
  if (held.heap) words += " and " + spoken_bytes(*held.heap) + " of heap";
  return words + " that nothing else refers to";
}

std::string location_of(const Place& place) {
  if (place.file.empty()) return {};
  const std::string_view file = base_name(place.file);
  return place.line == 0 ? std::string(file) : fmt::format("{}:{}", file, place.line);
}

std::string place_words(const Place& place) {
  const std::string location = location_of(place);
  const std::string function = short_function(place.function);
  return function.empty() || location.empty() ? function + location : function + " " + location;
}

std::string shell_word(std::string_view word) {
  constexpr std::size_t kLongest = 200;
  if (word.empty() || word == "-" || word.size() > kLongest || !can_be_quoted(word)) return {};
  if (std::ranges::all_of(word, is_plain_in_shell)) {
    return word.starts_with('-') ? fmt::format("./{}", word) : std::string(word);
  }
  std::string quoted = "'";
  for (const char c : word) quoted += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return quoted + "'";
}

std::vector<std::string> next_commands(const Diagnosis& diagnosis) {
  const std::string word = shell_word(diagnosis.origin.target);
  const std::string target = word.empty() ? "FILE" : word;
  std::vector<std::string> commands;
  const bool found =
      !diagnosis.findings.empty() && diagnosis.findings.front().severity != Severity::info;
  if (found && !diagnosis.findings.front().roots.empty()) {
    commands.push_back(
        fmt::format("goknot stack {} {}", target, diagnosis.findings.front().roots.front()));
  }
  commands.push_back(fmt::format("goknot groups {}", target));
  if (found) commands.push_back(fmt::format("goknot graph {}", target));
  commands.push_back(fmt::format("goknot report {} -o report.html", target));
  return commands;
}

std::uint64_t uninvolved(const Diagnosis& diagnosis) {
  std::uint64_t involved = diagnosis.counts.system;
  for (const Finding& finding : diagnosis.findings) {
    if (finding.severity == Severity::info) continue;
    involved += finding.root_count + finding.victim_count;
  }
  const std::uint64_t all = diagnosis.counts.goroutines;
  return all > involved ? all - involved : 0;
}

}  // namespace goknot::output
