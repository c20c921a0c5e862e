// SPDX-License-Identifier: Apache-2.0
#include "goknot/analysis/scene.h"

#include "goknot/analysis/traits.h"
#include "goknot/base/assert.h"

#include <algorithm>

namespace goknot::analysis {

namespace {

constexpr std::uint32_t kNoWait = 0xffffffff;
constexpr std::size_t kNoGroup = ~std::size_t{0};
constexpr std::size_t kExcerpt = 12;  // more goroutines than this nobody picks by hand

bool is_declared(Cause cause) {
  return cause == Cause::all_asleep || cause == Cause::no_goroutines ||
         cause == Cause::synctest_deadlock || cause == Cause::test_timeout ||
         cause == Cause::leak_report;
}

// A whole dump begins with goroutine 1 or the one that was running; one without either was picked
// by hand. One without ids was made by a program.
bool looks_picked(const Snapshot& snapshot) {
  if (snapshot.goroutines.size() > kExcerpt) return false;
  return std::ranges::none_of(snapshot.goroutines, [](const Goroutine& g) {
    return (g.state == State::running && g.id > 0) || g.current || g.id < 0;
  });
}

}  // namespace

// What stands at the end of a log is often cut.
const Snapshot& subject_of(const Series& series) {
  GOKNOT_ASSERT(!series.snapshots.empty());
  for (std::size_t i = series.snapshots.size(); i-- > 0;) {
    if (series.snapshots[i].origin.complete && !series.snapshots[i].goroutines.empty())
      return series.snapshots[i];
  }
  return series.snapshots.back();
}

// One creator that differs is enough to tell them apart; goroutine ids are never used again in a
// process (runtime/proc.go goidgen).
bool same_process(const Snapshot& before, const Snapshot& after) {
  absl::flat_hash_map<std::int64_t, const Goroutine*> known;
  for (const Goroutine& g : before.goroutines) {
    if (g.id > 0) known.try_emplace(g.id, &g);
  }
  std::size_t shared = 0;
  for (const Goroutine& g : after.goroutines) {
    const auto found = known.find(g.id);
    if (found == known.end()) continue;
    if (before.function(found->second->creator) != after.function(g.creator)) return false;
    shared++;
  }
  return shared > 0;
}

bool same_stack(const Snapshot& a, StackId stack_a, const Snapshot& b, StackId stack_b) {
  return std::ranges::equal(a.stacks.frames(stack_a), b.stacks.frames(stack_b),
                            [&](FrameId x, FrameId y) {
                              return a.stacks[x].line == b.stacks[y].line &&
                                     a.function(x) == b.function(y) && a.file(x) == b.file(y);
                            });
}

Scene::Scene(const Series& series, const Shapes& shapes)
    : snapshot_(&subject_of(series)), shapes_(&shapes), groups_(group(*snapshot_)) {
  classify();
  find_orphaned();
  look_around();
  find_panicking();
  compare_with_earlier(series);
}

void Scene::classify() {
  wait_of_.assign(snapshot_->goroutines.size(), kNoWait);
  for (std::size_t i = snapshot_->waits.size(); i-- > 0;) {
    wait_of_[snapshot_->waits[i].goroutine] = static_cast<std::uint32_t>(i);
  }
  Shapes::Memo memo;
  traits_.reserve(groups_.size());
  group_of_.assign(snapshot_->goroutines.size(), 0);
  for (std::size_t i = 0; i < groups_.size(); i++) {
    for (const std::uint32_t row : groups_[i].members)
      group_of_[row] = static_cast<std::uint32_t>(i);
    traits_.push_back(
        find_traits(*snapshot_, groups_[i], typical_wait(groups_[i]), *shapes_, memo));
  }
  rows_.reserve(snapshot_->goroutines.size());
  for (std::size_t row = 0; row < snapshot_->goroutines.size(); row++) {
    if (snapshot_->goroutines[row].id > 0) {
      rows_.try_emplace(snapshot_->goroutines[row].id, static_cast<std::uint32_t>(row));
    }
  }
}

// The wait that tells what a group is up to. One whose channels are all nil is none where others
// have some.
const Wait* Scene::typical_wait(const Group& group) const {
  const Wait* first = wait_of(group.members.front());
  if (group.reason != WaitReason::select) return first;
  const auto has_channels = [this](std::uint32_t row) {
    const Wait* wait = wait_of(row);
    return wait != nullptr && wait->kind != ObjectKind::nil_channel;
  };
  const auto found = std::ranges::find_if(group.members, has_channels);
  return found == group.members.end() ? first : wait_of(*found);
}

// A dump is frozen if nothing in it can move by itself: then even a wait that is a second old will
// not end. A crash is none, because the runtime stopped the others at any moment of their work.
void Scene::look_around() {
  const Origin& origin = snapshot_->origin;
  context_.cause = origin.cause;
  context_.declared = is_declared(origin.cause);
  context_.crash = origin.cause == Cause::panic || origin.cause == Cause::fatal ||
                   origin.cause == Cause::data_race;
  // Nobody who picks goroutines takes the words along that stand before all of them.
  context_.excerpt =
      origin.cause == Cause::none && origin.kind == SourceKind::text && looks_picked(*snapshot_);
  context_.ready = static_cast<std::uint64_t>(
      std::ranges::count(snapshot_->goroutines, State::runnable, &Goroutine::state));
  std::uint64_t running = 0;
  std::uint64_t outside = 0;
  for (std::size_t i = 0; i < groups_.size(); i++) {
    const Standing standing = traits_[i].standing;
    if (groups_[i].most_minutes > 0) context_.ages = true;
    if (standing == Standing::outside || standing == Standing::unknown) outside += groups_[i].count;
    if (standing != Standing::moving) continue;
    // One goroutine runs in a dump that a program takes of itself; a signal comes from outside.
    const bool took_it = groups_[i].state == State::running && context_.cause != Cause::signal;
    (took_it ? running : context_.movers) += groups_[i].count;
  }
  context_.frozen = origin.complete && !context_.crash && !context_.excerpt &&
                    context_.movers == 0 && outside == 0 && running <= 1;
}

void Scene::find_panicking() {
  for (const Group& group : groups_) {
    if (group.state != State::running) continue;
    const auto frames = snapshot_->stacks.frames(group.stack);
    for (std::size_t i = 0; i + 1 < frames.size(); i++) {
      const std::string_view function = snapshot_->function(frames[i]);
      if (function != "panic" && function != "runtime.gopanic") continue;
      panicking_.push_back(snapshot_->stacks[frames[i + 1]].function);
    }
  }
}

void Scene::compare_with_earlier(const Series& series) {
  for (const Snapshot& before : series.snapshots) {
    if (&before == snapshot_) break;
    if (!same_process(before, *snapshot_)) continue;
    earlier_.push_back(&before);
    for (const Goroutine& g : before.goroutines) {
      const auto found = rows_.find(g.id);
      if (found == rows_.end()) continue;
      const Goroutine& now = snapshot_->goroutines[found->second];
      if (g.state == now.state && same_stack(before, g.stack, *snapshot_, now.stack))
        unmoved_[g.id]++;
    }
  }
}

std::uint64_t Scene::count_of(std::span<const std::uint32_t> rows) const {
  std::uint64_t count = 0;
  for (const std::uint32_t row : rows) count += goroutine(row).count;
  return count;
}

const Wait* Scene::wait_of(std::uint32_t row) const {
  return wait_of_[row] == kNoWait ? nullptr : &snapshot_->waits[wait_of_[row]];
}

std::optional<std::uint32_t> Scene::find(std::int64_t id) const {
  const auto found = rows_.find(id);
  if (found == rows_.end()) return {};
  return found->second;
}

// Many were started by one, often side by side.
// Goroutines of one starter, which has ended, in several places are what an early return leaves
// behind: a producer here, its consumer there.
void Scene::find_orphaned() {
  std::int64_t last = 0;
  std::size_t last_group = kNoGroup;
  for (std::uint32_t row = 0; row < snapshot_->goroutines.size(); ++row) {
    const std::int64_t parent = snapshot_->goroutines[row].parent;
    const std::size_t group = group_of_[row];
    if (parent <= 0 || (parent == last && group == last_group)) continue;
    last = parent;
    last_group = group;
    if (traits_[group].standing == Standing::join || rows_.contains(parent)) continue;
    const auto [entry, added] = left_by_.try_emplace(parent, group);
    if (!added && entry->second != group) entry->second = kNoGroup;
  }
}

bool Scene::left_several(std::int64_t id) const {
  const auto found = left_by_.find(id);
  return found != left_by_.end() && found->second == kNoGroup;
}

Place Scene::place(FrameId frame) const {
  if (!frame) return {};
  return {std::string(snapshot_->function(frame)), std::string(snapshot_->file(frame)),
          snapshot_->stacks[frame].line};
}

Place Scene::place(StackId stack, std::uint32_t depth) const {
  const auto frames = snapshot_->stacks.frames(stack);
  return depth < frames.size() ? place(frames[depth]) : Place();
}

Place Scene::shown_place(std::size_t group) const {
  const StackId stack = groups_[group].stack;
  const bool own = traits_[group].user_frame < snapshot_->stacks.frames(stack).size();
  return place(stack, own ? traits_[group].user_frame : traits_[group].wait_frame);
}

std::vector<std::string_view> Scene::functions(StackId stack) const {
  std::vector<std::string_view> names;
  for (const FrameId frame : snapshot_->stacks.frames(stack))
    names.push_back(snapshot_->function(frame));
  return names;
}

std::uint32_t Scene::unmoved(std::uint32_t row) const {
  const auto found = unmoved_.find(snapshot_->goroutines[row].id);
  return found == unmoved_.end() ? 0 : found->second;
}

bool Scene::is_lasting(std::size_t group) const {
  return groups()[group].most_minutes > 0 || unmoved(groups()[group].members.front()) > 0;
}

}  // namespace goknot::analysis
