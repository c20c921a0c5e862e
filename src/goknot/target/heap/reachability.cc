// SPDX-License-Identifier: Apache-2.0
#include "goknot/target/heap/reachability.h"

#include "goknot/target/batch.h"
#include "goknot/target/code.h"
#include "goknot/target/goroutine_list.h"
#include "goknot/target/goroutine_record.h"
#include "goknot/target/heap/marker.h"
#include "goknot/target/heap/roots.h"
#include "goknot/target/heap/spans.h"
#include "goknot/target/heap/stack_roots.h"
#include "goknot/target/structures.h"

#include <algorithm>
#include <numeric>
#include <optional>

namespace goknot::target {

namespace {

constexpr std::size_t kBatch = 4096;
constexpr Address kMostStack = Address{64} << 20U;

// A goroutine on the way to being called alive or not.
struct Subject {
  GoroutineRecord record;
  std::vector<Address> targets;  // what it waits for; empty: nothing that is known
  bool readable = false;
  bool blocked = false;  // only others can end its wait
  bool alive = false;
  bool forever = false;  // nothing at all can end its wait
};

bool is_blocked(const Goroutine& goroutine) {
  if (goroutine.state != State::waiting || goroutine.system) return false;
  const WaitKind kind = wait_kind(goroutine.reason);
  return kind == WaitKind::channel || kind == WaitKind::lock || kind == WaitKind::group ||
         kind == WaitKind::forever;
}

class Pass {
 public:
  Pass(const Memory& memory, const Program& program, const Snapshot& snapshot,
       std::span<const Mark> marks, const Spans& spans, std::uint64_t limit)
      : memory_(memory),
        program_(program),
        snapshot_(snapshot),
        marks_(marks),
        spans_(spans),
        marker_(memory, spans, opaque(), limit),
        code_(memory, program.layout, program.tables, names_),
        stack_roots_(code_, marker_) {}

  Reachability run();

 private:
  Opaque opaque() const;
  void read_subjects();
  void find_targets();
  bool add_whole_stack(const GoroutineRecord& record);
  bool add_alive(std::span<const std::uint32_t> rows);
  void add_fields(const GoroutineRecord& record);
  bool can_be_woken(const Subject& subject) const;
  std::optional<std::uint32_t> owner_of_stack(Address address) const;
  bool is_quiet();

  const Memory& memory_;
  const Program& program_;
  const Snapshot& snapshot_;
  std::span<const Mark> marks_;
  const Spans& spans_;
  Marker marker_;
  Snapshot names_;  // takes the names of the code, which nobody asks for here
  Code code_;
  Batch batch_;
  StackRoots stack_roots_;
  std::vector<Subject> subjects_;
  std::vector<std::uint32_t> order_;  // rows by the addresses of their goroutines
  std::vector<Address> addresses_;    // of the goroutines, in that order
  Structures structures_;
  std::vector<std::pair<Address, std::uint32_t>> stacks_;  // ends of stacks, by address
};

Opaque Pass::opaque() const {
  Opaque opaque;
  // Dead ones, too: they are used again.
  const auto all = read_goroutine_list(memory_, program_.goroutines);
  if (all) opaque.goroutines.insert(all->begin(), all->end());
  opaque.goroutine_size = record_size(program_.layout);
  opaque.waiter_size = static_cast<std::uint64_t>(program_.layout.sudog.size);
  return opaque;
}

void Pass::read_subjects() {
  const std::size_t size = record_size(program_.layout);
  order_.resize(marks_.size());
  std::iota(order_.begin(), order_.end(), 0U);
  std::ranges::sort(order_, {}, [this](std::uint32_t row) { return marks_[row].goroutine; });
  for (const std::uint32_t row : order_) addresses_.push_back(marks_[row].goroutine);
  structures_.read(memory_, addresses_, size);
  subjects_.resize(marks_.size());
  for (std::size_t k = 0; k < order_.size(); ++k) {
    const std::uint32_t i = order_[k];
    Subject& subject = subjects_[i];
    subject.readable = structures_.has(k);
    if (!subject.readable) continue;
    subject.record = read_record(program_.layout, marks_[i].goroutine, structures_[k]);
    const bool unmoved = key_of(subject.record) == marks_[i].key;
    subject.blocked = unmoved && is_blocked(snapshot_.goroutines[i]);
    subject.forever = wait_kind(snapshot_.goroutines[i].reason) == WaitKind::forever;
    if (subject.record.is_alive()) {
      stacks_.emplace_back(subject.record.key.stack.end, i);
    }
  }
  std::ranges::sort(stacks_);
}

void Pass::find_targets() {
  for (const Wait& wait : snapshot_.waits) {
    Subject& subject = subjects_[wait.goroutine];
    if (!wait.object) continue;
    const WaitObject& object = snapshot_.objects[wait.object.index()];
    if (object.address && object.identity == Identity::exact) {
      subject.targets.push_back(*object.address);
    } else if (!subject.forever) {
      subject.blocked = false;  // who could wake it cannot be told
    }
  }
  for (Subject& subject : subjects_) {
    if (subject.targets.empty() && !subject.forever) subject.blocked = false;
    subject.alive = !subject.blocked;
  }
}

std::optional<std::uint32_t> Pass::owner_of_stack(Address address) const {
  const auto after =
      std::ranges::upper_bound(stacks_, address, {}, &std::pair<Address, std::uint32_t>::first);
  if (after == stacks_.end()) return std::nullopt;
  return subjects_[after->second].record.key.stack.contains(address) ? std::optional(after->second)
                                                                     : std::nullopt;
}

// Somebody alive can reach something it waits for. What lies neither in the heap nor on a stack is
// a variable, which everybody can reach.
bool Pass::can_be_woken(const Subject& subject) const {
  return std::ranges::any_of(subject.targets, [this](Address target) {
    if (spans_.find(target)) return marker_.is_marked(target);
    const auto owner = owner_of_stack(target);
    return !owner || subjects_[*owner].alive;
  });
}

// What the collector scans of a g besides its stack.
void Pass::add_fields(const GoroutineRecord& record) {
  for (const Address field : {record.defers, record.panics, record.parameter, record.labels,
                              record.coroutine, record.ancestors, record.timer, record.context}) {
    marker_.add_root(field);
  }
}

// Marks from the stack of a goroutine that is alive but may run: any word of it may be a pointer.
// False if it cannot be read.
bool Pass::add_whole_stack(const GoroutineRecord& record) {
  const Range& stack = record.key.stack;
  if (stack.size() > kMostStack) return false;
  std::vector<std::byte> bytes(stack.size());
  const bool read = memory_.read(stack.begin, bytes);
  marker_.add_roots(bytes);
  return read;
}

// Marks from goroutines that are alive. False if the stack of one cannot be read.
bool Pass::add_alive(std::span<const std::uint32_t> rows) {
  bool complete = true;
  std::vector<Address> addresses;
  for (const std::uint32_t row : rows) {
    if (!subjects_[row].readable) return false;
    if (subjects_[row].record.is_alive()) addresses.push_back(marks_[row].goroutine);
  }
  std::ranges::sort(addresses);
  for (std::size_t at = 0; at < addresses.size(); at += kBatch) {
    batch_.read(code_, std::span(addresses).subspan(at, std::min(kBatch, addresses.size() - at)),
                Around::nothing);
    for (const Specimen& specimen : batch_.specimens()) {
      if (specimen.look == Look::dead) continue;
      add_fields(specimen.record);
      if (specimen.look == Look::steady && specimen.end == StackEnd::complete) {
        stack_roots_.add(specimen);
      } else {
        complete = add_whole_stack(specimen.record) && complete;
      }
    }
    marker_.drain();
  }
  return complete;
}

bool Pass::is_quiet() {
  structures_.read(memory_, addresses_, record_size(program_.layout));
  for (std::size_t k = 0; k < order_.size(); ++k) {
    const std::uint32_t i = order_[k];
    if (snapshot_.goroutines[i].system) continue;
    const GoroutineRecord& before = subjects_[i].record;
    if (!structures_.has(k) || before.status.state == State::running) return false;
    const GoroutineRecord now = read_record(program_.layout, addresses_[k], structures_[k]);
    if (key_of(now) != key_of(before)) return false;
  }
  return true;
}

Reachability Pass::run() {
  Reachability result;
  read_subjects();
  find_targets();
  result.complete = add_global_roots(memory_, program_, spans_, marker_);
  marker_.drain();
  std::vector<std::uint32_t> fresh;
  for (std::uint32_t row = 0; row < subjects_.size(); ++row) {
    if (subjects_[row].alive) fresh.push_back(row);
  }
  while (!fresh.empty()) {
    result.complete = add_alive(fresh) && result.complete;
    fresh.clear();
    for (std::uint32_t row = 0; row < subjects_.size(); ++row) {
      Subject& subject = subjects_[row];
      if (subject.alive || !can_be_woken(subject)) continue;
      subject.alive = true;
      fresh.push_back(row);
    }
  }
  result.complete = result.complete && marker_.complete();
  result.copied = marker_.copied();
  result.quiet = is_quiet();
  for (std::uint32_t row = 0; result.complete && row < subjects_.size(); ++row) {
    if (!subjects_[row].alive) result.unreachable.push_back(row);
  }
  return result;
}

}  // namespace

Reachability find_unreachable(const Memory& memory, const Program& program,
                              const Snapshot& snapshot, std::span<const Mark> marks,
                              std::uint64_t limit) {
  const auto spans = Spans::read(memory, program.layout, program.tables.front().module());
  if (!spans || marks.size() != snapshot.goroutines.size()) return {};
  return Pass(memory, program, snapshot, marks, *spans, limit).run();
}

}  // namespace goknot::target
