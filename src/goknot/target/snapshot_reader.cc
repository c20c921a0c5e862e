// SPDX-License-Identifier: Apache-2.0
#include "goknot/target/snapshot_reader.h"

#include "goknot/base/ahead.h"
#include "goknot/target/ancestors.h"
#include "goknot/target/batch.h"
#include "goknot/target/code.h"
#include "goknot/target/deferred_names.h"
#include "goknot/target/goroutine_list.h"
#include "goknot/target/goroutine_rows.h"
#include "goknot/target/handed_channels.h"
#include "goknot/target/holds.h"
#include "goknot/target/labels.h"
#include "goknot/target/losses.h"
#include "goknot/target/omissions.h"
#include "goknot/target/running.h"
#include "goknot/target/waits.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <mutex>
#include <string>
#include <thread>
#include <utility>

namespace goknot::target {

namespace {

constexpr std::size_t kBatch = 512;
constexpr std::size_t kBatches = 3;  // under way at once
// Together with kPause some ten milliseconds: a goroutine that parks and runs all the time is met
// parked in one of them, or never.
constexpr int kRetries = 20;
constexpr std::chrono::microseconds kPause{500};
constexpr int kHoldFrom = 1;  // who still runs in this round is worth being held still

// Reads goroutines into a snapshot, round after round, until all lay still or patience ends.
// A round reads all goroutines that are not yet told, in batches; those that ran, or whose stack
// made no sense, come into the next round. In the first round that is everybody, in the last ones
// hardly anybody. Everything is gathered row by row (rows, holds, pointers, uses of files, in one
// order) and only finish() writes what needs all rows: labels, ancestors, holders, omissions.
class Reader {
 public:
  Reader(const Memory& memory, const Program& program, const ReadOptions& options,
         Snapshot& snapshot)
      : options_(options),
        code_(memory, program.layout, program.tables, snapshot),
        rows_(code_, program.tables, options.now, snapshot),
        holds_(code_),
        deferred_(code_),
        collector_(code_),
        file_uses_(code_, program.tables.front().module(), options.files),
        snapshot_(snapshot) {
    if (options.pauser != nullptr) running_.emplace(code_, *options.pauser);
  }

  // `goroutines` is sorted.
  void read_all(std::vector<Address> goroutines);
  // All were read: writes down what belongs to the snapshot as a whole.
  Reading finish(Series series);

 private:
  // Goroutines that are read together.
  struct Part {
    Batch batch;
    StackPointers pointers;  // of its specimens
  };

  void round(std::span<const Address> goroutines);
  void read(Part& part, std::span<const Address> goroutines);
  void make_room(std::size_t all);
  void take(const Part& part);
  bool add(const Part& part, std::uint32_t index);
  bool add(const Held& held, const Surroundings& surroundings);
  bool add_held(const Specimen& specimen);
  void note_defers(const Specimen& specimen, const Surroundings& surroundings);
  void take_at_last(const Specimen& specimen, const Surroundings& surroundings);

  const ReadOptions& options_;
  Code code_;
  GoroutineRows rows_;
  Holds holds_;
  DeferredNames deferred_;
  StackPointerCollector collector_;  // of whoever reads
  StackPointers pointers_;
  FileUses file_uses_;
  Snapshot& snapshot_;
  std::array<Part, kBatches> parts_;
  std::optional<RunningGoroutines> running_;
  std::vector<Address> again_;
  Losses losses_;
  int round_ = 0;
};

// Half of the time goes into copying, which the kernel does, and into following stacks: batches are
// read beside the making of rows out of those before.
void Reader::round(std::span<const Address> goroutines) {
  const bool is_first = snapshot_.goroutines.empty() && goroutines.size() > kBatch;
  const auto read_part = [&](std::size_t i) {
    const auto rest = goroutines.subspan(i * kBatch);
    read(parts_[i % kBatches], rest.first(std::min(kBatch, rest.size())));
  };
  const auto take_part = [&](std::size_t i) {
    take(parts_[i % kBatches]);
    if (is_first && i == 0) make_room(goroutines.size());
  };
  if (goroutines.size() > kBatch) {
    work_ahead((goroutines.size() + kBatch - 1) / kBatch, kBatches, read_part, take_part);
  } else {
    read_part(0);
    take_part(0);
  }
}

// What one thread does while another takes the part before.
void Reader::read(Part& part, std::span<const Address> goroutines) {
  part.batch.read(code_, goroutines);
  if (options_.noted == Noted::pointers) part.pointers = collector_.read(part.batch.specimens());
}

void Reader::make_room(std::size_t all) {
  rows_.make_room(all);
  pointers_.make_room(all);
}

bool Reader::add(const Part& part, std::uint32_t index) {
  const Specimen& specimen = part.batch.specimens()[index];
  const Surroundings& surroundings = part.batch.surroundings();
  const std::scoped_lock lock(code_.guard());
  if (!rows_.add(specimen, surroundings)) return false;
  note_defers(specimen, surroundings);
  file_uses_.note(specimen, surroundings, rows_.depths());
  if (options_.noted == Noted::pointers) pointers_.add(part.pointers, index);
  return true;
}

// The calls that the goroutine added last has deferred, and what they will release.
void Reader::note_defers(const Specimen& specimen, const Surroundings& surroundings) {
  const std::vector<PendingCall> pending = pending_calls(code_, specimen, surroundings);
  holds_.note(specimen, surroundings, pending, rows_.depths(), snapshot_.goroutines.back().stack);
  for (const PendingCall& call : pending) {
    const std::string function = deferred_.name_of(call);
    if (function.empty()) continue;
    snapshot_.deferred.push_back(
        {.goroutine = static_cast<std::uint32_t>(snapshot_.goroutines.size() - 1),
         .frame = rows_.depths()[call.activation],
         .function = snapshot_.strings.add(function),
         .receiver = deferred_.receiver_of(call)});
  }
}

// One that was held while it ran. A register may hold what its stack does not.
bool Reader::add(const Held& held, const Surroundings& surroundings) {
  const std::scoped_lock lock(code_.guard());
  if (!rows_.add(*held.specimen, surroundings)) return false;
  if (held.whole) note_defers(*held.specimen, surroundings);
  if (options_.noted == Noted::pointers) pointers_.add_unknown();
  return true;
}

// A goroutine that runs, if its thread may be held still.
bool Reader::add_held(const Specimen& specimen) {
  if (!running_ || round_ < kHoldFrom || specimen.look != Look::running) return false;
  const auto held = running_->copy(specimen.record);
  return held && add(*held, running_->surroundings());
}

// A stack that makes no sense was most likely copied while it changed: it gets another round, like
// one that has moved.
void Reader::take(const Part& part) {
  const std::span<const Specimen> specimens = part.batch.specimens();
  for (std::uint32_t i = 0; i < specimens.size(); ++i) {
    const Specimen& specimen = specimens[i];
    if (specimen.look == Look::dead) continue;
    if (specimen.look == Look::steady && add(part, i)) continue;
    if (add_held(specimen)) continue;
    if (round_ == kRetries) {
      take_at_last(specimen, part.batch.surroundings());
    } else {
      again_.push_back(specimen.record.address);
      losses_.again += specimen.look == Look::running ? 0U : 1U;
    }
  }
}

// What cannot be read now is lost.
void Reader::take_at_last(const Specimen& specimen, const Surroundings& surroundings) {
  const bool still = options_.motion == Motion::stands_still && specimen.look != Look::unreadable;
  if (specimen.look != Look::running && !still) {
    ++(specimen.look == Look::unreadable ? losses_.unreadable
       : specimen.look == Look::steady   ? losses_.broken
                                         : losses_.moving);
    return;
  }
  const std::scoped_lock lock(code_.guard());
  rows_.add_without_stack(specimen, surroundings);
  if (options_.noted == Noted::pointers) pointers_.add_unknown();
  ++(specimen.look == Look::running ? losses_.running : losses_.stackless);
}

void Reader::read_all(std::vector<Address> goroutines) {
  const int first = options_.motion == Motion::stands_still ? kRetries : 0;
  for (round_ = first; !goroutines.empty() && round_ <= kRetries; ++round_) {
    if (round_ > first) std::this_thread::sleep_for(kPause);
    round(goroutines);
    goroutines = std::exchange(again_, {});
  }
}

// The order matters: rows are sorted by id first, as all later facts count sorted rows; holders
// come before omissions, which only ask about locks without one; gaps come last, when all losses
// are counted.
Reading Reader::finish(Series series) {
  Reading reading;
  read_labels(code_.memory(), code_.layout(), rows_.labelled(), snapshot_);
  read_ancestors(code_, rows_.descendants(), snapshot_);
  reading.pointers = std::move(pointers_);
  reading.pointers.reorder(rows_.sort());
  reading.marks = rows_.take_marks();
  reading.file_uses = file_uses_.take();
  if (options_.motion == Motion::runs_on) snapshot_.origin.looked_again = losses_.again;
  if (losses_.unreadable + losses_.moving + losses_.broken > 0) holds_.note_lost();
  holds_.write(snapshot_, reading.marks, rows_.objects());
  const auto sites = [this](StackId stack) { return holds_.sites_of(stack); };
  Omissions(code_, holds_.wrappers()).find(snapshot_, sites);
  note_handed_channels(code_, sites, snapshot_);
  losses_.cut_waits = rows_.cut_waits();
  add_gaps(losses_, snapshot_);
  series.texts.push_back(std::make_unique<const Buffer>(rows_.take_text()));
  snapshot_.text = series.texts.back()->view();
  reading.series = std::move(series);
  return reading;
}

}  // namespace

Result<Reading> read_snapshot(const Memory& memory, const Program& program,
                              const ReadOptions& options) {
  std::vector<Address> goroutines = TRY(read_goroutine_list(memory, program.goroutines));
  std::ranges::sort(goroutines);
  Series series;
  Snapshot& snapshot = series.snapshots.emplace_back();
  snapshot.origin.kind = SourceKind::process;
  snapshot.origin.format = "memory";
  snapshot.origin.detail = Detail::memory;
  snapshot.origin.go_version = program.build.version;
  snapshot.origin.go_version_exact = !program.build.version.empty();
  snapshot.origin.goarch = goarch(program.layout.architecture);
  Reader reader(memory, program, options, snapshot);
  reader.read_all(std::move(goroutines));
  return reader.finish(std::move(series));
}

// Neither those that have ended, whose records wait to be used again, nor the runtime's own.
std::optional<std::uint64_t> count_goroutines(const Memory& memory, const Program& program) {
  const auto list = read_goroutine_list(memory, program.goroutines);
  if (!list) return std::nullopt;
  const std::size_t size = record_size(program.layout);
  std::vector<std::byte> bytes(list->size() * size);
  std::vector<Piece> pieces;
  for (std::size_t i = 0; i < list->size(); ++i) {
    pieces.push_back({(*list)[i], std::span(bytes).subspan(i * size, size)});
  }
  memory.read_all(pieces);
  Snapshot names;
  const Code code(memory, program.layout, program.tables, names);
  std::uint64_t count = 0;
  for (const Piece& piece : pieces) {
    if (!piece.read) continue;
    const GoroutineRecord record = read_record(program.layout, piece.address, piece.into);
    const auto start = code.function_at(record.start_pc);
    const bool system = start && is_system_start(code.table_of(record.start_pc)->name(*start));
    count += record.is_alive() && !system ? 1U : 0U;
  }
  return count;
}

}  // namespace goknot::target
