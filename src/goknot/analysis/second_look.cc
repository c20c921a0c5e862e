// SPDX-License-Identifier: Apache-2.0
#include "goknot/analysis/second_look.h"

#include <absl/container/flat_hash_set.h>

#include <algorithm>
#include <iterator>
#include <thread>
#include <utility>

namespace goknot::analysis {

namespace {

using Ids = absl::flat_hash_set<std::int64_t>;

void add_members(const Finding& finding, Ids& ids) {
  ids.insert(finding.roots.begin(), finding.roots.end());
  ids.insert(finding.victims.begin(), finding.victims.end());
  for (const Edge& edge : finding.edges) ids.insert(edge.goroutine);
  for (const Culprit& culprit : finding.culprits) {
    if (culprit.goroutine) ids.insert(*culprit.goroutine);
  }
}

std::vector<std::uint32_t> rows_of(const Snapshot& snapshot, const Ids& ids) {
  std::vector<std::uint32_t> rows;
  for (std::uint32_t row = 0; row < snapshot.goroutines.size(); ++row) {
    const Goroutine& goroutine = snapshot.goroutines[row];
    if (goroutine.state != State::running && ids.contains(goroutine.id)) rows.push_back(row);
  }
  return rows;
}

// Whether no time that passes can change it.
bool is_final(const Finding& finding) {
  if (finding.grade != Grade::proved) return false;
  return finding.shape == Shape::self || finding.shape == Shape::cycle ||
         (finding.shape == Shape::orphan && finding.severity == Severity::leak);
}

template <typename T>
void sort_once(std::vector<T>& values) {
  std::ranges::sort(values);
  const auto rest = std::ranges::unique(values);
  values.erase(rest.begin(), rest.end());
}

// Sums over threads shrink when a thread ends.
std::uint64_t growth(std::uint64_t before, std::uint64_t after) {
  return after > before ? after - before : 0;
}

// Pages from a disk while the program hardly ran: it waited for them.
constexpr std::uint64_t kManyFaults = 10;
constexpr std::uint64_t kHardly = 10;  // one part in so many of the time
// Waiting for a CPU so much, and longer than having one, is no time in which a queue has to move.
constexpr std::uint64_t kMuch = 4;  // one part in so many of the time

}  // namespace

std::vector<std::uint32_t> participants(const Snapshot& snapshot, const Diagnosis& diagnosis) {
  Ids ids;
  for (const Finding& finding : diagnosis.findings) {
    if (finding.severity != Severity::info) add_members(finding, ids);
  }
  return rows_of(snapshot, ids);
}

std::vector<std::uint32_t> members(const Snapshot& snapshot, const Diagnosis& diagnosis) {
  Ids ids;
  for (const Finding& finding : diagnosis.findings) add_members(finding, ids);
  return ids.empty() ? std::vector<std::uint32_t>() : rows_of(snapshot, ids);
}

// Its waits, holds and references were true of the moment of the copy alone. What it is going to do
// it may still do: a worker that moves is one who will answer.
void set_moving(Snapshot& snapshot, std::span<const std::uint32_t> rows) {
  const absl::flat_hash_set<std::uint32_t> moved(rows.begin(), rows.end());
  const StringId runnable = snapshot.strings.add("runnable");
  for (const std::uint32_t row : rows) {
    Goroutine& goroutine = snapshot.goroutines[row];
    goroutine.state = State::runnable;
    goroutine.reason = WaitReason::none;
    goroutine.status = runnable;
    goroutine.wait_minutes = -1;
    goroutine.leaked = false;
    goroutine.reach = Reach::unknown;
  }
  const auto is_of_moved = [&moved](const auto& fact) { return moved.contains(fact.goroutine); };
  std::erase_if(snapshot.waits, is_of_moved);
  std::erase_if(snapshot.holds, is_of_moved);
  std::erase_if(snapshot.omissions, is_of_moved);
  std::erase_if(snapshot.references, [&](const Reference& reference) {
    return is_of_moved(reference) && reference.will == Operation::unknown;
  });
  std::erase_if(snapshot.outside_waits, is_of_moved);
}

// All queues for locks are asked, also such as no finding names: that one moves makes contention of
// it.
Questions open_questions(const Snapshot& snapshot, const Diagnosis& diagnosis) {
  Ids suspects;
  Ids settled;
  for (const Finding& finding : diagnosis.findings) {
    if (finding.severity != Severity::info) {
      add_members(finding, is_final(finding) ? settled : suspects);
    }
  }
  Questions questions{.rows = rows_of(snapshot, suspects), .locks = {}};
  for (const Wait& wait : snapshot.waits) {
    if (!wait.object || !is_lock(snapshot.objects[wait.object.index()].kind)) continue;
    if (settled.contains(snapshot.goroutines[wait.goroutine].id)) continue;
    questions.rows.push_back(wait.goroutine);
    questions.locks.push_back(wait.object);
  }
  sort_once(questions.locks);
  for (const Hold& hold : snapshot.holds) {
    if (snapshot.goroutines[hold.goroutine].state == State::running) continue;
    if (std::ranges::binary_search(questions.locks, hold.object)) {
      questions.rows.push_back(hold.goroutine);
    }
  }
  sort_once(questions.rows);
  return questions;
}

// "Has not moved" is evidence only of a program that could have moved. Three things look like a
// hang from outside: a control group out of its CPU time, a program that waits for pages from a
// disk, and a machine on which others use the CPUs.
Progress compare(const std::optional<Vitals>& before, const std::optional<Vitals>& after,
                 std::chrono::nanoseconds between) {
  if (!before || !after) return {Meanwhile::held, "it has ended meanwhile"};
  for (const auto* vitals : {&*before, &*after}) {
    if (!vitals->standstill.empty()) return {Meanwhile::held, vitals->standstill};
  }
  const auto time = static_cast<std::uint64_t>(between.count());
  const std::uint64_t used = growth(before->cpu_nanos, after->cpu_nanos);
  if (after->throttled_nanos - before->throttled_nanos > time / 2) {
    return {Meanwhile::held, "out of the CPU time that its control group may use"};
  }
  if (after->major_faults - before->major_faults > kManyFaults && used < time / kHardly) {
    return {Meanwhile::held, "waiting for its memory to be read from a disk"};
  }
  const std::uint64_t waited = growth(before->waiting_nanos, after->waiting_nanos);
  if (waited > used && waited > time / kMuch) {
    return {Meanwhile::held, "others used the CPUs that it was waiting for"};
  }
  const bool ran = used > 0 || after->turns != before->turns;
  return {ran ? Meanwhile::ran : Meanwhile::idle, ""};
}

SecondLook look_again(const LiveView& live, const Snapshot& snapshot, const Questions& questions,
                      std::chrono::milliseconds pause) {
  const Moment copied = live.copied();
  if (copied.vitals && copied.vitals->standstill.empty()) {
    std::this_thread::sleep_until(copied.at + pause);
  }
  const std::optional<Vitals> now = live.vitals();
  const auto between = std::chrono::steady_clock::now() - copied.at;
  SecondLook look;
  look_at_more(live, questions.rows, look);
  for (const ObjectId id : questions.locks) {
    if (auto state = live.lock_now(snapshot.objects[id.index()])) {
      look.locks.push_back({id, *std::move(state)});
    }
  }
  Progress progress = compare(copied.vitals, now, between);
  look.after_seconds = std::chrono::duration<double>(between).count();
  look.meanwhile = progress.meanwhile;
  look.hindrance = std::move(progress.hindrance);
  return look;
}

bool look_at_more(const LiveView& live, std::span<const std::uint32_t> rows, SecondLook& look) {
  std::vector<std::uint32_t> fresh;
  std::ranges::set_difference(rows, look.looked_at, std::back_inserter(fresh));
  if (fresh.empty()) return false;
  const std::vector<std::uint32_t> moved = live.moved(fresh);
  look.looked_at.insert(look.looked_at.end(), fresh.begin(), fresh.end());
  look.moved.insert(look.moved.end(), moved.begin(), moved.end());
  std::ranges::sort(look.looked_at);
  std::ranges::sort(look.moved);
  return !moved.empty();
}

}  // namespace goknot::analysis
