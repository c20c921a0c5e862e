// SPDX-License-Identifier: Apache-2.0
#include "goknot/target/heap/referrers.h"

#include "goknot/model/function_name.h"
#include "goknot/target/asking_place.h"
#include "goknot/target/batch.h"
#include "goknot/target/channel_calls.h"
#include "goknot/target/code.h"
#include "goknot/target/goroutine_list.h"
#include "goknot/target/goroutine_record.h"
#include "goknot/target/heap/pointer_sink.h"
#include "goknot/target/heap/spans.h"
#include "goknot/target/heap/stack_roots.h"
#include "goknot/target/releases_ahead.h"

#include <absl/container/flat_hash_map.h>
#include <absl/container/flat_hash_set.h>

#include <algorithm>
#include <optional>
#include <tuple>
#include <utility>
#include <vector>

namespace goknot::target {

namespace {

constexpr std::size_t kWord = 8;
// The walk is for an explanation, not for a proof, so its bounds may be tight: a reference that is
// missed makes the answer plainer (an orphan instead of a cycle), never wrong about who is stuck.
constexpr std::size_t kMostRows = 4096;            // goroutines that are followed
constexpr std::size_t kMostOfOneStack = 64;        // of those that stand in one place
constexpr int kMostSteps = 8;                      // pointers in a row
constexpr std::size_t kMostVisits = 512;           // heap objects of one goroutine
constexpr std::uint64_t kMostObject = 64U << 10U;  // bytes; what is larger is data, not structure
constexpr std::uint64_t kMostAtOnce = 16U << 20U;  // bytes read in one go …
constexpr std::uint64_t kMostBytes = 512U << 20U;  // … and in all

// The rows to follow: all that are stuck, unless they are many.
std::vector<std::uint32_t> rows_to_follow(const Snapshot& snapshot) {
  std::vector<std::uint32_t> rows;
  absl::flat_hash_map<StackId, std::size_t> of_stack;
  for (std::uint32_t row = 0; row < snapshot.goroutines.size() && rows.size() < kMostRows; ++row) {
    if (!is_unreached(snapshot.goroutines[row].reach)) continue;
    if (++of_stack[snapshot.goroutines[row].stack] <= kMostOfOneStack) rows.push_back(row);
  }
  return rows;
}

// The pointers of one stack.
class Pointers final : public PointerSink {
 public:
  void add_root(Address address) override { addresses.push_back(address); }

  std::vector<Address> addresses;
};

// Follows goroutines through the heap, all of them one step at a time: what is read is read in few
// large steps.
class Walk {
 public:
  Walk(const Memory& memory, const Program& program, const Spans& spans,
       std::span<const Mark> marks, std::uint64_t most_bytes, Snapshot& snapshot);

  void run();

 private:
  // A goroutine has come to an object.
  struct Visit {
    std::uint32_t row = 0;
    HeapObject object;
  };

  void add_stacks(std::span<const std::uint32_t> rows);
  void note_intents(std::uint32_t row, const Specimen& specimen, ChannelCalls& calls);
  void note_intent(std::uint32_t row, const ChannelIntent& intent);
  void note_releases(std::uint32_t row, const Specimen& specimen, ReleasesAhead& releases);
  bool may_act(std::uint32_t row, ObjectId object) const;
  void arrive(std::uint32_t row, Address address);
  void note(std::uint32_t row, const absl::flat_hash_map<Address, std::vector<ObjectId>>& what,
            Address address);
  void step();
  std::size_t read(std::span<const Visit> visits);
  void expand(const Visit& visit, std::span<const std::byte> bytes);

  const Memory& memory_;
  const Program& program_;
  const Spans& spans_;
  std::span<const Mark> marks_;
  std::uint64_t most_at_once_;
  Snapshot& snapshot_;
  absl::flat_hash_set<Address> goroutines_;  // g structures: everybody can be reached through them
  absl::flat_hash_map<Address, std::vector<ObjectId>> in_heap_;     // by the heap object's address
  absl::flat_hash_map<Address, std::vector<ObjectId>> by_address_;  // by their own
  absl::flat_hash_map<Address, ObjectId> channels_;
  absl::flat_hash_set<std::uint32_t> defers_;  // rows that owe users' calls
  absl::flat_hash_set<std::pair<std::uint32_t, ObjectKind>> releases_;  // row, locks it may release
  absl::flat_hash_set<std::pair<std::uint32_t, std::uint32_t>> awaited_;  // row and object
  absl::flat_hash_set<std::pair<std::uint32_t, Address>> visited_;
  absl::flat_hash_map<std::uint32_t, std::size_t> visits_;              // by row
  absl::flat_hash_set<std::pair<std::uint32_t, std::uint32_t>> found_;  // row and object
  absl::flat_hash_set<std::tuple<std::uint32_t, std::uint32_t, Operation>> intents_;
  std::vector<Visit> next_;
  std::vector<std::byte> bytes_;
  std::uint64_t read_ = 0;
};

Walk::Walk(const Memory& memory, const Program& program, const Spans& spans,
           std::span<const Mark> marks, std::uint64_t most_bytes, Snapshot& snapshot)
    : memory_(memory),
      program_(program),
      spans_(spans),
      marks_(marks),
      most_at_once_(std::clamp(most_bytes, kMostObject, kMostAtOnce)),
      snapshot_(snapshot) {
  if (const auto all = read_goroutine_list(memory, program.goroutines)) {
    goroutines_.insert(all->begin(), all->end());
  }
  // A deferred call of the program itself may do anything, also release a lock; those of the
  // standard library were looked at (target/holds.h).
  for (const DeferredCall& call : snapshot.deferred) {
    if (!is_standard_function(snapshot.strings[call.function])) defers_.insert(call.goroutine);
  }
  absl::flat_hash_set<std::uint32_t> seen;
  // Small objects share a block of the heap, so for them the exact address must be met; of all
  // others any pointer into the object will do, as a lock is mostly reached by way of the struct
  // around it.
  for (const Wait& wait : snapshot.waits) {
    if (!wait.object || !is_unreached(snapshot.goroutines[wait.goroutine].reach)) continue;
    const WaitObject& object = snapshot.objects[wait.object.index()];
    if (!object.address || object.identity != Identity::exact) continue;
    if (object.kind == ObjectKind::channel) channels_.emplace(*object.address, wait.object);
    awaited_.emplace(wait.goroutine, wait.object.value);
    if (!seen.insert(wait.object.value).second) continue;
    const auto place = spans.find(*object.address);
    if (place && !is_shared(spans.spans()[place->span])) {
      in_heap_[spans.begin_of(*place)].push_back(wait.object);
    } else {
      by_address_[*object.address].push_back(wait.object);
    }
  }
}

void Walk::note(std::uint32_t row, const absl::flat_hash_map<Address, std::vector<ObjectId>>& what,
                Address address) {
  const auto objects = what.find(address);
  if (objects == what.end()) return;
  for (const ObjectId object : objects->second) {
    if (!may_act(row, object)) continue;
    if (found_.insert({row, object.value}).second) snapshot_.references.push_back({row, object});
  }
}

// Through a g one would come to everything that its goroutine waits for: the way stops there.
void Walk::arrive(std::uint32_t row, Address address) {
  const auto object = spans_.find(address);
  note(row, by_address_, address);
  if (!object) return;
  const Address begin = spans_.begin_of(*object);
  if (goroutines_.contains(begin)) return;
  if (!visited_.insert({row, begin}).second) return;
  note(row, in_heap_, begin);
  const Span& span = spans_.spans()[object->span];
  if (!span.has_pointers || span.object_size > kMostObject) return;
  if (++visits_[row] <= kMostVisits) next_.push_back({row, *object});
}

void Walk::add_stacks(std::span<const std::uint32_t> rows) {
  absl::flat_hash_map<Address, std::uint32_t> row_of;
  std::vector<Address> addresses;
  for (const std::uint32_t row : rows) {
    row_of.emplace(marks_[row].goroutine, row);
    addresses.push_back(marks_[row].goroutine);
  }
  std::ranges::sort(addresses);
  Snapshot names;  // takes the names of the code, which nobody asks for here
  Code code(memory_, program_.layout, program_.tables, names);
  Batch batch;
  batch.read(code, addresses, Around::nothing);
  Pointers pointers;
  StackRoots roots(code, pointers);
  ChannelCalls calls(code);
  LockCalls lock_calls(code);
  LockWrappers wrappers(code, lock_calls);
  ReleasesAhead releases(code, wrappers);
  for (const Specimen& specimen : batch.specimens()) {
    const std::uint32_t row = row_of[specimen.record.address];
    const bool whole = specimen.look == Look::steady && specimen.end == StackEnd::complete;
    if (!whole || key_of(specimen.record) != marks_[row].key) continue;
    note_intents(row, specimen, calls);
    note_releases(row, specimen, releases);
    pointers.addresses.clear();
    roots.add(specimen);
    for (const Address address : pointers.addresses) arrive(row, address);
  }
}

// What it is going to do with channels when its own wait has ended.
void Walk::note_intents(std::uint32_t row, const Specimen& specimen, ChannelCalls& calls) {
  for (const ChannelIntent& intent : calls.intents(specimen)) note_intent(row, intent);
}

// Who has come to a channel for the first time gives back later what it takes there, as with a
// semaphore; who has used it before works for others.
void Walk::note_intent(std::uint32_t row, const ChannelIntent& intent) {
  const auto object = channels_.find(intent.channel);
  if (object == channels_.end()) return;
  if (awaited_.contains({row, object->second.value}) && !intent.again) return;
  found_.insert({row, object->second.value});
  if (!intents_.insert({row, object->second.value, intent.operation}).second) return;
  snapshot_.references.push_back({row, object->second, intent.operation});
}

// Which locks it may give up although nobody was seen to be their holder.
void Walk::note_releases(std::uint32_t row, const Specimen& specimen, ReleasesAhead& releases) {
  for (const ObjectKind kind : {ObjectKind::mutex, ObjectKind::rwmutex}) {
    const auto may = [&](const Activation& activation) {
      return releases.may_follow(*activation.site, kind);
    };
    if (defers_.contains(row) || std::ranges::any_of(specimen.activations, may)) {
      releases_.emplace(row, kind);
    }
  }
}

// To know a lock is not enough to release it: the code ahead must do that, or a deferred call may.
// For a channel knowing it is enough, as anybody may send, receive or close.
bool Walk::may_act(std::uint32_t row, ObjectId object) const {
  const ObjectKind kind = snapshot_.objects[object.index()].kind;
  return !is_sync_lock(kind) || releases_.contains({row, kind});
}

// What a waiter's own record on a wait list leads to is its goroutine, not what it could act on.
// A sudog is told by its first word, g, and by its size; the size class may be one word larger.
void Walk::expand(const Visit& visit, std::span<const std::byte> bytes) {
  const auto waiter_size = static_cast<std::uint64_t>(program_.layout.sudog.size);
  const bool waiter = bytes.size() >= waiter_size && bytes.size() - waiter_size <= kWord &&
                      goroutines_.contains(load<Address>(bytes, 0));
  if (waiter) return;
  for (std::size_t at = 0; at + kWord <= bytes.size(); at += kWord) {
    arrive(visit.row, load<Address>(bytes, at));
  }
}

void Walk::step() {
  const std::vector<Visit> visits = std::exchange(next_, {});
  for (std::size_t at = 0; at < visits.size() && read_ < kMostBytes;) {
    at += read(std::span(visits).subspan(at));
  }
}

// Goes through as many visits as fit; returns how many.
std::size_t Walk::read(std::span<const Visit> visits) {
  std::uint64_t size = 0;
  std::size_t count = 0;
  for (; count < visits.size(); ++count) {
    const std::uint64_t length = spans_.spans()[visits[count].object.span].object_size;
    if (size + length > most_at_once_) break;
    size += length;
  }
  if (bytes_.size() < size) bytes_.resize(size);
  std::vector<Piece> pieces;
  std::uint64_t at = 0;
  for (const Visit& visit : visits.first(count)) {
    const std::uint64_t length = spans_.spans()[visit.object.span].object_size;
    pieces.push_back({spans_.begin_of(visit.object), std::span(bytes_).subspan(at, length)});
    at += length;
  }
  memory_.read_all(pieces);
  read_ += size;
  for (std::size_t i = 0; i < count; ++i) {
    if (pieces[i].read) expand(visits[i], pieces[i].into);
  }
  return count;
}

void Walk::run() {
  const std::vector<std::uint32_t> rows = rows_to_follow(snapshot_);
  add_stacks(rows);
  for (int i = 0; i < kMostSteps && !next_.empty(); ++i) step();
  std::ranges::stable_sort(snapshot_.references, {}, &Reference::goroutine);
}

}  // namespace

void find_references(const Memory& memory, const Program& program, std::span<const Mark> marks,
                     std::uint64_t most_bytes, Snapshot& snapshot) {
  if (marks.size() != snapshot.goroutines.size()) return;
  if (std::ranges::none_of(snapshot.goroutines, is_unreached, &Goroutine::reach)) return;
  const auto spans = Spans::read(memory, program.layout, program.tables.front().module());
  if (spans) Walk(memory, program, *spans, marks, most_bytes, snapshot).run();
}

}  // namespace goknot::target
