// SPDX-License-Identifier: Apache-2.0
// In Go terms:
//
//     func (s *Store) Put(k string) { s.mu.Lock(); defer s.mu.Unlock(); s.evict() }
//     func (s *Store) evict()       { s.mu.Lock(); ... }
//
// "goroutine 9 waits for Store.mu, which it holds itself". From memory the deferred Unlock of Put
// is seen; from text only that Put, a method of the same object, is below the wait, which is likely
// if nobody else is in that object.
#include "goknot/analysis/asked.h"
#include "goknot/analysis/queue.h"
#include "goknot/analysis/words.h"
#include "goknot/model/function_name.h"

#include <fmt/format.h>

#include <algorithm>

namespace goknot::analysis {

namespace {

// Whether a goroutine that memory shows to hold a lock can never get what it waits for; a reader
// that reads again waits for a writer.
bool keeps_itself_out(const Scene& scene, const Holder& holder) {
  if (!holder.waits_for_it) return false;
  return holder.hold->mode == Operation::lock ||
         scene.wait_of(holder.row)->operation == Operation::lock;
}

// The only waiter whose own outer frames hint that it has the lock, or the only one of them that
// came back to the object from other code, where all came the same way; null if there are several,
// or somebody else may have it.
// Several waiters that came the same way cannot all hold the lock: one does, and of which it is
// nothing is known, unless one alone came back to the object from a callback.
const Holder* find_self(const Scene& scene, const ContendedLock& lock) {
  for (const Holder& holder : lock.holders) {
    if (holder.hold != nullptr && keeps_itself_out(scene, holder)) return &holder;
  }
  std::vector<const Holder*> selves;
  for (const Holder& holder : lock.holders) {
    if (!holder.waits_for_it && holder.strength >= Strength::type) return nullptr;
    if (holder.waits_for_it && holder.strength >= Strength::receiver) selves.push_back(&holder);
  }
  const auto back = std::ranges::partition(selves, [](const Holder* h) { return !h->came_back; });
  if (back.size() == 1) return back.front();
  return selves.size() == 1 ? selves.front() : nullptr;
}

// A reader that waits while a writer waits for readers is another illness: the writer is part of
// it.
bool is_recursive_read(const Evidence& evidence, const ContendedLock& lock, const Holder& self) {
  const auto writer = queued_writer(evidence, lock);
  return writer && *writer != self.row &&
         evidence.scene().wait_of(self.row)->operation == Operation::rlock;
}

// Whether memory shows somebody else who could have the lock: who still refers to it, and does not
// wait for it.
bool may_be_another(const Scene& scene, const ContendedLock& lock, const Holder& self) {
  if (self.strength >= Strength::shown) return false;
  return std::ranges::any_of(scene.snapshot().references, [&](const Reference& reference) {
    return reference.object == lock.object &&
           !std::ranges::binary_search(lock.waiters, reference.goroutine);
  });
}

// Whether a library's method only hands on to the one that waits: then it is a way into the
// library, and no code that holds a lock. Otherwise every call of it would hang. bolt.(*DB).View <
// bolt.(*DB).Begin < bolt.(*DB).beginTx, where readers wait.
bool is_way_in(const Scene& scene, const Holder& self) {
  const LibraryShape* shape = scene.traits_of(self.row).shape;
  if (self.came_back || self.hold != nullptr || shape == nullptr || shape->basic) return false;
  // A task that runs below a library says nothing of where it waits.
  if (shape->pattern.starts_with("..")) return false;
  const auto functions = scene.functions(scene.goroutine(self.row).stack);
  const std::string_view package = parse_function_name(functions[self.frame]).package;
  const std::uint32_t waits = scene.wait_of(self.row)->frame;
  return parse_function_name(functions[waits]).package == package &&
         !find_other_code(scene, scene.goroutine(self.row).stack, waits, self.frame);
}

// Whether the outer method called other code, which came back to the object: no mere way in.
bool calls_back(const Scene& scene, const Holder& self) {
  const auto functions = scene.functions(scene.goroutine(self.row).stack);
  const std::string owner = owner_type(functions[self.frame]);
  for (std::uint32_t d = scene.wait_of(self.row)->frame; d < self.frame; d++) {
    const bool standard = is_standard_package(parse_function_name(functions[d]).package);
    if (!standard && owner_type(functions[d]) != owner) return true;
  }
  return self.came_back;
}

// Whether all are shown who could have the lock: no goroutine was left out, and every stack is
// there.
bool all_are_shown(const Scene& scene) {
  const Snapshot& snapshot = scene.snapshot();
  if (!snapshot.origin.complete || scene.context().excerpt) return false;
  return std::ranges::none_of(snapshot.goroutines, [&](const Goroutine& g) {
    return !g.system && (g.stack_cut || snapshot.stacks.frames(g.stack).empty());
  });
}

// The frame that called into the package which asks for the lock again, if the holder is another or
// called others in between; else the one that came back to the object.
std::optional<std::uint32_t> find_caller(const Scene& scene, StackId stack, std::uint32_t waits,
                                         std::uint32_t holds) {
  const auto functions = scene.functions(stack);
  const auto package = parse_function_name(functions[waits]).package;
  for (std::uint32_t depth = waits + 1; depth <= holds; depth++) {
    if (parse_function_name(functions[depth]).package != package) return depth;
  }
  const auto other = find_other_code(scene, stack, waits, holds);
  return other && *other > waits ? other : std::nullopt;
}

// Which call is one too many; where the object calls itself, that it has to be split. A function
// that asks twice itself may have meant an Unlock, as in mu.Lock(); defer mu.Lock().
void advise(const Scene& scene, const Holder& self, Draft& draft) {
  const StackId stack = scene.goroutine(self.row).stack;
  const std::uint32_t waits = scene.wait_of(self.row)->frame;
  const auto functions = scene.functions(stack);
  const auto caller = find_caller(scene, stack, waits, self.frame);
  if (!caller && waits == self.frame) {
    draft.advice = fmt::format(
        "Go's locks are not reentrant: release it before {}, or write Unlock there if that was "
        "meant.",
        short_place(scene.place(stack, waits)));
    return;
  }
  if (!caller) {
    draft.advice = fmt::format(
        "Go's locks are not reentrant: split {} into a locking part and one that expects the lock "
        "held, and call the latter.",
        short_place(scene.place(stack, waits)));
    return;
  }
  draft.culprits.push_back({Role::waits, self.row, *caller});
  const std::string called = short_function(functions[*caller - 1]);
  const Place place = scene.place(stack, *caller);
  draft.advice =
      *caller == self.frame
          ? fmt::format("Go's locks are not reentrant: release it before {} is called at {}.",
                        called, short_place(place))
          : fmt::format(
                "Go's locks are not reentrant: do not call {} from {}, which runs inside {}.",
                called, at_place(place), short_function(functions[self.frame]));
}

Draft make_draft(const Scene& scene, const ContendedLock& lock, const Holder& self) {
  Draft draft = draft_for(scene, lock, self);
  const Place holds = scene.place(scene.goroutine(self.row).stack, self.frame);
  const Place waits = scene.place(scene.goroutine(self.row).stack, scene.wait_of(self.row)->frame);
  // A method below another of the object may just as well be called by one that has no lock.
  const bool shown = self.hold != nullptr || calls_back(scene, self) || all_are_shown(scene);
  const bool alone = self.hold != nullptr || !lock.others_inside;
  if (!alone || !shown) draft.grade = std::min(draft.grade, Grade::possible);
  draft.rule = "self-lock";
  draft.severity = Severity::deadlock;
  draft.shape = goknot::Shape::self;
  if (self.hold != nullptr) draft.behind = Behind::all;
  draft.title = fmt::format("{} waits for {}, which it {} itself", goroutine_name(scene, self.row),
                            object_name(scene, lock.object),
                            draft.grade == Grade::proved ? "holds" : "seems to hold");
  draft.title_of_many =
      fmt::format("a goroutine waits for {}, which it {} itself", any_such_lock(scene, lock.object),
                  draft.grade == Grade::proved ? "holds" : "seems to hold");
  draft.explanation =
      self.hold != nullptr
          ? fmt::format("It waits in {}, and {}.", at_place(waits), why(scene, lock, self))
          : fmt::format(
                "It waits in {} below {}, a method of the same object; {}.", at_place(waits),
                at_place(holds),
                !alone  ? "another goroutine may be inside that object, too"
                : shown ? "no other goroutine is shown inside that object"
                        : "not all goroutines are shown, and another may be inside that object");
  advise(scene, self, draft);
  return draft;
}

std::vector<Draft> find(const Evidence& evidence) {
  std::vector<Draft> drafts;
  for (const ContendedLock& lock : evidence.locks()) {
    const Holder* self = find_self(evidence.scene(), lock);
    if (self == nullptr || evidence.explained(self->row)) continue;
    if (is_recursive_read(evidence, lock, *self)) continue;
    if (may_be_another(evidence.scene(), lock, *self)) continue;
    if (is_way_in(evidence.scene(), *self)) continue;
    drafts.push_back(make_draft(evidence.scene(), lock, *self));
  }
  return drafts;
}

}  // namespace

const Rule self_lock_rule{.id = "self-lock",
                          .summary = "a goroutine waits for a lock it holds itself",
                          .meaning =
                              "The stack of a waiter shows, outside the wait, another method of "
                              "the object that owns the lock, and "
                              "nobody else is inside that object. Memory shows the holder itself.",
                          .caveat =
                              "From text: the outer method may have released the lock before; a "
                              "holder whose frames do not mention the "
                              "object is not seen.",
                          .find = find};

}  // namespace goknot::analysis
