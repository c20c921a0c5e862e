// SPDX-License-Identifier: Apache-2.0
#include "goknot/analysis/suspicion.h"

#include "goknot/analysis/growth.h"
#include "goknot/analysis/movers.h"

#include <absl/container/flat_hash_set.h>
#include <fmt/format.h>

#include <algorithm>

namespace goknot::analysis {

namespace {

constexpr std::uint64_t kSeveral = 2;
constexpr std::uint64_t kMany = 20;
constexpr std::int32_t kLong = 10;  // minutes

// The weights; 3 points are possible, 4 likely:
//
//     +4  the function that started it panicked because it waited in vain
//     +3  a shape that healthy programs show for moments only (+2 if it receives)
//     +2  a test ran into its time limit meanwhile (+1 if something still moves)
//     +2  it sends, has done so for a while, and the starters of all of them are gone
//     +1  each: it sends; several stand there; twenty and more; a minute or more; it did not move;
//         their number has grown; main or a test is stuck in it; it was picked by hand
//     +1  of text, a sender of ten minutes or more that would else be just below possible
//     -1  each: a select, where another case may come; a join, where others may be slow
//     -1  of text that another program has condensed: it may have left out who answers
//     -2  it receives in the function it was started with, as a background loop does
//     -3  each: main that does not send; a known shape of a library
class Scale {
 public:
  Scale(const Scene& scene, std::size_t group)
      : scene_(scene),
        index_(group),
        group_(scene.groups()[group]),
        traits_(scene.traits(group)),
        given_up_(watchdog_fired()) {}

  Suspicion weigh();

 private:
  void add(int points, std::string reason) {
    suspicion_.points += points;
    if (points > 0 && !reason.empty()) suspicion_.reasons.push_back(std::move(reason));
  }

  bool runtime_says_so() const;
  void weigh_report();
  void weigh_cause();
  void weigh_wait();
  void weigh_number();
  void weigh_creator();
  void weigh_history();
  void weigh_excuses();
  void weigh_age();
  void weigh_helpers();
  bool creators_are_gone() const;
  bool watchdog_fired() const;

  const Scene& scene_;
  std::size_t index_;
  const Group& group_;
  const Traits& traits_;
  bool given_up_;
  Suspicion suspicion_;
};

Suspicion Scale::weigh() {
  if (runtime_says_so()) {
    suspicion_.proved = true;
    return suspicion_;
  }
  if (scene_.context().cause == Cause::leak_report) {
    weigh_report();
    return suspicion_;
  }
  weigh_cause();
  weigh_wait();
  weigh_number();
  weigh_creator();
  weigh_history();
  weigh_excuses();
  weigh_helpers();
  weigh_age();
  return suspicion_;
}

// All asleep: every goroutine of the program. A bubble: its durably blocked ones. A leak mark:
// those that have it.
bool Scale::runtime_says_so() const {
  const Goroutine& first = scene_.goroutine(group_.members.front());
  switch (scene_.context().cause) {
    case Cause::all_asleep:
    case Cause::no_goroutines:
      return traits_.standing != Standing::framework;
    case Cause::synctest_deadlock:
      return traits_.standing != Standing::framework && (first.bubble != 0 || first.durable);
    default:
      return first.leaked;
  }
}

// What a leak check lists was there when the test had ended. Connections that wait in a pool may
// only need closing.
void Scale::weigh_report() {
  const bool pooled =
      traits_.shape != nullptr && !traits_.shape->basic &&
      (traits_.shape->ignored_by_leak_detectors || traits_.shape->kind == ShapeClass::idle);
  add(pooled ? Suspicion::kPossible : Suspicion::kLikely, "the test found it left behind");
}

void Scale::weigh_cause() {
  switch (scene_.context().cause) {
    case Cause::test_timeout:
      add(2, "a test ran into its time limit meanwhile");
      // Somebody still moves: the test may only be slow.
      if (scene_.context().movers > 0) add(-1, "");
      break;
    default:
      break;
  }
  if (scene_.context().excerpt) add(1, "");
}

void Scale::weigh_wait() {
  if (traits_.operation == Operation::send) add(1, "sending on a channel is no place to idle");
  if (traits_.operation == Operation::select) add(-1, "");
  if (traits_.standing == Standing::join) add(-1, "");
  const bool hanging_test = traits_.test && scene_.context().cause == Cause::test_timeout;
  if (hanging_test || (traits_.test && traits_.operation == Operation::send)) {
    add(1, "a test is stuck in it");
  } else if (traits_.main && traits_.operation == Operation::send) {
    add(1, "main is stuck in it");
  }
  if (group_.most_minutes > 0) add(1, "it waits for a minute or more");
}

// Of many who listen to others there are as many as there are others.
void Scale::weigh_number() {
  if (traits_.operation == Operation::select || traits_.standing == Standing::join) return;
  if (group_.count >= kSeveral) add(1, fmt::format("{} stand there", group_.count));
  if (group_.count >= kMany && traits_.operation != Operation::receive) add(1, "");
}

// Every goroutine of the group was started by another goroutine, and those are gone: nobody is left
// who had the other end in hand. One starter for all is a pool; and who else was started with it
// may have been given that end, as by those who set up a connection.
bool Scale::creators_are_gone() const {
  if (!scene_.snapshot().origin.complete || group_.members.size() < kSeveral) return false;
  absl::flat_hash_set<std::int64_t> parents;
  for (const std::uint32_t row : group_.members) {
    const std::int64_t parent = scene_.goroutine(row).parent;
    if (parent <= 0 || scene_.find(parent)) return false;
    parents.insert(parent);
  }
  if (parents.size() * 2 <= group_.members.size()) return false;
  return std::ranges::none_of(parents, [this](auto parent) { return scene_.left_several(parent); });
}

// The function that started it is panicking by its own will: it waited for what it started, and
// gave up.
bool Scale::watchdog_fired() const {
  if (!group_.creator) return false;
  const StringId creator = scene_.snapshot().stacks[group_.creator].function;
  return std::ranges::find(scene_.panicking(), creator) != scene_.panicking().end();
}

// Whoever listens to others waits alike, and those who have just sent wait in any queue.
void Scale::weigh_creator() {
  const bool sends = traits_.operation == Operation::send;
  if (sends && scene_.is_lasting(index_) && creators_are_gone()) {
    add(2, "the goroutines that started them are gone");
  }
  if (given_up_) add(4, "the function that started it gave up waiting and panicked");
}

// Standing still between two looks says no more than an age of minutes does.
void Scale::weigh_history() {
  const bool still = scene_.unmoved(group_.members.front()) > 0;
  if (still && group_.most_minutes <= 0) add(1, "it did not move between two looks");
  if (has_grown(scene_, index_)) add(1, "their number grew from look to look");
}

// Of what is known of libraries some is an excuse, and some the opposite.
void Scale::weigh_excuses() {
  const bool known = traits_.shape != nullptr && !traits_.shape->basic;
  if (known && traits_.shape->kind == ShapeClass::stuck && group_.most_minutes > 0) {
    // What is received may come late: the output of a child's child that lives on.
    const int weight = traits_.operation == Operation::receive ? 2 : 3;
    add(weight, "a healthy program is there for moments only");
    return;
  }
  const bool receives = traits_.operation == Operation::receive ||
                        traits_.operation == Operation::select || traits_.kind == ObjectKind::cond;
  if (traits_.entry_waits && receives && !given_up_ && !traits_.test && !traits_.main) add(-2, "");
  if (traits_.main && traits_.operation != Operation::send) add(-3, "");
  const bool text = scene_.snapshot().origin.kind == SourceKind::text;
  if (text && scene_.goroutine(group_.members.front()).id < 0) add(-1, "");
  if (known && !traits_.test) add(-3, "");
}

// Whom it has started may bring what it waits for while they run or wait for the world: then no
// more than possible. Memory shows who could.
void Scale::weigh_helpers() {
  if (scene_.snapshot().origin.detail == Detail::memory) return;
  if (traits_.operation == Operation::send || suspicion_.points <= Suspicion::kPossible) return;
  const auto is_own = [this](std::uint32_t row) {
    const auto parent = scene_.find(scene_.goroutine(row).parent);
    return parent && scene_.group_index(*parent) == index_;
  };
  for (const std::size_t i : moving_groups(scene_)) {
    if (!std::ranges::any_of(scene_.groups()[i].members, is_own)) continue;
    suspicion_.points = Suspicion::kPossible;
    return;
  }
}

// Who makes something on demand sends for as long as nobody asks; so age makes a sender suspicious
// that would be passed over, and no more than that. Memory shows who could receive.
void Scale::weigh_age() {
  if (scene_.snapshot().origin.detail == Detail::memory) return;
  if (traits_.operation != Operation::send || group_.most_minutes < kLong) return;
  if (suspicion_.points == Suspicion::kPossible - 1) add(1, "nobody has received for ten minutes");
}

}  // namespace

std::string Suspicion::text() const {
  if (proved && reasons.empty()) return "the runtime says so";
  std::string text;
  for (const std::string& reason : reasons) {
    if (!text.empty()) text += "; ";
    text += reason;
  }
  return text;
}

Suspicion suspect(const Scene& scene, std::size_t group) { return Scale(scene, group).weigh(); }

Severity severity_of(const Scene& scene, std::size_t group) {
  const Cause cause = scene.context().cause;
  const Traits& traits = scene.traits(group);
  const bool somebody_waits = traits.main || traits.test || cause == Cause::all_asleep ||
                              cause == Cause::no_goroutines || cause == Cause::synctest_deadlock ||
                              cause == Cause::test_timeout;
  return somebody_waits ? Severity::deadlock : Severity::leak;
}

}  // namespace goknot::analysis
