// SPDX-License-Identifier: Apache-2.0
#include "goknot/analysis/locks.h"

#include "goknot/analysis/methods.h"
#include "goknot/model/arguments.h"
#include "goknot/model/function_name.h"

#include <absl/container/flat_hash_map.h>
#include <absl/container/flat_hash_set.h>

#include <algorithm>
#include <map>
#include <span>

namespace goknot::analysis {

namespace {

constexpr std::size_t kMostMentioners = 2000;  // goroutines whose arguments are read for addresses
constexpr std::uint64_t kUsualStruct =
    512;  // bytes: a lock so far behind the receiver is inside it
constexpr std::uint64_t kLargestStruct = 65536;  // bytes: one further behind is not
constexpr std::ptrdiff_t kMostHints =
    8;  // frames of one stack that hint at one lock; a deep recursion has more
constexpr std::ptrdiff_t kMostAlike = 8;  // of one group; more of a crowd tell no more
constexpr std::size_t kMostNear = 8;      // of them that lie inside one object
constexpr std::size_t kMostLocks = 64;    // at one line or of one type; of more only addresses tell
constexpr std::size_t kMostHolders = 64;  // kept for a lock; more candidates than that tell nothing

// Where somebody waits for a lock: function and line, and the lock's number.
struct LockLine {
  std::uint32_t line = 0;
  std::size_t lock = 0;
};

constexpr std::size_t kByAddress = SIZE_MAX;

// A frame of a stack that hints at holding a lock; or at one of so many locks that only the
// receiver's address tells which.
struct Hint {
  std::size_t lock = kByAddress;
  std::uint32_t frame = 0;
  Strength strength = Strength::type;
};

// Whether a lock belongs to the object at some address.
enum class Belongs : std::uint8_t { unknown, yes, no };

// By the owner the waiters show; else by the address of the lock, which lies inside its owner.
// Where the owner is not known a lock at +0x18 of the receiver is inside it. Go's structs are
// mostly small; what lies further behind than kUsualStruct may belong to the next object, and is
// unknown.
Belongs compare(const WaitObject& lock, std::uint64_t receiver) {
  if (lock.address == receiver || lock.owner == receiver) return Belongs::yes;
  if (lock.owner) return Belongs::no;
  if (!lock.address || lock.identity != Identity::exact) return Belongs::unknown;
  if (*lock.address < receiver || *lock.address - receiver > kLargestStruct) return Belongs::no;
  return *lock.address - receiver <= kUsualStruct ? Belongs::yes : Belongs::unknown;
}

// In five passes: the waiters make the locks; each lock is indexed by the lines where it is waited
// for, by the type of its owner and by addresses; memory's own holders are taken; then every frame
// of every stack is asked whether it hints at one of the locks; last, arguments that mention an
// address. An example of all hints, for a lock that others wait for in (*Hub).Add at hub.go:20:
//
//     main.(*Hub).Add(0xc000105e00) hub.go:24        passed: the same function, behind that line
//     main.(*Hub).Run(0xc000105e00) hub.go:81        receiver: a method of the same object
//     main.(*Hub).Run(0xc000233000) hub.go:81        nothing: another object's method
//     main.(*Hub).Run(...)          hub.go:81        type: inlined, no receiver is printed
//     main.serve(0xc000105e00)      serve.go:9       mentions
//
// With m locks and n frames this would cost m * n where many objects of one type are contended;
// beyond kMostLocks of one line or type only those are looked at whose address is near the
// receiver.
class Finder {
 public:
  explicit Finder(const Scene& scene)
      : scene_(scene), snapshot_(scene.snapshot()), methods_(snapshot_) {}

  std::vector<ContendedLock> run();

 private:
  void collect_waiters();
  void add_waiter(std::uint32_t row, const Wait& wait);
  void index_lock(std::size_t lock);
  void take_known_holders();
  void search_group(std::size_t group);
  void search_frame(StackId stack, std::uint32_t depth, std::vector<Hint>& hints);
  void search_line(const Frame& frame, std::uint32_t depth, std::vector<Hint>& hints) const;
  void note_bystander(std::uint32_t row, const Hint& hint);
  bool is_called(std::uint32_t row, std::uint32_t depth) const;
  void consider_near(std::uint32_t row, Hint hint);
  void consider(std::uint32_t row, const Hint& hint);
  std::optional<Strength> confirm(std::uint32_t row, const Hint& hint);
  bool is_background_loop(const Traits& traits, const Hint& hint) const;
  bool is_of_owner(std::uint32_t row, const Hint& hint, Strength strength);
  bool is_told(std::uint32_t row, const Hint& hint, Strength strength);
  void search_mentions();
  void mention(std::uint32_t row, std::uint32_t depth, std::uint64_t word);
  bool has_room(std::size_t lock, std::uint32_t row, Strength strength) const;
  void add_holder(std::size_t lock, const Holder& holder);

  const Scene& scene_;
  const Snapshot& snapshot_;
  Methods methods_;
  std::vector<ContendedLock> locks_;
  std::vector<bool> is_shown_;  // by lock: memory shows a holder
  absl::flat_hash_map<ObjectId, std::size_t> numbers_;
  absl::flat_hash_map<StringId, std::vector<LockLine>> lines_;       // by function
  absl::flat_hash_map<StringId, std::vector<std::size_t>> by_type_;  // by type of the owner
  absl::flat_hash_set<StringId> unclear_types_;  // somebody is inside one of many of that type
  absl::flat_hash_map<std::uint64_t, std::size_t>
      by_address_;                                    // of the lock or its owner, where exact
  std::multimap<std::uint64_t, std::size_t> places_;  // the same, in order
  std::vector<std::size_t> onces_;
  absl::flat_hash_map<std::pair<std::size_t, std::uint32_t>, std::size_t>
      known_holders_;  // by lock and row
};

std::vector<ContendedLock> Finder::run() {
  collect_waiters();
  if (locks_.empty()) return {};
  is_shown_.resize(locks_.size());
  for (std::size_t i = 0; i < locks_.size(); i++) index_lock(i);
  take_known_holders();
  for (std::size_t i = 0; i < scene_.groups().size(); i++) search_group(i);
  search_mentions();
  for (const StringId type : unclear_types_) {
    for (const std::size_t lock : by_type_[type]) locks_[lock].others_inside = true;
  }
  for (ContendedLock& lock : locks_) {
    std::ranges::stable_sort(lock.holders, std::greater(), &Holder::strength);
  }
  std::ranges::stable_sort(locks_, std::greater(),
                           [](const ContendedLock& l) { return l.waiters.size(); });
  return std::move(locks_);
}

void Finder::collect_waiters() {
  for (const Wait& wait : snapshot_.waits) {
    if (wait.object && scene_.traits_of(wait.goroutine).standing == Standing::lock) {
      add_waiter(wait.goroutine, wait);
    }
  }
}

void Finder::add_waiter(std::uint32_t row, const Wait& wait) {
  const auto [entry, added] = numbers_.try_emplace(wait.object, locks_.size());
  if (added) {
    locks_.emplace_back();
    locks_.back().object = wait.object;
  }
  ContendedLock& lock = locks_[entry->second];
  if (!lock.waiters.empty() && lock.waiters.back() == row) return;
  lock.waiters.push_back(row);
  lock.minutes = std::max(lock.minutes, snapshot_.goroutines[row].wait_minutes);
  lock.old = lock.old || snapshot_.goroutines[row].wait_minutes > 0 || scene_.unmoved(row) > 0;
  if (wait.writer_queued) lock.writer = row;
}

void Finder::index_lock(std::size_t number) {
  const ContendedLock& lock = locks_[number];
  const WaitObject& object = snapshot_.objects[lock.object.index()];
  absl::flat_hash_set<FrameId> seen;
  for (const std::uint32_t row : lock.waiters) {
    const auto frames = snapshot_.stacks.frames(snapshot_.goroutines[row].stack);
    const std::uint32_t depth = scene_.wait_of(row)->frame;
    if (depth >= frames.size() || !seen.insert(frames[depth]).second) continue;
    const Frame& frame = snapshot_.stacks[frames[depth]];
    lines_[frame.function].push_back({frame.line, number});
    if (object.kind == ObjectKind::once) continue;
    // Different methods of one owner may wait for it; each tells the owner's type.
    if (const StringId type = methods_.type_of(frame.function)) {
      auto& same = by_type_[type];
      if (same.empty() || same.back() != number) same.push_back(number);
    }
  }
  if (object.kind == ObjectKind::once) onces_.push_back(number);
  if (object.identity != Identity::exact && object.identity != Identity::owner) return;
  for (const auto& address : {object.address, object.owner}) {
    if (!address) continue;
    by_address_.try_emplace(*address, number);
    places_.emplace(*address, number);
  }
}

void Finder::take_known_holders() {
  for (const Hold& hold : snapshot_.holds) {
    const auto found = numbers_.find(hold.object);
    if (found == numbers_.end()) continue;
    const Strength strength =
        hold.strength == HoldStrength::exact ? Strength::exact : Strength::shown;
    const bool waits = std::ranges::binary_search(locks_[found->second].waiters, hold.goroutine);
    add_holder(found->second, {hold.goroutine, hold.frame, strength, waits, &hold});
    is_shown_[found->second] = true;
  }
}

// Of who waits for a lock the frames count from the one that waits outwards: those inside of it are
// Lock's own.
void Finder::search_group(std::size_t index) {
  const Traits& traits = scene_.traits(index);
  if (traits.standing == Standing::system || traits.standing == Standing::framework ||
      traits.standing == Standing::idle) {
    return;
  }
  const Group& group = scene_.groups()[index];
  std::vector<Hint> hints;
  const auto frames = snapshot_.stacks.frames(group.stack);
  const std::uint32_t first = traits.standing == Standing::lock ? traits.wait_frame : 0;
  for (std::uint32_t depth = first; depth < frames.size(); depth++)
    search_frame(group.stack, depth, hints);
  for (const Hint& hint : hints) {
    const bool loop = is_background_loop(traits, hint);
    for (const std::uint32_t row : group.members) {
      if (loop) {
        note_bystander(row, hint);
      } else {
        hint.lock == kByAddress ? consider_near(row, hint) : consider(row, hint);
      }
    }
  }
}

void Finder::search_line(const Frame& frame, std::uint32_t depth, std::vector<Hint>& hints) const {
  const auto found = lines_.find(frame.function);
  if (found == lines_.end()) return;
  if (found->second.size() > kMostLocks) {
    hints.push_back({kByAddress, depth, Strength::type});
    return;
  }
  for (const LockLine& line : found->second) {
    const WaitObject& object = snapshot_.objects[locks_[line.lock].object.index()];
    if (frame.line > line.line && object.kind != ObjectKind::once) {
      hints.push_back({line.lock, depth, Strength::passed});
    }
  }
}

void Finder::search_frame(StackId stack, std::uint32_t depth, std::vector<Hint>& hints) {
  const Frame& frame = snapshot_.stacks[snapshot_.stacks.frames(stack)[depth]];
  search_line(frame, depth, hints);
  if (!onces_.empty() && snapshot_.strings[frame.function] == "sync.(*Once).doSlow") {
    if (onces_.size() > kMostLocks) hints.push_back({kByAddress, depth, Strength::exact});
    for (const std::size_t lock : std::span(onces_).first(std::min(onces_.size(), kMostLocks))) {
      hints.push_back({lock, depth, Strength::exact});
    }
  }
  const StringId type = methods_.type_of(frame.function);
  // The function a goroutine was started with may outlive the method it was written in.
  const bool entry = depth + 1 >= snapshot_.stacks.frames(stack).size();
  if (!type || (entry && methods_.is_closure(frame.function))) return;
  if (const auto found = by_type_.find(type); found != by_type_.end()) {
    if (found->second.size() > kMostLocks) {
      hints.push_back({kByAddress, depth, Strength::type});
      return;
    }
    for (const std::size_t lock : found->second) {
      const auto same = std::ranges::count(hints, lock, &Hint::lock);
      if (same < kMostHints) hints.push_back({lock, depth, Strength::type});
    }
  }
}

// A loop that waits in its own entry function for the next thing to do holds nothing while it
// waits.
bool Finder::is_background_loop(const Traits& traits, const Hint& hint) const {
  return hint.strength < Strength::passed && traits.standing == Standing::channel &&
         traits.entry_waits && traits.operation != Operation::send &&
         hint.frame == traits.wait_frame;
}

// Those who wait for several things at once are loops, if nobody calls them; who waits for one, or
// is called by a function, may be stopping them.
void Finder::note_bystander(std::uint32_t row, const Hint& hint) {
  const Traits& traits = scene_.traits_of(row);
  const bool loop = traits.operation != Operation::receive && !is_called(row, hint.frame);
  if (hint.lock == kByAddress || loop) return;
  if (confirm(row, hint) == Strength::receiver) locks_[hint.lock].others_inside = true;
}

// Whether a function of the user's own calls the one at a depth. A closure may be all that a go
// statement starts.
bool Finder::is_called(std::uint32_t row, std::uint32_t depth) const {
  const auto frames = snapshot_.stacks.frames(snapshot_.goroutines[row].stack);
  if (depth + 1 >= frames.size()) return false;
  const std::string_view function = snapshot_.function(frames[depth + 1]);
  const FunctionName name = parse_function_name(function);
  return name.suffix.empty() && !name.is_wrapper() && !name.package.empty() &&
         !is_standard_package(name.package);
}

// The locks of the object in whose method a goroutine is, if its address is shown.
void Finder::consider_near(std::uint32_t row, Hint hint) {
  const auto receiver = methods_.receiver_at(snapshot_.goroutines[row], hint.frame);
  if (!receiver) {
    const FrameId frame = snapshot_.stacks.frames(snapshot_.goroutines[row].stack)[hint.frame];
    const bool queues = scene_.traits_of(row).standing == Standing::lock;
    if (!queues) unclear_types_.insert(methods_.type_of(snapshot_.stacks[frame].function));
    return;
  }
  std::size_t near = 0;
  for (auto at = places_.lower_bound(*receiver);
       at != places_.end() && at->first - *receiver <= kUsualStruct && near < kMostNear;
       ++at, ++near) {
    hint.lock = at->second;
    consider(row, hint);
  }
}

void Finder::consider(std::uint32_t row, const Hint& hint) {
  // What confirm() makes of a type is a receiver at best.
  if (!has_room(hint.lock, row, hint.strength)) return;
  if (const auto strength = confirm(row, hint)) {
    const ContendedLock& lock = locks_[hint.lock];
    const bool waits = std::ranges::binary_search(lock.waiters, row);
    // The function that waits for this lock says nothing of having it; of another lock it may.
    if (waits && hint.frame <= scene_.wait_of(row)->frame) return;
    // Where it waits itself, only the address tells that it has another lock of the same type
    // already.
    const bool at_wait = scene_.traits_of(row).standing == Standing::lock &&
                         hint.frame <= scene_.traits_of(row).wait_frame;
    if (at_wait && *strength == Strength::type) return;
    const bool came_back = waits && is_of_owner(row, hint, *strength) &&
                           find_other_code(scene_, scene_.goroutine(row).stack,
                                           scene_.wait_of(row)->frame, hint.frame);
    add_holder(hint.lock, {.row = row,
                           .frame = hint.frame,
                           .strength = *strength,
                           .waits_for_it = waits,
                           .came_back = came_back,
                           .of_owner = is_told(row, hint, *strength)});
  }
}

// Whether the method belongs to the very owner, also if its own receiver does not say so: then that
// is the only object of its type.
bool Finder::is_of_owner(std::uint32_t row, const Hint& hint, Strength strength) {
  if (strength >= Strength::receiver) return true;
  const FrameId frame = snapshot_.stacks.frames(snapshot_.goroutines[row].stack)[hint.frame];
  const auto only = methods_.only_receiver(snapshot_.stacks[frame].function);
  const WaitObject& lock = snapshot_.objects[locks_[hint.lock].object.index()];
  return only && compare(lock, *only) == Belongs::yes;
}

// Whether it is told that the method a goroutine is in is one of the lock's owner: by its receiver,
// or because no other object of the type is seen. A function has no owner.
bool Finder::is_told(std::uint32_t row, const Hint& hint, Strength strength) {
  if (strength == Strength::receiver || strength == Strength::exact) return true;
  const Goroutine& goroutine = snapshot_.goroutines[row];
  const FrameId frame = snapshot_.stacks.frames(goroutine.stack)[hint.frame];
  const StringId function = snapshot_.stacks[frame].function;
  if (!methods_.type_of(function)) return true;
  const WaitObject& lock = snapshot_.objects[locks_[hint.lock].object.index()];
  const auto receiver =
      methods_.is_closure(function) ? std::nullopt : methods_.receiver_at(goroutine, hint.frame);
  if (receiver && compare(lock, *receiver) == Belongs::yes) return true;
  if (lock.identity != Identity::exact && lock.identity != Identity::owner) return false;
  return std::ranges::none_of(
      methods_.seen_receivers(methods_.type_of(function)),
      [&](std::uint64_t other) { return compare(lock, other) == Belongs::no; });
}

// What a hint is worth once the receiver's address is compared; none if it is another object's
// method.
// A closure has no receiver among its arguments, so its address cannot speak against it.
std::optional<Strength> Finder::confirm(std::uint32_t row, const Hint& hint) {
  const Goroutine& goroutine = snapshot_.goroutines[row];
  const WaitObject& object = snapshot_.objects[locks_[hint.lock].object.index()];
  const std::optional<std::uint64_t> receiver = methods_.receiver_at(goroutine, hint.frame);
  if (hint.strength == Strength::exact) {
    const bool other = receiver && object.address && *receiver != *object.address;
    return other ? std::nullopt : std::optional(Strength::exact);
  }
  const FrameId frame = snapshot_.stacks.frames(goroutine.stack)[hint.frame];
  const StringId function = snapshot_.stacks[frame].function;
  if (!methods_.type_of(function) || methods_.is_closure(function))
    return hint.strength;  // no receiver to compare
  const Belongs belongs = receiver ? compare(object, *receiver) : Belongs::unknown;
  if (belongs == Belongs::no) return {};
  if (hint.strength == Strength::passed) return Strength::passed;
  return belongs == Belongs::yes ? Strength::receiver : Strength::type;
}

// In the order of the dump and bounded, because arguments have to be parsed for it.
void Finder::search_mentions() {
  if (by_address_.empty()) return;
  std::size_t read = 0;
  for (std::size_t row = 0; row < snapshot_.goroutines.size() && read < kMostMentioners; row++) {
    const Standing standing = scene_.traits_of(static_cast<std::uint32_t>(row)).standing;
    if (standing != Standing::lock && standing != Standing::channel && standing != Standing::join &&
        standing != Standing::outside) {
      continue;
    }
    read++;
    const Goroutine& goroutine = snapshot_.goroutines[row];
    const Wait* wait = scene_.wait_of(static_cast<std::uint32_t>(row));
    const std::size_t size = snapshot_.stacks.frames(goroutine.stack).size();
    for (std::size_t depth = wait == nullptr ? 0 : wait->frame; depth < size; depth++) {
      for (const Argument& word : parse_arguments(snapshot_.argument_text(goroutine, depth))) {
        if (word.known && word.exact) {
          mention(static_cast<std::uint32_t>(row), static_cast<std::uint32_t>(depth), word.value);
        }
      }
    }
  }
}

void Finder::mention(std::uint32_t row, std::uint32_t depth, std::uint64_t word) {
  const auto found = by_address_.find(word);
  if (found == by_address_.end()) return;
  if (std::ranges::binary_search(locks_[found->second].waiters, row)) return;
  add_holder(found->second, {row, depth, Strength::mentions, false});
}

// Whether a hint of at most this strength can change who may hold a lock.
bool Finder::has_room(std::size_t lock, std::uint32_t row, Strength strength) const {
  // Where memory shows who has it, frames say nothing more.
  if (strength < Strength::shown && is_shown_[lock]) return false;
  if (strength >= Strength::passed || known_holders_.contains({lock, row})) return true;
  const std::vector<Holder>& holders = locks_[lock].holders;
  const auto is_alike = [&](const Holder& other) {
    return scene_.group_index(other.row) == scene_.group_index(row);
  };
  return holders.size() < kMostHolders && std::ranges::count_if(holders, is_alike) < kMostAlike;
}

void Finder::add_holder(std::size_t number, const Holder& holder) {
  std::vector<Holder>& holders = locks_[number].holders;
  if (!has_room(number, holder.row, holder.strength)) return;
  const auto [entry, added] = known_holders_.try_emplace({number, holder.row}, holders.size());
  if (added) {
    holders.push_back(holder);
    return;
  }
  Holder& known = holders[entry->second];
  if (holder.strength > known.strength) {
    known = holder;
  } else if (holder.came_back && !known.came_back) {
    known.frame = holder.frame;
    known.came_back = true;
  }
}

}  // namespace

std::optional<std::uint32_t> find_other_code(const Scene& scene, StackId stack, std::uint32_t inner,
                                             std::uint32_t outer) {
  const auto functions = scene.functions(stack);
  const FunctionName owner = parse_function_name(functions[outer]);
  for (std::uint32_t depth = inner; depth < outer; depth++) {
    const FunctionName name = parse_function_name(functions[depth]);
    if (is_standard_package(name.package)) continue;
    if (name.package != owner.package || (name.type != owner.type && !name.suffix.empty()))
      return depth;
  }
  return std::nullopt;
}

std::vector<ContendedLock> find_contended_locks(const Scene& scene) { return Finder(scene).run(); }

}  // namespace goknot::analysis
