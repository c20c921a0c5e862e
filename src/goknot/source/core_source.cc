// SPDX-License-Identifier: Apache-2.0
#include "goknot/source/core_source.h"

#include "goknot/base/quantity.h"
#include "goknot/base/text.h"
#include "goknot/source/memory_facts.h"
#include "goknot/source/program_facts.h"
#include "goknot/source/waits.h"
#include "goknot/target/core/core_clock.h"
#include "goknot/target/core/core_images.h"
#include "goknot/target/core/core_memory.h"
#include "goknot/target/core/core_threads.h"
#include "goknot/target/file_lock_rows.h"
#include "goknot/target/linux/global_names.h"
#include "goknot/target/linux/process.h"
#include "goknot/target/open_files.h"
#include "goknot/target/program.h"
#include "goknot/target/snapshot_reader.h"

#include <fmt/format.h>

#include <optional>
#include <utility>
#include <vector>

namespace goknot::source {

namespace {

using target::CoreImage;
using target::CoreMemory;
using target::ElfImage;
using target::Match;

// What is known of the program's file.
struct Executable {
  enum class State : std::uint8_t { here, missing, other };
  State state = State::missing;
  std::string path;      // of the file that was found; as the program saw it, if none was
  target::BuildIds ids;  // of the program in the core, or of its file
};

// The file that the user named.
// Taken unless it is proved to be another one: a program without a build id, whose code is not in
// the core, cannot prove that it is the same.
Result<Executable> take_named(CoreMemory& memory, const CoreImage* main, const std::string& path,
                              const std::string& core) {
  ElfImage file = TRY(ElfImage::open(path));
  const target::BuildIds ids = file.build_ids();
  if (file.architecture() != memory.core().image.architecture()) {
    return fail(Kind::unsupported, visible(path) + ": made for another machine than " + core);
  }
  if (main == nullptr) {
    const auto moved = target::moved_by_headers(memory.core().notes, file);
    memory.fill_moved(path, std::move(file), moved.value_or(0));
    return Executable{.state = Executable::State::here, .path = path, .ids = ids};
  }
  if (target::match(memory, *main, file) == Match::different) {
    const bool told = !target::words_of(main->ids).empty();
    return fail(
        Kind::unsupported,
        fmt::format("{}: not the program of {} ({}; the core's program has {})", visible(path),
                    core, target::words_of(ids), told ? target::words_of(main->ids) : "other code"),
        "try: --exe with the very file that ran, " + visible(main->path));
  }
  memory.fill(main->path, std::move(file));
  return Executable{.state = Executable::State::here, .path = path, .ids = ids};
}

// A file that lies where the core says it was. It may be another one by now.
// Taken only if it is proved to be the same: nobody vouches for it.
Executable::State take_if_same(CoreMemory& memory, const CoreImage& image) {
  auto file = ElfImage::open(image.path);
  if (!file || file->architecture() != memory.core().image.architecture()) {
    return Executable::State::missing;
  }
  if (target::match(memory, image, *file) != Match::same) return Executable::State::other;
  memory.fill(image.path, *std::move(file));
  return Executable::State::here;
}

// Completes the memory from the files that were mapped.
// The kernel leaves out of a core what lies in files anyway, code and constants, unless told not to
// (core(5), coredump_filter). Without them there are no tables of functions, and no stack has
// names.
Result<Executable> complete(CoreMemory& memory, const CoreOptions& options,
                            const std::string& name) {
  const std::vector<CoreImage> images = target::core_images(memory);
  const CoreImage* main = images.empty() || !images.front().main ? nullptr : &images.front();
  Executable executable;
  if (main != nullptr) executable = {.path = main->path, .ids = main->ids};
  for (const CoreImage& image : images) {
    if (&image == main && !options.executable.empty()) continue;
    const Executable::State state = take_if_same(memory, image);
    if (&image == main) executable.state = state;
  }
  if (!options.executable.empty()) return take_named(memory, main, options.executable, name);
  return executable;
}

// Why nothing was found although a file could show more.
std::unexpected<Error> needs_file(const std::string& name, const Executable& executable) {
  const std::string ids = target::words_of(executable.ids);
  const std::string where = executable.path.empty() ? "" : " (" + visible(executable.path) + ")";
  const bool other = executable.state == Executable::State::other;
  return fail(Kind::unsupported,
              fmt::format("{}: the code of the program is not in the core, and its file{} is {}",
                          name, where, other ? "another build by now" : "not here"),
              "try: goknot " + name + " --exe FILE" +
                  (ids.empty() ? ", the very file that ran" : ", the one with " + ids));
}

Result<target::Program> find_program(const CoreMemory& memory, const Executable& executable,
                                     const std::string& name) {
  auto programs = target::find_programs(memory, memory.core().image.architecture());
  if (programs) return std::move(programs->front());
  if (executable.state != Executable::State::here) return needs_file(name, executable);
  return std::unexpected(std::move(programs).error().with(name));
}

ProgramFacts facts_of(const CoreMemory& memory, const target::Program& program,
                      const Snapshot& snapshot) {
  const target::CoreNotes& notes = memory.core().notes;
  ProgramFacts facts = program_facts(memory, program, snapshot);
  facts.name = notes.name;
  if (notes.user) facts.user = target::user_name(*notes.user);
  if (!notes.threads.empty()) facts.threads = notes.threads.size();
  return facts;
}

void describe(const CoreMemory& memory, const target::Program& program,
              const Executable& executable, Snapshot& snapshot) {
  const target::CoreNotes& notes = memory.core().notes;
  Origin& origin = snapshot.origin;
  origin.kind = SourceKind::core;
  origin.pid = notes.pid;
  origin.program = program.path;
  origin.facts = facts_of(memory, program, snapshot);
  set_build_ids(executable.ids, origin);
  if (notes.signal != 0 && !target::is_stop_signal(notes.signal)) {
    origin.cause = Cause::signal;
    origin.cause_text = target::signal_name(notes.signal);
  }
}

void add_gaps(const CoreMemory& memory, const Executable& executable, const CoreInput& input,
              Snapshot& snapshot) {
  if (!input.trouble.empty()) {
    snapshot.gaps.push_back({.where = input.name,
                             .what = input.trouble,
                             .hides = "goroutines and objects that came after that place"});
  }
  if (const std::uint64_t missing = memory.core().missing_bytes; missing != 0) {
    snapshot.gaps.push_back({.where = "the core",
                             .what = "it was cut: " + spoken_bytes(missing) + " are missing",
                             .hides = "goroutines and objects that lay there"});
    snapshot.origin.complete = false;
  }
  if (executable.state == Executable::State::here || executable.path.empty()) return;
  snapshot.gaps.push_back(
      {.where = visible(executable.path),
       .what = executable.state == Executable::State::other
                   ? "the file is another build by now; --exe FILE names the one that ran"
                   : "the file is not here; --exe FILE names it",
       .hides = "inlined calls, arguments and holders of locks"});
}

// Names package-level variables, if the file has symbols.
void name_variables(const CoreMemory& memory, const target::Program& program,
                    const Executable& executable, Snapshot& snapshot) {
  const target::Module& module = program.tables.front().module();
  target::name_globals(module.has_main ? executable.path : program.path, memory, module, snapshot);
}

}  // namespace

Result<Series> read_core(CoreInput input, const CoreOptions& options) {
  const std::string& name = input.name;
  CoreMemory memory(TRY(target::CoreFile::open(std::move(input.file), name)));
  const Executable executable = TRY(complete(memory, options, name));
  const target::Program program = TRY(find_program(memory, executable, name));
  target::CoreThreads threads(memory);
  const std::vector<target::ContendedFile> files = target::find_files_opened_twice(memory, program);
  target::Reading reading =
      TRY(target::read_snapshot(memory, program,
                                {.now = target::last_known_time(memory, program),
                                 .pauser = &threads,
                                 .noted = target::noted_for(options.heap),
                                 .files = files,
                                 .motion = target::Motion::stands_still}));
  reading.words = threads.words();
  Series series = std::move(reading.series);
  for (Snapshot& snapshot : series.snapshots) {
    describe(memory, program, executable, snapshot);
    snapshot.origin.taken_at = input.taken_at;
    if (!input.wrapped_in.empty()) snapshot.origin.wrapped_in = {input.wrapped_in};
    add_gaps(memory, executable, input, snapshot);
    add_waits(snapshot);
    target::add_file_locks(reading.file_uses, target::contended_by_use(files, reading.file_uses),
                           snapshot);
    add_memory_facts(memory, program, reading, target::Motion::stands_still, options.heap,
                     snapshot);
    if (executable.state == Executable::State::here) {
      name_variables(memory, program, executable, snapshot);
    }
  }
  return series;
}

}  // namespace goknot::source
