// SPDX-License-Identifier: Apache-2.0
#include "goknot/target/heap/reachability.h"

#include "goknot/target/batch.h"
#include "goknot/target/code.h"
#include "goknot/target/goroutine_record.h"
#include "goknot/target/heap/marker.h"
#include "goknot/target/heap/roots.h"
#include "goknot/target/heap/sleepers.h"
#include "goknot/target/heap/spans.h"
#include "goknot/target/heap/stack_roots.h"
#include "goknot/target/runtime_state.h"

#include <algorithm>
#include <optional>
#include <thread>
#include <utility>

namespace goknot::target {

namespace {

constexpr std::size_t kBatch = 4096;
// Go's own limit is 1 GB (runtime.maxstacksize); a larger stack than this is left unread, and the
// pass is not complete then.
constexpr Address kMostStack = Address{64} << 20U;
// Between two looks at goroutines that do not lie still: time enough to park.
constexpr std::chrono::microseconds kPause{200};

// A goroutine of the snapshot on the way to being called alive or not.
struct Subject {
  std::uint32_t first_target = 0, targets = 0;  // what it waits for, in Pass::targets_
  Address goroutine = 0;
  bool unmoved = false;  // since the snapshot
  bool blocked = false;  // only others can end its wait
  bool alive = false;
};

// Who sleeps, waits for the network or is in a system call is woken by the clock or the kernel, and
// so are the runtime's own. For a channel, a lock or a group it takes somebody who knows it.
bool is_blocked(const Goroutine& goroutine) {
  if (goroutine.state != State::waiting || goroutine.system) return false;
  const WaitKind kind = wait_kind(goroutine.reason);
  return kind == WaitKind::channel || kind == WaitKind::lock || kind == WaitKind::group ||
         kind == WaitKind::forever;
}

std::vector<Range> types_of(const Program& program) {
  std::vector<Range> ranges;
  for (const FunctionTable& table : program.tables) ranges.push_back(table.module().types);
  return ranges;
}

}  // namespace

// The opposite of a garbage collector in one respect: what is asked for are not objects, but
// whether the targets of candidates were met. Each target is watched (Marker::watch) rather than
// looked up after each round, so that a hundred thousand candidates cost no more than one.
class HeapPass::Work {
 public:
  Work(const Memory& memory, const Program& program, const PassInput& input, Spans spans)
      : memory_(memory),
        program_(program),
        input_(input),
        spans_(std::move(spans)),
        masks_(memory, program.layout, types_of(program)),
        marker_(memory, spans_, masks_, opaque(), {.bytes = input.most_bytes}),
        code_(memory, program.layout, program.tables, names_),
        stack_roots_(code_, marker_) {}

  Reachability run();
  std::optional<std::vector<std::uint64_t>> weigh(std::span<const std::uint32_t> rows);

 private:
  Opaque opaque() const;
  void read_subjects();
  void find_targets();
  void find_stacks();
  void find_candidates();
  bool add_whole_stack(const GoroutineRecord& record);
  void add_alive(std::span<const std::uint32_t> rows);
  void add_strangers();
  void read(std::vector<Address> goroutines);
  void look(std::span<const Address> goroutines, std::vector<Address>& unparked);
  void add_unparked(std::vector<Address> unparked);
  void watch_candidates();
  bool watch(std::uint32_t row, Address target);
  void wake(std::span<const std::uint32_t> rows);
  std::vector<std::uint32_t> wake();
  bool is_variable(Address address) const;
  const Present* owner_of_stack(Address address);
  bool is_over() const;

  const Memory& memory_;
  const Program& program_;
  PassInput input_;
  Spans spans_;
  ObjectMasks masks_;
  Marker marker_;
  Snapshot names_;  // takes the names of the code, which nobody asks for here
  Code code_;
  Batch batch_;
  StackRoots stack_roots_;
  std::vector<Subject> subjects_;  // by row
  std::vector<Address> targets_;
  std::vector<std::uint32_t> candidates_;  // rows that are blocked
  std::size_t asleep_ = 0;                 // of the candidates; the others are alive
  std::vector<std::uint32_t> woken_;       // alive, and not marked from yet
  Sleepers by_object_;                     // by the object's number
  Sleepers by_owner_;                      // by the row of whose stack it is on
  std::vector<const Present*> stacks_;     // by the ends of their stacks
  Reachability result_;
};

Opaque HeapPass::Work::opaque() const {
  Opaque opaque;
  opaque.goroutines.reserve(input_.census.size());
  // Dead ones, too: they are used again.
  for (const Present& present : input_.census) opaque.goroutines.insert(present.goroutine);
  opaque.goroutine_size = record_size(program_.layout);
  opaque.waiter_size = static_cast<std::uint64_t>(program_.layout.sudog.size);
  if (has_object_headers(program_.layout)) return opaque;  // masks tell what processors keep
  const auto& p = program_.layout.p;
  for (const Address one : processors(memory_, program_)) opaque.processors.insert(one);
  opaque.processor_size = static_cast<std::uint64_t>(p.size);
  if (p.timers != kAbsent) opaque.timers = static_cast<std::size_t>(p.timers);
  return opaque;
}

void HeapPass::Work::read_subjects() {
  subjects_.resize(input_.marks.size());
  for (const Present& present : input_.census) {
    if (present.row == Present::kNoRow) continue;
    Subject& subject = subjects_[present.row];
    subject.goroutine = present.alive || !present.readable ? present.goroutine : 0;
    subject.unmoved = present.readable && present.key == input_.marks[present.row].key;
    subject.blocked = subject.unmoved && is_blocked(input_.snapshot.goroutines[present.row]);
  }
}

// Waits are sorted by goroutine. One that waits in a select has several; a single case whose
// channel is not known by its address makes it alive, for anybody could serve that one. A nil
// channel has no object and adds nothing.
void HeapPass::Work::find_targets() {
  const std::vector<Wait>& waits = input_.snapshot.waits;
  for (std::size_t i = 0; i < waits.size();) {
    const std::uint32_t row = waits[i].goroutine;
    Subject& subject = subjects_[row];
    const bool forever = wait_kind(input_.snapshot.goroutines[row].reason) == WaitKind::forever;
    subject.first_target = static_cast<std::uint32_t>(targets_.size());
    for (; i < waits.size() && waits[i].goroutine == row; ++i) {
      if (!waits[i].object) continue;
      const WaitObject& object = input_.snapshot.objects[waits[i].object.index()];
      if (object.address && object.identity == Identity::exact) {
        targets_.push_back(*object.address);
      } else if (!forever) {
        subject.blocked = false;  // who could wake it cannot be told
      }
    }
    subject.targets = static_cast<std::uint32_t>(targets_.size()) - subject.first_target;
  }
}

void HeapPass::Work::find_candidates() {
  for (std::uint32_t row = 0; row < subjects_.size(); ++row) {
    Subject& subject = subjects_[row];
    const WaitReason reason = input_.snapshot.goroutines[row].reason;
    if (subject.targets == 0 && wait_kind(reason) != WaitKind::forever) subject.blocked = false;
    subject.alive = !subject.blocked;
    if (subject.blocked) candidates_.push_back(row);
  }
  asleep_ = candidates_.size();
}

bool HeapPass::Work::is_variable(Address address) const {
  return std::ranges::any_of(program_.tables, [address](const FunctionTable& table) {
    return table.module().is_data(address);
  });
}

void HeapPass::Work::find_stacks() {
  for (const Present& present : input_.census) {
    if (present.alive) stacks_.push_back(&present);
  }
  std::ranges::sort(stacks_, {}, [](const Present* present) { return present->stack.end; });
}

// A WaitGroup or a Mutex may lie on the stack of the goroutine that declared it, if its address did
// not escape; whoever knows it got it from there. It is as alive as the owner of the stack.
const Present* HeapPass::Work::owner_of_stack(Address address) {
  if (stacks_.empty()) find_stacks();
  const auto after = std::ranges::upper_bound(
      stacks_, address, {}, [](const Present* present) { return present->stack.end; });
  return after != stacks_.end() && (*after)->stack.contains(address) ? *after : nullptr;
}

// Waits for the moment at which somebody alive can reach what a goroutine waits for. False if that
// is so by now: what lies neither in the heap nor on a stack is a variable, which everybody can
// reach.
bool HeapPass::Work::watch(std::uint32_t row, Address target) {
  if (is_variable(target)) return false;
  if (const auto object = marker_.watch(target)) {
    by_object_.add(*object, row);
    return true;
  }
  const Present* owner = owner_of_stack(target);
  if (owner == nullptr || owner->row == Present::kNoRow || subjects_[owner->row].alive)
    return false;
  by_owner_.add(owner->row, row);
  return true;
}

// One target that can be reached at once is enough to wake.
void HeapPass::Work::watch_candidates() {
  std::vector<std::uint32_t> woken;
  for (const std::uint32_t row : candidates_) {
    const Subject& subject = subjects_[row];
    const auto targets = std::span(targets_).subspan(subject.first_target, subject.targets);
    if (!std::ranges::all_of(targets, [&](Address target) { return watch(row, target); })) {
      woken.push_back(row);
    }
  }
  wake(woken);
}

// Marks from a stack of which any word may be a pointer, for its goroutine is alive and may run.
// False if it cannot be read.
bool HeapPass::Work::add_whole_stack(const GoroutineRecord& record) {
  const Range& stack = record.key.stack;
  if (stack.size() > kMostStack) return false;
  std::vector<std::byte> bytes(stack.size());
  const bool read = memory_.read(stack.begin, bytes);
  marker_.add_roots(bytes);
  return read;
}

// Marks from some goroutines, sorted; notes those that did not lie still.
void HeapPass::Work::look(std::span<const Address> goroutines, std::vector<Address>& unparked) {
  batch_.read(code_, goroutines, Around::nothing);
  for (const Specimen& specimen : batch_.specimens()) {
    if (specimen.look == Look::dead) continue;
    if (specimen.look != Look::steady || specimen.end != StackEnd::complete) {
      unparked.push_back(specimen.record.address);
      continue;
    }
    add_fields(specimen.record, marker_);
    stack_roots_.add(specimen);
  }
  marker_.drain();
}

// The last resort for who never lay still: everything on its stack counts.
void HeapPass::Work::add_unparked(std::vector<Address> unparked) {
  if (unparked.empty()) return;
  batch_.read(code_, unparked, Around::nothing);
  for (const Specimen& specimen : batch_.specimens()) {
    if (specimen.look == Look::dead) continue;
    add_fields(specimen.record, marker_);
    const bool read = specimen.look != Look::unreadable && add_whole_stack(specimen.record);
    result_.complete = read && result_.complete;
  }
  marker_.drain();
  result_.unparked.insert(result_.unparked.end(), unparked.begin(), unparked.end());
}

// Marks from goroutines, whose stacks are read.
void HeapPass::Work::read(std::vector<Address> goroutines) {
  std::ranges::sort(goroutines);
  for (int i = 0; i < input_.looks && !goroutines.empty() && !is_over(); ++i) {
    if (i > 0) std::this_thread::sleep_for(kPause);
    std::vector<Address> unparked;
    for (std::size_t at = 0; at < goroutines.size(); at += kBatch) {
      look(std::span(goroutines).subspan(at, std::min(kBatch, goroutines.size() - at)), unparked);
    }
    goroutines = std::move(unparked);
  }
  add_unparked(std::move(goroutines));
}

// Marks from goroutines that are alive.
void HeapPass::Work::add_alive(std::span<const std::uint32_t> rows) {
  std::vector<Address> unknown;
  for (const std::uint32_t row : rows) {
    const Subject& subject = subjects_[row];
    if (subject.goroutine == 0) continue;  // it has ended
    // What was noted while the stack was read still holds if the goroutine has not run since.
    const auto pointers = input_.pointers.of(row);
    if (!subject.unmoved || !pointers) {
      unknown.push_back(subject.goroutine);
      continue;
    }
    for (const Address pointer : *pointers) marker_.add_root(pointer);
  }
  marker_.drain();
  read(std::move(unknown));
}

// Marks from goroutines that are not in the snapshot.
void HeapPass::Work::add_strangers() {
  std::vector<Address> strangers;
  for (const Present& present : input_.census) {
    const bool there = present.alive || !present.readable;
    if (present.row == Present::kNoRow && there) strangers.push_back(present.goroutine);
  }
  read(std::move(strangers));
}

// They are alive, and so is who waits for something on their stacks.
void HeapPass::Work::wake(std::span<const std::uint32_t> rows) {
  std::vector<std::uint32_t> pending(rows.begin(), rows.end());
  while (!pending.empty()) {
    const std::uint32_t row = pending.back();
    pending.pop_back();
    if (std::exchange(subjects_[row].alive, true)) continue;
    woken_.push_back(row);
    const auto guests = by_owner_.take(row);
    pending.insert(pending.end(), guests.begin(), guests.end());
  }
}

// Wakes those candidates that can be woken by now; returns who was woken since the last call.
std::vector<std::uint32_t> HeapPass::Work::wake() {
  for (const std::uint64_t object : marker_.take_seen()) wake(by_object_.take(object));
  asleep_ -= woken_.size();
  return std::exchange(woken_, {});
}

bool HeapPass::Work::is_over() const { return std::chrono::steady_clock::now() > input_.deadline; }

Reachability HeapPass::Work::run() {
  read_subjects();
  find_targets();
  find_candidates();
  result_.heap_bytes = spans_.scannable_bytes();
  result_.complete = true;
  watch_candidates();
  wake();  // those for which no heap need be read: what they wait for is a variable
  if (asleep_ == 0) return std::move(result_);
  result_.complete = add_global_roots(memory_, program_, spans_, marker_);
  for (const Address word : input_.words) marker_.add_root(word);
  marker_.drain();
  add_strangers();
  std::vector<std::uint32_t> fresh;
  for (std::uint32_t row = 0; row < subjects_.size(); ++row) {
    if (subjects_[row].alive) fresh.push_back(row);
  }
  do {
    add_alive(fresh);
    fresh = wake();
  } while (!fresh.empty() && asleep_ != 0 && !is_over());
  result_.out_of_time = is_over();
  result_.hit_limit = marker_.hit_limit();
  result_.complete = result_.complete && marker_.complete() && !result_.out_of_time;
  std::erase_if(candidates_, [this](std::uint32_t row) { return subjects_[row].alive; });
  if (result_.complete) result_.unreachable = std::move(candidates_);
  std::ranges::sort(result_.unparked);
  return std::move(result_);
}

// Whose pointers were not noted is read again, one by one: those are few, or old releases' (before
// go1.17).
std::optional<std::vector<std::uint64_t>> HeapPass::Work::weigh(
    std::span<const std::uint32_t> rows) {
  std::vector<std::uint64_t> held;
  held.reserve(rows.size());
  std::uint64_t before = marker_.marked();
  for (const std::uint32_t row : rows) {
    add_alive({&row, 1});
    if (!marker_.complete() || is_over()) return std::nullopt;
    held.push_back(marker_.marked() - before);
    before = marker_.marked();
  }
  return held;
}

HeapPass::HeapPass(const Memory& memory, const Program& program, const PassInput& input) {
  auto spans = Spans::read(memory, program.layout, program.tables.front().module());
  if (!spans || input.marks.size() != input.snapshot.goroutines.size()) return;
  work_ = std::make_unique<Work>(memory, program, input, *std::move(spans));
}

HeapPass::~HeapPass() = default;

Reachability HeapPass::find_unreachable() { return work_ ? work_->run() : Reachability(); }

std::optional<std::vector<std::uint64_t>> HeapPass::weigh(std::span<const std::uint32_t> rows) {
  return work_ ? work_->weigh(rows) : std::nullopt;
}

}  // namespace goknot::target
