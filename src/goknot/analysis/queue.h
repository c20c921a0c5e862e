// SPDX-License-Identifier: Apache-2.0
// What the rules about locks share.
#pragma once

#include "goknot/analysis/rule.h"

#include <cstdint>
#include <optional>
#include <string>

namespace goknot::analysis {

// How sure a hint of this strength makes a statement about a holder, given what is known of the
// lock and the dump: never proved from text, and possible only where the wait may be momentary, or
// where memory could have shown the holder and did not.
Grade grade_of(const Scene& scene, const ContendedLock& lock, const Holder& holder);

// The same for a step of a cycle. A cycle does not dissolve: where the receivers agree it needs no
// age to be believed.
Grade grade_in_cycle(const Scene& scene, const ContendedLock& lock, const Holder& holder);

// Whether the queue of a lock is more than a moment's: it is old, or nothing that could end it is
// able to move.
bool is_lasting(const Scene& scene, const ContendedLock& lock);

// A draft about one lock and its holder: roots, edges and the holder's culprit are filled in; the
// waiters that are no roots are victims.
Draft draft_for(const Scene& scene, const ContendedLock& lock, const Holder& holder);

// An edge "row holds the lock", with the hint as evidence.
DraftEdge holds_edge(const Scene& scene, const ContendedLock& lock, const Holder& holder);

// Adds the waiters of a lock to the victims of a draft, but for its roots.
void add_victims(Draft& draft, const ContendedLock& lock);

// Adds what is behind the draft's own goroutines: waiters of other locks whose best holder is in
// the draft already, and whoever else Draft::behind tells of.
void add_victims_behind(const Evidence& evidence, Draft& draft);

// The lock a goroutine waits for, or null.
const ContendedLock* lock_waited_for(const Evidence& evidence, std::uint32_t row);

// The goroutine to follow from a lock to whoever keeps it: the best holder that does not wait for
// it itself, or null.
const Holder* follow(const Evidence& evidence, const ContendedLock& lock);

// The writer that waits for the readers of a lock to leave, if there is one; also where its own
// dump does not tell for which lock it waits, and the method it is in belongs to the type of which
// one lock alone is waited for.
std::optional<std::uint32_t> queued_writer(const Evidence& evidence, const ContendedLock& lock);

// Why the holder is believed to hold: "it stands behind the line where the others wait".
std::string why(const Scene& scene, const ContendedLock& lock, const Holder& holder);

// "which holds it", or how much of that is sure.
std::string which_holds(const Scene& scene, const ContendedLock& lock, const Holder& holder);

// "2 of the 3 readers of Hub.mu are known": where the lock counts more than memory shows.
std::optional<std::string> missing_readers(const Scene& scene, const ContendedLock& lock);

// "The Lock at hub.go:24 in main.(*Hub).Close"
std::string lock_at(const Scene& scene, FrameId frame);

// Says in a draft that the code of a Lock may have left its lock locked (Snapshot::omissions).
void blame_code(const Scene& scene, FrameId lock, Draft& draft);

// How many goroutines run, of which memory does not show where they are.
std::uint64_t count_running(const Scene& scene);

// The sentence about what is not shown of a lock.
std::string not_shown(const Scene& scene, const ContendedLock& lock);

}  // namespace goknot::analysis
