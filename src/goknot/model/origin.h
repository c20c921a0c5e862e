// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace goknot {

// How a snapshot came to us.
enum class SourceKind : std::uint8_t { process, core, text, profile, delve, url, history };

// The word of the report for it: "process", "text", …
std::string_view source_kind_name(SourceKind kind);

// What the words before a dump say about why it was printed.
enum class Cause : std::uint8_t {
  none,           // nothing is said, or somebody asked for the stacks
  signal,         // SIGQUIT, SIGABRT: somebody or something killed it to see
  all_asleep,     // "all goroutines are asleep - deadlock!": the runtime found that nobody can move
  no_goroutines,  // "no goroutines (main called runtime.Goexit) - deadlock!"
  synctest_deadlock,  // "deadlock: … bubble …": the same for one bubble (go1.25)
  test_timeout,       // "panic: test timed out after 10m0s"
  leak_report,        // goleak or leaktest found these goroutines after a test
  panic,              // another panic
  fatal,      // another fatal error: concurrent map writes, unlock of unlocked mutex, out of memory
  data_race,  // a report of the race detector
};

// How much a text dump says of its goroutines (docs/formats/text.md).
enum class Detail : std::uint8_t {
  counts,   // stacks with counts, no goroutine ids: debug=1, plain profiles
  listing,  // one line per goroutine: a debugger's list
  stacks,   // runtime.Stack, debug=2, panics: no frames of the runtime
  runtime,  // SIGQUIT, throw: runtime frames, system goroutines, exact addresses of channels and
            // semaphores
  memory,   // read from memory: everything
};

// What the system and the program's build information say of a program whose memory was read. Empty
// and none: not told.
struct ProgramFacts {
  std::string name;            // of the process: "nats-server"
  std::string module;          // of the main package's module: "example.com/server"
  std::string module_version;  // "v1.2.3", "(devel)"
  std::string revision;        // of the version control it was built from
  std::vector<std::pair<std::string, std::string>> settings;  // of its build: "CGO_ENABLED", "1"
  std::string go_build_id;  // the go command's own; Origin::build_id is the linker's, if it has one
  std::string user;
  std::string container;   // "docker 0123456789ab"
  std::string standstill;  // why it cannot run: "stopped by a signal"; empty if it can
  std::optional<std::uint64_t> threads;
  std::optional<std::uint64_t> max_procs;  // GOMAXPROCS
  std::optional<std::uint64_t> resident_bytes;
  std::optional<std::uint64_t> stack_bytes;  // reserved for the stacks of goroutines
  std::optional<std::uint64_t> heap_bytes;   // of pages in use by the collected heap
  std::optional<bool> collecting;            // the garbage collector is at work
  std::optional<double> uptime_seconds;
  std::optional<std::uint64_t> memory_limit_bytes;  // of its control group
  std::optional<double> cpu_limit;                  // CPUs, of its control group
};

// What was read, from where, when, and how far.
struct Origin {
  std::string target;  // as the user gave it
  SourceKind kind = SourceKind::text;
  std::string format;                   // "sigquit", "stack", "debug1", … as the report has it
  std::vector<std::string> wrapped_in;  // "gzip", "tar", "cri", "json": outermost first
  Detail detail = Detail::stacks;
  Cause cause = Cause::none;
  std::string cause_text;         // the line that says so: "panic: test timed out after 10m0s"
  std::string go_version;         // "go1.26.8", empty if unknown
  bool go_version_exact = false;  // false: the lowest release that prints so
  std::string program;
  std::optional<std::int64_t> pid;
  std::string build_id;
  std::string goarch;
  std::string taken_at;  // RFC 3339, empty if unknown
  double read_seconds = 0;
  std::optional<double> stopped_seconds;      // none: somebody else took the dump
  std::optional<std::uint64_t> looked_again;  // goroutines that moved while they were copied, each
                                              // time; none: nothing can have moved
  std::optional<std::uint64_t> declared_total;  // goroutines the source says there were
  std::uint64_t lines = 0;                      // of the input, 0 for binary ones
  std::optional<ProgramFacts> facts;            // of programs whose memory was read
  bool complete = true;                         // false: cut, elided, pages missing; see the gaps
};

}  // namespace goknot
