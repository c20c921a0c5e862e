// SPDX-License-Identifier: Apache-2.0
#include "goknot/source/process_source.h"

#include "goknot/base/quantity.h"
#include "goknot/source/described.h"
#include "goknot/source/file_lock_watch.h"
#include "goknot/source/memory_facts.h"
#include "goknot/source/outside_waits.h"
#include "goknot/source/program_facts.h"
#include "goknot/source/waits.h"
#include "goknot/target/linux/elf_image.h"
#include "goknot/target/linux/global_names.h"
#include "goknot/target/linux/no_go.h"
#include "goknot/target/linux/proc_file.h"
#include "goknot/target/linux/process.h"
#include "goknot/target/linux/process_memory.h"
#include "goknot/target/linux/stopped.h"
#include "goknot/target/linux/vitals.h"
#include "goknot/target/lock_words.h"
#include "goknot/target/program.h"
#include "goknot/target/snapshot_reader.h"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace goknot::source {

namespace {

// What runtime.nanotime says in a program of this machine.
std::int64_t nanotime() {
  return std::chrono::nanoseconds(std::chrono::steady_clock::now().time_since_epoch()).count();
}

// A process that was read, to be looked at again.
class ProcessView final : public LiveView {
 public:
  ProcessView(pid_t pid, std::unique_ptr<target::ProcessMemory> memory,
              const target::Layout& layout, std::vector<target::Mark> marks, FileLockWatch locks,
              Moment copied)
      : pid_(pid),
        memory_(std::move(memory)),
        layout_(layout),
        marks_(std::move(marks)),
        locks_(std::move(locks)),
        copied_(std::move(copied)) {}

  Moment copied() const override { return copied_; }

  std::vector<std::uint32_t> moved(std::span<const std::uint32_t> rows) const override {
    // Who has ended with its process stays what it was seen to be.
    if (!memory_->alive()) return {};
    std::vector<std::uint32_t> moved = target::moved_since(*memory_, layout_, marks_, rows);
    const auto tries = [this](std::uint32_t row) { return locks_.waits(row); };
    if (std::ranges::any_of(moved, tries) && locks_.unchanged()) std::erase_if(moved, tries);
    return moved;
  }

  std::optional<ObjectState> lock_now(const WaitObject& lock) const override {
    return target::read_lock_state(*memory_, lock);
  }

  std::optional<Vitals> vitals() const override {
    return memory_->alive() ? target::read_vitals(pid_) : std::nullopt;
  }

  void describe(std::span<const std::uint32_t> rows, Snapshot& snapshot) const override {
    if (!memory_->alive()) return;
    describe_goroutines(pid_, layout_.architecture, rows, snapshot);
    // What was found belongs to somebody else if its descriptor was closed and opened again.
    forget_descriptions(target::moved_since(*memory_, layout_, marks_, rows), snapshot);
  }

 private:
  pid_t pid_;
  std::unique_ptr<target::ProcessMemory> memory_;
  target::Layout layout_;
  std::vector<target::Mark> marks_;
  FileLockWatch locks_;
  Moment copied_;
};

void add_facts(const target::Process& process, ProgramFacts& facts) {
  facts.name = process.name;
  facts.user = process.user_name;
  if (process.cgroup.container) facts.container = process.cgroup.container->short_name();
  facts.standstill = process.standstill();
  facts.threads = process.threads;
  facts.resident_bytes = process.rss_bytes;
  facts.uptime_seconds = std::chrono::duration<double>(process.uptime).count();
  facts.memory_limit_bytes = process.cgroup.limits.memory_bytes;
  facts.cpu_limit = process.cgroup.limits.cpus;
}

// Where the file of a program of the process can be opened, also if it lies in a container or was
// deleted.
std::string file_of(const target::Program& program, pid_t pid) {
  const bool main = program.tables.front().module().has_main;
  return "/proc/" + std::to_string(pid) + (main ? "/exe" : "/root" + program.path);
}

// "2026-11-20T03:12:09.250Z".
std::string now() {
  const auto time = std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now());
  const auto seconds = std::chrono::floor<std::chrono::seconds>(time);
  return fmt::format("{:%Y-%m-%dT%H:%M:%S}.{:03}Z",
                     fmt::gmtime(std::chrono::system_clock::to_time_t(seconds)),
                     (time - seconds).count());
}

// When and of which build it was read, and what is known of it besides its goroutines.
void add_origin(const target::Memory& memory, const target::Program& program,
                const target::Process& process, Origin& origin, const Snapshot& snapshot) {
  origin.pid = process.pid;
  origin.program = program.path;
  origin.facts = program_facts(memory, program, snapshot);
  add_facts(process, *origin.facts);
  if (const auto file = target::ElfImage::open(file_of(program, process.pid))) {
    set_build_ids(file->build_ids(), origin);
  }
}

// Names package-level variables, if the file has symbols.
void name_variables(const target::Memory& memory, const target::Program& program, pid_t pid,
                    Snapshot& snapshot) {
  target::name_globals(file_of(program, pid), memory, program.tables.front().module(), snapshot);
}

// A library that was built with -buildmode=c-shared has a runtime and goroutines of its own.
void add_other_programs(const target::Memory& memory, std::span<const target::Program> others,
                        Snapshot& snapshot) {
  for (const target::Program& other : others) {
    const std::uint64_t count = target::count_goroutines(memory, other).value_or(0);
    snapshot.gaps.push_back({.where = other.path,
                             .what = "it has a Go runtime of its own, which was not read",
                             .hides = counted(count, "goroutine")});
    snapshot.origin.complete = false;
  }
}

// No runtime was found. An error with a hint knows more than the process tells.
Error why_not_go(pid_t pid, Error error) {
  if (!error.hint.empty()) return std::move(error).with("process " + std::to_string(pid));
  return target::explain_no_go(pid);
}

// On which CPUs the threads of goroutines that run were last.
void add_cpus(pid_t pid, Snapshot& snapshot) {
  const target::System system;
  for (std::size_t row = 0; row < snapshot.goroutines.size(); ++row) {
    GoroutineDetail& detail = snapshot.details[row];
    if (snapshot.goroutines[row].state != State::running || detail.thread <= 0) continue;
    const auto text = target::read_proc_file(system.of(pid, detail.thread, "stat"));
    const auto stat = text ? target::parse_stat(*text) : std::nullopt;
    if (stat) detail.cpu = stat->cpu;
  }
}

}  // namespace

// First the goroutines and what they wait for: the process runs on meanwhile, and the longer that
// takes the less fits together. Then what adds to that: locks of files, what other processes do,
// the heap, the symbols of the file. Last the view that can say which goroutines have moved since.
Result<Series> read_process(pid_t pid, const ProcessOptions& options) {
  const target::Process process = TRY(target::inspect_process(pid));
  auto memory = TRY(target::open_process_memory(pid));
  auto programs = target::find_programs(*memory, target::Architecture::amd64);
  if (!programs) return std::unexpected(why_not_go(pid, std::move(programs).error()));
  const target::Program& program = programs->front();
  target::ThreadPauser pauser(pid);
  FileLockWatch locks(pid);
  const std::string taken_at = now();
  target::Reading reading =
      TRY(target::read_snapshot(*memory, program,
                                {.now = nanotime(),
                                 .pauser = options.pause_running ? &pauser : nullptr,
                                 .noted = target::noted_for(options.heap),
                                 .files = locks.files()}));
  Moment copied{.at = std::chrono::steady_clock::now(), .vitals = target::read_vitals(pid)};
  Series series = std::move(reading.series);
  for (Snapshot& snapshot : series.snapshots) {
    add_origin(*memory, program, process, snapshot.origin, snapshot);
    snapshot.origin.taken_at = taken_at;
    snapshot.origin.stopped_seconds = pauser.longest_seconds();
    add_cpus(pid, snapshot);
    add_waits(snapshot);
    locks.add_to(snapshot, reading.file_uses);
    add_outside_waits(pid, program.layout.architecture, snapshot);
    add_memory_facts(*memory, program, reading, target::Motion::runs_on, options.heap, snapshot);
    name_variables(*memory, program, pid, snapshot);
    add_other_programs(*memory, std::span(*programs).subspan(1), snapshot);
  }
  series.live =
      std::make_unique<ProcessView>(pid, std::move(memory), program.layout,
                                    std::move(reading.marks), std::move(locks), std::move(copied));
  return series;
}

std::optional<std::uint64_t> count_goroutines(pid_t pid) {
  const auto memory = target::open_process_memory(pid);
  if (!memory) return std::nullopt;
  const auto programs = target::find_programs(**memory, target::Architecture::amd64);
  if (!programs) return std::nullopt;
  return target::count_goroutines(**memory, programs->front());
}

}  // namespace goknot::source
