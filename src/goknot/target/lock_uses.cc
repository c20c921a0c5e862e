// SPDX-License-Identifier: Apache-2.0
#include "goknot/target/lock_uses.h"

#include "goknot/model/function_name.h"

#include <algorithm>
#include <iterator>

namespace goknot::target {

namespace {

using Action = LockFunction::Action;

constexpr Address kWord = 8;
constexpr std::size_t kCall = 5;  // bytes: E8 or E9, and a distance
constexpr std::size_t kTake = 7;  // LEA of [rip + distance]
// Pieces overlap by the longest instruction that is looked for.
constexpr std::size_t kPiece = std::size_t{4} << 20U;
constexpr std::size_t kMostUsers = 20000;
// Functions beyond that are noted without being followed: their release may be of any lock.
constexpr std::uint64_t kMostFollowed = std::uint64_t{2} << 20U;  // bytes of code
constexpr LockFunction kUnlock{.action = Action::releases};
constexpr LockFunction kWriteUnlock{.action = Action::releases, .kind = ObjectKind::rwmutex};
constexpr LockFunction kReadUnlock{
    .action = Action::releases, .kind = ObjectKind::rwmutex, .mode = Operation::rlock};
constexpr std::string_view kValue = "-fm";  // how the name of a method value ends

// The function around a closure or around what the compiler made for one of its statements.
std::string_view parent_of(std::string_view name) {
  const std::size_t dot = name.rfind('.');
  if (name.contains("\u00b7")) return name.substr(0, name.find("\u00b7"));
  return dot == name.npos ? std::string_view() : name.substr(0, dot);
}

// The functions of the packages that have locks.
std::vector<Function> functions_of_sync(const FunctionTable& table) {
  std::vector<Function> found = table.with_prefix("sync.");
  std::ranges::move(table.with_prefix("internal/sync."), std::back_inserter(found));
  return found;
}

// Whether a call of the function tells that its caller uses locks. The last two are called where
// RLock and RWMutex.Lock were inlined.
bool uses_lock(std::string_view name) {
  return lock_function(name) || name == "sync.runtime_SemacquireRWMutexR" ||
         name == "sync.runtime_SemacquireMutex";
}

bool is_closure(std::string_view name) { return !parse_function_name(name).suffix.empty(); }

std::vector<Range> types_of(const Code& code) {
  std::vector<Range> types;
  for (const FunctionTable& table : code.tables()) types.push_back(table.module().types);
  return types;
}

}  // namespace

LockUses::LockUses(const Code& code, Unlocks& unlocks)
    : code_(code),
      unlocks_(unlocks),
      calls_(unlocks.calls()),
      wrappers_(unlocks.wrappers()),
      structs_(code.memory(), code.layout(), types_of(code)) {}

// Calls and jumps to lock functions tell that a function uses them. What only looks like one is
// sorted out when the function is looked at.
// All code of the program is looked through once for two patterns: E8 (call) or E9 (jump) to a
// function of sync, and LEA of an address that may be an itab or a type. It is bytes, not
// instructions; a match by chance only adds a function to look at.
void LockUses::scan(const FunctionTable& table, Address begin, std::span<const std::byte> code,
                    const absl::flat_hash_set<Address>& targets) {
  const auto at = [&code](std::size_t i) { return std::to_integer<unsigned>(code[i]); };
  const auto target = [&](std::size_t i, std::size_t length) {
    const std::int64_t distance = load<std::int32_t>(code, i + length - 4);
    return begin + i + length + static_cast<Address>(distance);
  };
  for (std::size_t i = 0; i + kTake <= code.size(); ++i) {
    const bool calls = (at(i) & 0xfeU) == 0xe8U;
    if (calls && targets.contains(target(i, kCall))) add_user(table, begin + i);
    const bool takes = (at(i) & 0xf8U) == 0x48U && at(i + 1) == 0x8dU;
    if (takes && (at(i + 2) & 0xc7U) == 0x05U) note_interface(table, begin + i, target(i, kTake));
  }
}

// The user's own function at an address; none if that is of the standard library.
std::optional<Function> LockUses::users_function(const FunctionTable& table, Address pc) const {
  auto function = table.find(pc);
  const bool is_users = function && !is_standard_function(table.name(*function));
  return is_users ? function : std::nullopt;
}

void LockUses::add_user(const FunctionTable& table, Address pc) {
  const auto function = users_function(table, pc);
  if (!function || !known_users_.insert(function->entry).second) return;
  users_.push_back(function->entry);
  by_name_.emplace(table.name(*function), function->entry);
}

// Code that makes an interface of a lock: what is done with it then is not seen.
void LockUses::note_interface(const FunctionTable& table, Address pc, Address type) {
  const bool possible =
      type % kWord == 0 && !table.module().code.contains(type) && !table.module().is_data(type);
  if (!possible) return;
  const auto [entry, is_new] = interfaces_.try_emplace(type);
  if (is_new) entry->second = released_through(type);
  if (entry->second.empty() || !users_function(table, pc)) return;
  for (const LockFunction& what : entry->second)
    anywhere_.push_back({.function = pc, .what = what});
  entry->second.clear();
}

// What an interface can release that is of that itab or, if it is an empty one, of that type.
std::vector<LockFunction> LockUses::released_through(Address type) {
  if (const auto what = unlocks_.release_of_type(type)) return {*what};
  const TypeRef lock = structs_.pointed_to_by(type);
  if (lock.types == nullptr || lock.types->package(lock.type) != "sync") return {};
  const std::string name = lock.bare_name();
  if (name == "Mutex") return {kUnlock};
  if (name == "RWMutex") return {kWriteUnlock, kReadUnlock};
  return {};
}

void LockUses::add_users(const FunctionTable& table, std::span<const Function> sync) {
  absl::flat_hash_set<Address> targets;
  for (const Function& function : sync) {
    if (uses_lock(table.name(function))) targets.insert(function.entry);
  }
  if (targets.empty()) return;
  const Range text = table.module().code;
  std::vector<std::byte> piece;
  for (Address at = text.begin; at < text.end; at += kPiece) {
    piece.resize(std::min<std::uint64_t>(kPiece + kTake, text.end - at));
    if (!code_.memory().read(at, piece)) known_ = false;
    if (known_ == false) return;
    scan(table, at, piece, targets);
  }
}

// Whether the function around a closure takes such a lock: then the closure releases it for that.
bool LockUses::parent_takes(std::string_view name, const LockFunction& what) {
  for (; is_closure(name) && !name.empty();) {
    name = parent_of(name);
    const auto parent = by_name_.find(name);
    if (parent == by_name_.end()) continue;
    for (const LockCall& call : calls_.of(parent->second)) {
      const bool takes = call.function.action != Action::releases;
      if (takes && call.function.kind == what.kind && call.function.mode == what.mode) return true;
    }
  }
  return false;
}

// Whether it was made for a `defer` of what the function around it has taken.
bool LockUses::is_for_parent(const Function& function, std::string_view name,
                             const LockFunction& what) {
  return is_made_by_compiler(name, function.id) && !name.contains(".gowrap") &&
         !name.ends_with(kValue) && parent_takes(name, what);
}

void LockUses::note(const Function& function, const LockFunction& what,
                    const std::optional<Recipe>& where, std::vector<Foreign>& found) {
  const std::string_view name = code_.table_of(function.entry)->name(function);
  Foreign foreign{.function = function.entry, .what = what};
  foreign.for_parent = is_for_parent(function, name, what);
  if (where && where->start == Recipe::Start::number && where->steps.size() == 1) {
    foreign.lock = static_cast<Address>(where->number + where->steps[0].add);
  }
  if (where && !is_made_by_compiler(name, function.id)) foreign.owner = owner_of(name, *where);
  found.push_back(std::move(foreign));
}

void LockUses::classify(Address entry, const LockFunction& what, std::vector<Foreign>& found) {
  const auto function = code_.function_at(entry);
  if (!function) return;
  const auto& calls = calls_.of(entry);
  // A method promoted from an embedded lock is only made for interfaces and reflection. It jumps to
  // that of the lock; go1.16, go1.18 and go1.19 do not say that it is a wrapper.
  if (calls.empty()) note(*function, what, std::nullopt, found);
  if (std::ranges::find(calls, what, &LockCall::function) == calls.end()) return;
  const std::uint64_t size = code_.table_of(entry)->end_of(*function) - entry;
  followed_ += size;
  auto flow = followed_ <= kMostFollowed ? LockFlow::follow(code_, *function, wrappers_.steps())
                                         : std::nullopt;
  if (!flow) return note(*function, what, std::nullopt, found);
  for (const ForeignRelease& each : flow->foreign_releases()) {
    if (each.function == what) note(*function, what, each.where, found);
  }
}

// time.AfterFunc(d, mu.Unlock): somebody keeps the method for later. And what RLocker returns is
// used as an interface.
void LockUses::add_values(const FunctionTable& table, std::span<const Function> sync) {
  for (const Function& function : sync) {
    std::string_view name = table.name(function);
    if (name == "sync.(*RWMutex).RLocker") {
      anywhere_.push_back({.function = function.entry, .what = kReadUnlock});
    }
    if (!name.ends_with(kValue)) continue;
    name.remove_suffix(kValue.size());
    const auto what = lock_function(name);
    if (!what || what->action != Action::releases || what->slow) continue;
    anywhere_.push_back({.function = function.entry, .what = *what});
  }
}

bool LockUses::look() {
  if (known_) return *known_;
  known_ = code_.layout().architecture == Architecture::amd64 && !code_.tables().empty();
  for (const FunctionTable& table : code_.tables()) {
    const std::vector<Function> sync = functions_of_sync(table);
    if (*known_) add_users(table, sync);
    if (*known_) add_values(table, sync);
  }
  if (users_.size() > kMostUsers) known_ = false;
  return *known_;
}

// What is foreign among all that release such locks.
const std::vector<LockUses::Foreign>& LockUses::releases_of(const LockSide& side) {
  const auto [entry, is_new] = releases_.try_emplace(std::pair(side.kind, side.mode));
  const LockFunction what{.action = Action::releases, .kind = side.kind, .mode = side.mode};
  if (!is_new) return entry->second;
  for (const Address user : users_) classify(user, what, entry->second);
  return entry->second;
}

bool LockUses::applies(const Foreign& foreign, const UsedLock& lock) {
  if (foreign.what.kind != lock.side.kind || foreign.what.mode != lock.side.mode) return false;
  if (foreign.lock) return *foreign.lock == lock.side.lock;
  return std::ranges::any_of(lock.owners, [&](const OwningType& owner) {
    return may_be_same_lock(foreign.owner, owner, structs_);
  });
}

// Whether a variable holds an interface of this very lock.
// An interface is two words {itab, data}: where the address of the lock stands in a variable behind
// the itab of a Locker, anybody may release it through that.
bool LockUses::is_in_interface(Address lock) const {
  for (const FunctionTable& table : code_.tables()) {
    const Module& module = table.module();
    for (const Range& range : {module.data, module.noptrdata, module.bss}) {
      for (const Address at : find_words(code_.memory(), range, std::span(&lock, 1))) {
        const auto itab = code_.memory().read<Address>(at - kWord);
        if (itab && *itab != 0 && unlocks_.release_of_type(*itab)) return true;
      }
    }
  }
  return false;
}

bool LockUses::may_be_handed_over(const UsedLock& lock) {
  const auto is_anybodys = [&](const Foreign& foreign) {
    return !foreign.for_parent && applies(foreign, lock);
  };
  return !look() || is_in_interface(lock.side.lock) ||
         std::ranges::any_of(anywhere_, is_anybodys) ||
         std::ranges::any_of(releases_of(lock.side), is_anybodys);
}

bool LockUses::may_be_releasing(const Site& site, const UsedLock& lock) {
  if (site.table == nullptr) return false;  // no Go code
  return !look() || std::ranges::any_of(releases_of(lock.side), [&](const Foreign& foreign) {
    return foreign.function == site.function.entry && applies(foreign, lock);
  });
}

}  // namespace goknot::target
