// SPDX-License-Identifier: Apache-2.0
// In Go terms:
//
//     func (c *Cache) Get(k string) V  { c.mu.RLock(); defer c.mu.RUnlock(); return c.find(k) }
//     func (c *Cache) find(k string) V { c.mu.RLock(); ... }             // a Lock came in between
//
// It works until a writer comes between the two: it waits for the first read lock to end, and keeps
// the second one out (sync/rwmutex.go: a blocked Lock call excludes new readers). So the knot has
// two members, the reader and the writer, and everybody else who wants the lock is behind them.
#include "goknot/analysis/queue.h"
#include "goknot/analysis/words.h"

#include <fmt/format.h>

#include <algorithm>

namespace goknot::analysis {

namespace {

// A waiting reader whose outer frames hint at an earlier read lock.
const Holder* find_reader(const Scene& scene, const ContendedLock& lock) {
  const auto found = std::ranges::find_if(lock.holders, [&](const Holder& holder) {
    return holder.waits_for_it && holder.strength >= Strength::receiver &&
           scene.wait_of(holder.row)->operation == Operation::rlock;
  });
  return found == lock.holders.end() ? nullptr : &*found;
}

Draft make_draft(const Scene& scene, const ContendedLock& lock, std::uint32_t writer,
                 const Holder& reader) {
  Draft draft = draft_for(scene, lock, reader);
  std::erase(draft.victims, writer);
  draft.roots.push_back(writer);
  if (!lock.writer) draft.edges.push_back(waits_edge(scene, writer));
  draft.rule = "rwmutex-recursive-read";
  draft.severity = Severity::deadlock;
  draft.shape = goknot::Shape::cycle;
  if (reader.hold != nullptr) draft.behind = Behind::all;
  draft.title = fmt::format(
      "{} read-locks {} a second time behind {}, a writer that waits for the first to end",
      goroutine_name(scene, reader.row), object_name(scene, lock.object),
      goroutine_name(scene, writer));
  draft.title_of_many = fmt::format(
      "a goroutine read-locks {} a second time behind a writer that waits for the first to end",
      any_such_lock(scene, lock.object));
  draft.explanation = fmt::format(
      "A waiting writer keeps new readers out of a sync.RWMutex. The reader is still below {}, a "
      "method of the same object.",
      at_place(scene.place(scene.goroutine(reader.row).stack, reader.frame)));
  draft.advice =
      "Take the read lock once in a call chain: give the inner function a variant that expects it "
      "held.";
  return draft;
}

// Somebody else who may hold a read lock explains the waiting writer as well, and no accusation is
// left.
std::vector<Draft> find(const Evidence& evidence) {
  std::vector<Draft> drafts;
  for (const ContendedLock& lock : evidence.locks()) {
    const auto writer = queued_writer(evidence, lock);
    if (!writer || evidence.explained(*writer)) continue;
    const bool others = std::ranges::any_of(lock.holders, [](const Holder& h) {
      return !h.waits_for_it && h.strength >= Strength::receiver;
    });
    const Holder* reader = find_reader(evidence.scene(), lock);
    if (reader != nullptr && !others)
      drafts.push_back(make_draft(evidence.scene(), lock, *writer, *reader));
  }
  return drafts;
}

}  // namespace

const Rule rwmutex_recursive_read_rule{
    .id = "rwmutex-recursive-read",
    .summary = "a reader re-reads behind a queued writer",
    .meaning =
        "A writer waits for readers to leave, and a reader that waits behind it is still below "
        "another method of "
        "the same object. sync.RWMutex lets no new reader in while a writer waits.",
    .caveat =
        "From text: the outer method may have ended its read lock; then some other reader keeps "
        "the writer waiting.",
    .find = find};

}  // namespace goknot::analysis
