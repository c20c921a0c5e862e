// SPDX-License-Identifier: Apache-2.0
// The verdict on a snapshot, typed as the JSON report has it (docs/report.md). Self-contained:
// plain text and numbers, no reference into the snapshot it was made from.
#pragma once

#include "goknot/model/gap.h"
#include "goknot/model/origin.h"
#include "goknot/model/snapshot.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace goknot {

// How sure a statement is. Ordered: a later one is surer.
enum class Grade : std::uint8_t { possible, likely, proved };
// What a finding is if it is right. Ordered: a later one is worse.
enum class Severity : std::uint8_t { info, warning, leak, deadlock };
// Why the roots do not move.
//     self     waits for what only it could release       Lock in a method that holds the lock
//     cycle    several wait for each other                a has A and wants B, b has B and wants A
//     orphan   nobody is left who could end the wait      the receiver has returned
//     convoy   others queue, and the holder can move      a slow holder
//     none     anything else
enum class Shape : std::uint8_t { none, convoy, orphan, cycle, self };
// That of the worst finding that is graded likely or proved. unknown: the source could not have
// shown it.
enum class Outcome : std::uint8_t { unknown, healthy, suspicious, contention, leak, deadlock };
enum class Relation : std::uint8_t { waits, holds, could_wake };
// Of a place in code: who holds there, who waits, where it was created or opened.
enum class Role : std::uint8_t { holds, waits, created, opened };

// The words of the report for them.
std::string_view name_of(Grade grade);
std::string_view name_of(Severity severity);
std::string_view name_of(Shape shape);
std::string_view name_of(Outcome outcome);
std::string_view name_of(Relation relation);
std::string_view name_of(Role role);

// A place in code, as shown.
struct Place {
  std::string function;
  std::string file;
  std::uint32_t line = 0;
};

// A lock, channel or the like as a finding speaks of it.
struct ObjectView {
  std::string id;  // "o1"
  ObjectKind kind = ObjectKind::unknown;
  std::optional<std::uint64_t> address;  // only where it is known to be the object's
  std::string name;                      // "Hub.mu"; empty: none
  ObjectState state;
};

// One line of evidence: this goroutine waits for, holds, or could act on, that object.
struct Edge {
  std::int64_t goroutine = 0;
  Relation relation = Relation::waits;
  std::string object;  // id of an ObjectView of the same finding
  Operation operation = Operation::unknown;
  Grade grade = Grade::possible;
  std::string evidence;
};

// A place that somebody should look at.
struct Culprit {
  Role role = Role::waits;
  Place place;
  std::optional<std::int64_t> goroutine;
};

// A row of the tree "who waits for whom" that a person sees; children wait for their parent.
struct Knot {
  std::string who;                                   // "418", "50 ×"
  std::vector<std::pair<std::string, Place>> lines;  // "holds Hub.mu for reading", where
  std::vector<Knot> behind;
};

// Memory that goroutines which can never be woken keep from being used again.
struct Held {
  std::uint64_t goroutines = 0;       // how many
  std::uint64_t stacks = 0;           // bytes, as reserved
  std::optional<std::uint64_t> heap;  // bytes that nothing alive refers to; none: not told
};

// One knot. `roots` are to blame, `victims` only get on through them; nobody is in both, and nobody
// is a victim of two findings. Lists are cut at kListed, the counts are whole.
struct Finding {
  std::string id;           // "f1"
  std::string fingerprint;  // the same for the same knot in another run of the same program
  std::string rule;
  Grade grade = Grade::possible;
  Severity severity = Severity::info;
  Shape shape = Shape::none;
  std::string title;
  std::string explanation;
  std::string advice;
  std::vector<std::int64_t> roots;  // goroutine ids, at most kListed
  std::uint64_t root_count = 0;
  std::vector<std::int64_t> victims;  // at most kListed
  std::uint64_t victim_count = 0;
  std::vector<std::string> groups;  // ids of GroupViews
  std::vector<ObjectView> objects;
  std::vector<Edge> edges;
  std::vector<Culprit> culprits;  // most to blame first
  std::vector<std::string> unknown;
  std::vector<Knot> tree;          // the roots, with what waits behind them
  std::int32_t wait_minutes = -1;  // of its oldest waiter, -1: not known
  std::optional<Held> held;        // by its goroutines to which nothing alive refers

  static constexpr std::size_t kListed = 1000;
};

// A group as it is shown.
struct GroupView {
  std::string id;  // "s1"
  std::uint64_t count = 0;
  std::string status;  // empty when similar stacks are joined
  std::vector<std::pair<std::string, std::uint64_t>> statuses;  // then: each status with its count
  std::optional<std::pair<std::int32_t, std::int32_t>> wait_minutes;  // shortest, longest known
  std::vector<Place> frames;
  std::optional<Place> created_by;
  std::optional<std::int64_t> creator;  // the one creating goroutine, if it is the same for all
  std::vector<std::int64_t> goroutines;
  bool system = false;
  std::string purpose;  // what a known library shape says these are for, or empty
};

// Over all snapshots of the input; `stacks` are those of the last complete one.
struct Counts {
  std::uint64_t goroutines = 0;
  std::uint64_t unique_ids = 0;
  std::uint64_t system = 0;
  std::uint64_t stacks = 0;
  std::vector<std::pair<std::string, std::uint64_t>> by_status;  // most frequent first
};

// One look among several.
struct SnapshotSummary {
  std::string name;
  std::string taken_at;
  std::uint64_t line = 0;
  std::uint64_t goroutines = 0;
  bool complete = true;
};

struct Verdict {
  Outcome outcome = Outcome::unknown;
  std::optional<Grade> grade;
  std::string text;
};

struct Diagnosis {
  Origin origin;
  std::vector<SnapshotSummary> snapshots;
  Verdict verdict;
  Counts counts;
  std::vector<Finding> findings;  // worst and surest first
  std::vector<GroupView> groups;  // largest first, system goroutines last
  std::vector<Gap> gaps;
  std::vector<std::pair<std::string, std::uint64_t>>
      purposes;  // "idle keep-alive connections": how many
};

}  // namespace goknot
