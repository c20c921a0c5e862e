// SPDX-License-Identifier: Apache-2.0
#include "goknot/target/running.h"

#include <algorithm>

namespace goknot::target {

namespace {

constexpr std::uint64_t kMostOfSystemStack = 16384;  // bytes that are walked to see who switched
constexpr std::size_t kMostSystemFrames = 64;

bool is_within(const Range& stack, Address sp) { return stack.begin < sp && sp <= stack.end; }

// Functions that leave a goroutine's stack for the thread's own, and note in g.sched where.
bool is_switch(FuncId id) {
  return id == FuncId::systemstack || id == FuncId::mcall || id == FuncId::morestack;
}

}  // namespace

// Whether the thread runs the runtime on its own stack (m.g0) and came there from g.sched. What
// g.sched says is stale otherwise: in signal handlers, in the vDSO, in C.
bool RunningGoroutines::is_on_system_stack(const GoroutineRecord& record,
                                           const Registers& registers) {
  const Memory& memory = code_.memory();
  const Layout& layout = code_.layout();
  const auto g0 = memory.read<Address>(record.thread + static_cast<Address>(layout.m.g0));
  if (!g0) return false;
  const auto end = memory.read<Address>(*g0 + static_cast<Address>(layout.g.stack_hi));
  if (!end || registers.sp >= *end) return false;
  std::vector<std::byte> bytes(std::min<std::uint64_t>(*end - registers.sp, kMostOfSystemStack));
  bytes.resize(memory.read_some(registers.sp, bytes));
  const Start start{
      .pc = registers.pc, .sp = registers.sp, .lr = registers.lr, .lookup = Lookup::exact};
  unwind(view_, {registers.sp, bytes}, start, unwound_, kMostSystemFrames);
  return !unwound_.activations.empty() && is_switch(unwound_.activations.back().site->function.id);
}

// Three places where a thread with a goroutine can be: on the goroutine's stack (registers tell),
// on its own stack inside the runtime, after a switch that saved where the goroutine was (g.sched
// tells), or somewhere else, in C or a signal handler, where neither does.
std::optional<Start> RunningGoroutines::start(const GoroutineRecord& record,
                                              const Registers& registers) {
  if (is_within(record.key.stack, registers.sp)) {
    return Start{
        .pc = registers.pc, .sp = registers.sp, .lr = registers.lr, .lookup = Lookup::exact};
  }
  if (!is_within(record.key.stack, record.key.sp)) return std::nullopt;
  if (!is_on_system_stack(record, registers)) return std::nullopt;
  return record.start();
}

// The goroutine as it stands while its thread is held; none if it runs elsewhere or not at all.
std::optional<GoroutineRecord> RunningGoroutines::stand(const GoroutineRecord& seen,
                                                        const Registers& registers) {
  std::vector<std::byte> bytes(record_size(code_.layout()));
  if (!code_.memory().read(seen.address, bytes)) return std::nullopt;
  GoroutineRecord record = read_record(code_.layout(), seen.address, bytes);
  const bool same = record.status.state == State::running && record.thread == seen.thread &&
                    record.key.id == seen.key.id;
  if (!same || !is_plausible(record)) return std::nullopt;
  record.held = start(record, registers);
  return record.held ? std::optional(record) : std::nullopt;
}

bool RunningGoroutines::hold(std::uint64_t thread, const GoroutineRecord& seen, Around around) {
  bool copied = false;
  const PauseResult result = pauser_.hold(thread, [&](const Registers& registers) {
    const auto record = stand(seen, registers);
    if (!record) return;
    batch_.copy_held(code_.memory(), *record);
    if (around == Around::everything) batch_.walk_held(code_, around);
    copied = true;
  });
  return copied && result == PauseResult::looked;
}

bool RunningGoroutines::is_sound() const {
  const Specimen& specimen = batch_.specimens().front();
  return specimen.look == Look::steady && specimen.end != StackEnd::broken;
}

std::optional<Held> RunningGoroutines::copy(const GoroutineRecord& seen) {
  if (seen.thread == 0) return std::nullopt;
  const auto procid = static_cast<Address>(code_.layout().m.procid);
  const auto thread = code_.memory().read<std::uint64_t>(seen.thread + procid);
  if (!thread || !hold(*thread, seen, Around::nothing)) return std::nullopt;
  batch_.walk_held(code_, Around::nothing);
  if (!is_sound()) return std::nullopt;
  const bool whole = hold(*thread, seen, Around::everything);
  if (!is_sound()) return std::nullopt;
  return Held{.specimen = &batch_.specimens().front(), .whole = whole};
}

}  // namespace goknot::target
