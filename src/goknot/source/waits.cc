// SPDX-License-Identifier: Apache-2.0
#include "goknot/source/waits.h"

#include "goknot/model/arguments.h"
#include "goknot/model/function_name.h"
#include "goknot/model/receivers.h"
#include "goknot/source/wait_site.h"

#include <absl/container/flat_hash_map.h>

#include <algorithm>
#include <charconv>
#include <iterator>
#include <tuple>

namespace goknot::source {

namespace {

// Releases since which arguments come in registers, and doubtful ones are marked.
constexpr int kRegisterArguments = 17;
constexpr int kMarkedArguments = 18;
constexpr std::uint64_t kLargestStruct =
    65536;  // bytes; a lock lies inside the struct that owns it

// The minor release of "go1.18.3"; 0 if unknown.
int minor_release(std::string_view version) {
  if (!version.starts_with("go1.")) return 0;
  int minor = 0;
  std::from_chars(version.data() + 4, version.data() + version.size(), minor);
  return minor;
}

// Fills waits and objects of one snapshot.
// A text names no objects. What it has are frames, and arguments of them that may be stale. For
// each goroutine: the frames say what kind of wait it is (wait_site.h) and in which argument the
// address of the object would stand; whether that word can be trusted depends on the release. From
// an example:
//
//     sync.runtime_SemacquireMutex(0xc0000140e4, ...)    the semaphore: the Mutex is 4 less
//     sync.(*Mutex).lockSlow(0xc0000140e0)               the Mutex itself
//     main.(*Hub).Add(0xc0000140d8, ...)                 its owner, a Hub at 8 less
//
// Whoever shows no address is joined afterwards with those that do, if they have one owner in
// common and there is only one lock of it that anybody waits for.
class Pass {
 public:
  explicit Pass(Snapshot& snapshot)
      : snapshot_(snapshot),
        minor_(minor_release(snapshot.origin.go_version)),
        arguments_exact_(minor_ >= kMarkedArguments),
        known_receivers_(snapshot) {}

  void run() {
    keep_told();
    for (std::size_t row = 0; row < snapshot_.goroutines.size(); row++) {
      const auto told = told_.find(row);
      told == told_.end() ? add(row) : complete(told->second);
    }
    settle_owners();
    join_by_owner();
    join_closures();
    std::ranges::stable_sort(snapshot_.waits, {}, &Wait::goroutine);
  }

 private:
  struct Word {
    std::uint64_t value = 0;
    bool exact = false;
  };
  struct Owner {
    std::uint64_t address = 0;
    StringId type;
    friend bool operator==(const Owner&, const Owner&) = default;
    template <typename H>
    friend H AbslHashValue(H h, const Owner& o) {
      return H::combine(std::move(h), o.address, o.type);
    }
  };
  using AddressKey = std::pair<std::uint64_t, bool>;  // address, is a lock
  using PlaceKey = std::tuple<ObjectKind, std::uint64_t, std::uint32_t>;

  void keep_told();
  void complete(std::size_t first);
  void add(std::size_t row);
  const WaitSite& site_of(const Goroutine& goroutine);
  std::optional<Word> word(const Goroutine& goroutine, std::uint32_t depth,
                           bool always_exact) const;
  void take_address(WaitObject& object, const Goroutine& goroutine, const AddressSlot& slot) const;
  bool usable(const Goroutine& goroutine, const AddressSlot& semaphore) const;
  void find_object(const Goroutine& goroutine, const WaitSite& site, Wait& wait);
  StringId type_of(StringId function);
  std::optional<Word> receiver_at(const Goroutine& goroutine, std::uint32_t depth);
  void note_owner(WaitObject& object, const Goroutine& goroutine, const WaitSite& site);
  void merge(WaitObject& known, const WaitObject& object) const;
  ObjectId find_or_add(const WaitObject& object, std::uint32_t place);
  void settle_owners();
  void join_by_owner();
  void join_closures();

  Snapshot& snapshot_;
  int minor_;  // release; 0: not known
  bool arguments_exact_;
  Receivers known_receivers_;
  absl::flat_hash_map<std::pair<StackId, WaitReason>, WaitSite> sites_;
  absl::flat_hash_map<std::size_t, std::size_t> told_;  // the first wait of a goroutine, by row
  absl::flat_hash_map<AddressKey, ObjectId> by_address_;
  absl::flat_hash_map<PlaceKey, ObjectId> by_place_;
  absl::flat_hash_map<StringId, StringId> types_;  // by function
  absl::flat_hash_map<StringId, std::vector<std::uint64_t>>
      receivers_;  // by type, of the frames that wait
};

// Notes what another source has filled in.
void Pass::keep_told() {
  for (std::size_t i = 0; i < snapshot_.waits.size(); i++) {
    told_.try_emplace(snapshot_.waits[i].goroutine, i);
  }
  for (std::size_t i = 0; i < snapshot_.objects.size(); i++) {
    const WaitObject& object = snapshot_.objects[i];
    if (object.address)
      by_address_.try_emplace({*object.address, is_lock(object.kind)}, ObjectId(i));
  }
}

// Fills in what frames tell of waits that were read from memory.
void Pass::complete(std::size_t first) {
  const std::uint32_t row = snapshot_.waits[first].goroutine;
  const Goroutine& goroutine = snapshot_.goroutines[row];
  const WaitSite& site = site_of(goroutine);
  for (std::size_t i = first; i < snapshot_.waits.size(); i++) {
    Wait& wait = snapshot_.waits[i];
    if (wait.goroutine != row) break;
    wait.frame = site.frame;
    if (!wait.object || wait.kind == ObjectKind::channel) continue;
    WaitObject object = snapshot_.objects[wait.object.index()];
    object.owner.reset();
    note_owner(object, goroutine, site);
    merge(snapshot_.objects[wait.object.index()], object);
  }
}

void Pass::add(std::size_t row) {
  const Goroutine& goroutine = snapshot_.goroutines[row];
  if (goroutine.system || (goroutine.state != State::waiting && goroutine.state != State::unknown))
    return;
  const WaitSite& site = site_of(goroutine);
  if (site.kind == ObjectKind::unknown && site.operation == Operation::unknown) return;
  Wait wait{.goroutine = static_cast<std::uint32_t>(row),
            .object = {},
            .kind = site.kind,
            .operation = site.operation,
            .identity = Identity::none,
            .frame = site.frame,
            .writer_queued = site.writer_queued};
  find_object(goroutine, site, wait);
  snapshot_.waits.push_back(wait);
}

const WaitSite& Pass::site_of(const Goroutine& goroutine) {
  const auto [entry, added] = sites_.try_emplace({goroutine.stack, goroutine.reason});
  if (added) entry->second = find_wait_site(snapshot_, goroutine.stack, goroutine.reason);
  return entry->second;
}

// The first argument of a frame, and whether it can be trusted to be what the function was called
// with.
std::optional<Pass::Word> Pass::word(const Goroutine& goroutine, std::uint32_t depth,
                                     bool always_exact) const {
  const Argument argument = first_argument(snapshot_.argument_text(goroutine, depth));
  // A slot printed with "?" may hold anything by now; used as an address it would join what does
  // not belong together.
  if (!argument.known || !argument.exact || argument.value < 4096) return {};
  return Word{argument.value, always_exact || arguments_exact_};
}

void Pass::find_object(const Goroutine& goroutine, const WaitSite& site, Wait& wait) {
  // Timers and sockets of different goroutines are different things; a row for each would tell
  // nobody anything.
  if (site.kind == ObjectKind::timer || site.kind == ObjectKind::socket) return;
  WaitObject object;
  object.kind = site.kind;
  if (site.address) take_address(object, goroutine, *site.address);
  if (site.semaphore && object.identity != Identity::exact && usable(goroutine, *site.semaphore)) {
    take_address(object, goroutine, *site.semaphore);
  }
  note_owner(object, goroutine, site);
  if (!object.address && !is_lock(object.kind) && object.kind != ObjectKind::wait_group) return;
  const auto frames = snapshot_.stacks.frames(goroutine.stack);
  wait.object = find_or_add(object, site.frame < frames.size() ? frames[site.frame].value : 0);
  wait.identity = object.identity;
}

void Pass::take_address(WaitObject& object, const Goroutine& goroutine,
                        const AddressSlot& slot) const {
  // go1.17 does not say that the slot is dead by now; only a Once is needed to the end.
  const bool dead = minor_ == kRegisterArguments && !slot.always_exact;
  if (dead && object.kind != ObjectKind::once) return;
  const auto found = word(goroutine, slot.depth, slot.always_exact);
  if (!found) return;
  object.address = found->value + static_cast<std::uint64_t>(std::int64_t{slot.offset});
  object.identity = found->exact ? Identity::exact : Identity::inexact;
}

// The argument of sync.runtime_Semacquire… is dead since go1.17, printed with "?" or not.
bool Pass::usable(const Goroutine& goroutine, const AddressSlot& semaphore) const {
  if (semaphore.always_exact) return true;
  return minor_ < kRegisterArguments &&
         first_argument(snapshot_.argument_text(goroutine, semaphore.depth)).exact;
}

// "pkg.Type" of the receiver of a method.
StringId Pass::type_of(StringId function) {
  const auto [entry, added] = types_.try_emplace(function);
  if (added) {
    const FunctionName name = parse_function_name(snapshot_.strings[function]);
    std::string type(name.package);
    entry->second = snapshot_.strings.add(type.append(".").append(name.type));
  }
  return entry->second;
}

// A word that is not sure by itself may be so by what other goroutines show.
std::optional<Pass::Word> Pass::receiver_at(const Goroutine& goroutine, std::uint32_t depth) {
  const auto word = this->word(goroutine, depth, false);
  if (word && word->exact) return word;
  const auto known = known_receivers_.at(goroutine, depth);
  return known ? Word{*known, true} : word;
}

void Pass::note_owner(WaitObject& object, const Goroutine& goroutine, const WaitSite& site) {
  if (!site.owner) return;
  const auto frames = snapshot_.stacks.frames(goroutine.stack);
  object.owner_type = type_of(snapshot_.stacks[frames[*site.owner]].function);
  const auto receiver = receiver_at(goroutine, *site.owner);
  // A method may lock something that is not its receiver's: then the address does not lie inside
  // the receiver.
  const bool inside =
      !receiver || !object.address ||
      (*object.address >= receiver->value && *object.address - receiver->value < kLargestStruct);
  if (receiver) receivers_[object.owner_type].push_back(receiver->value);
  if (!inside) {
    object.owner_type = StringId();
    return;
  }
  if (receiver) {
    object.owner = receiver->value;
    if (object.identity == Identity::none) {
      object.identity = receiver->exact ? Identity::owner : Identity::inexact;
    }
  }
}

// By address where there is one, else by owner and its type, else by place in code: the latter only
// says that they wait at the same line.
ObjectId Pass::find_or_add(const WaitObject& object, std::uint32_t place) {
  const ObjectId next(snapshot_.objects.size());
  ObjectId id;
  if (object.address) {
    id = by_address_.try_emplace({*object.address, is_lock(object.kind)}, next).first->second;
  } else {
    const std::uint64_t owner = object.owner.value_or(0);
    const std::uint32_t where = object.owner ? object.owner_type.value : place;
    id = by_place_.try_emplace({ObjectKind::lock, owner, where}, next).first->second;
  }
  if (id == next) {
    snapshot_.objects.push_back(object);
    return id;
  }
  // A reader tells that it is an rwmutex; a writer behind another writer only shows the mutex
  // inside.
  WaitObject& known = snapshot_.objects[id.index()];
  if (object.kind == ObjectKind::rwmutex || object.kind == ObjectKind::once)
    known.kind = object.kind;
  merge(known, object);
  known.identity = std::max(known.identity, object.identity);
  return id;
}

// What one more waiter shows of the owner of an object.
void Pass::merge(WaitObject& known, const WaitObject& object) const {
  if (known.owner) return;
  known.owner = object.owner;
  if (object.owner || !known.owner_type) known.owner_type = object.owner_type;
}

// A method may lock a neighbour of its receiver: the owner of a lock is the nearest receiver of its
// type below it.
void Pass::settle_owners() {
  for (auto& [type, addresses] : receivers_) std::ranges::sort(addresses);
  for (WaitObject& object : snapshot_.objects) {
    if (!object.address || !object.owner) continue;
    const std::vector<std::uint64_t>& known = receivers_[object.owner_type];
    const auto above = std::ranges::upper_bound(known, *object.address);
    if (above != known.begin()) object.owner = *std::prev(above);
  }
}

// Waiters of `&h.mu` whose frames show no address but the receiver h, and those that show the
// address, wait for the same lock if h has one lock only that anybody is seen to wait for.
void Pass::join_by_owner() {
  absl::flat_hash_map<Owner, std::vector<ObjectId>> addressed;
  for (std::size_t i = 0; i < snapshot_.objects.size(); i++) {
    const WaitObject& object = snapshot_.objects[i];
    if (is_lock(object.kind) && object.address && object.owner) {
      addressed[{*object.owner, object.owner_type}].push_back(ObjectId(i));
    }
  }
  for (Wait& wait : snapshot_.waits) {
    if (!wait.object) continue;
    const WaitObject& object = snapshot_.objects[wait.object.index()];
    if (!is_lock(object.kind) || object.address || !object.owner) continue;
    const auto found = addressed.find({*object.owner, object.owner_type});
    if (found == addressed.end() || found->second.size() != 1) continue;
    WaitObject& joined = snapshot_.objects[found->second.front().index()];
    if (object.kind == ObjectKind::rwmutex) joined.kind = ObjectKind::rwmutex;
    wait.object = found->second.front();
  }
}

// A closure shows no receiver. One of h's methods that waits to read, while somebody waits for an
// rwmutex of the only h that is seen to have one, waits for that.
void Pass::join_closures() {
  absl::flat_hash_map<StringId, std::vector<ObjectId>> owned;
  for (std::size_t i = 0; i < snapshot_.objects.size(); i++) {
    const WaitObject& object = snapshot_.objects[i];
    if (object.kind == ObjectKind::rwmutex && object.owner)
      owned[object.owner_type].push_back(ObjectId(i));
  }
  for (Wait& wait : snapshot_.waits) {
    if (!wait.object || wait.operation != Operation::rlock) continue;
    const WaitObject& object = snapshot_.objects[wait.object.index()];
    if (object.address || object.owner) continue;
    const auto frames = snapshot_.stacks.frames(snapshot_.goroutines[wait.goroutine].stack);
    if (wait.frame >= frames.size()) continue;
    const StringId function = snapshot_.stacks[frames[wait.frame]].function;
    if (parse_function_name(snapshot_.strings[function]).suffix.empty()) continue;
    const auto found = owned.find(type_of(function));
    if (found == owned.end() || found->second.size() != 1) continue;
    wait.object = found->second.front();
    wait.identity = Identity::inexact;
  }
}

}  // namespace

void add_waits(Snapshot& snapshot) { Pass(snapshot).run(); }

}  // namespace goknot::source
