// SPDX-License-Identifier: Apache-2.0
#include "goknot/target/heap/follow.h"

#include "goknot/base/quantity.h"
#include "goknot/target/heap/census.h"
#include "goknot/target/heap/reachability.h"

#include <algorithm>
#include <iterator>
#include <optional>
#include <utility>
#include <vector>

namespace goknot::target {

namespace {

using Clock = std::chrono::steady_clock;

constexpr int kMostPasses = 4;
// Two that agree are needed for a statement about a program that runs on.
constexpr int kLeastPasses = 2;
// A third and fourth pass, in the hope for a quiet moment, only where they cost next to nothing.
constexpr std::chrono::milliseconds kPatience{40};
constexpr int kLooks = 10;  // at a goroutine that runs, in each pass

void note_gap(Snapshot& snapshot, const Reachability& pass, const FollowLimits& limits) {
  std::string what;
  if (pass.hit_limit) {
    what = "up to " + spoken_bytes(pass.heap_bytes) + " of pointers, more than the " +
           spoken_bytes(limits.bytes) + " that may be copied; --reach-memory allows more";
  } else if (pass.out_of_time) {
    what = "it took too long to follow";
  } else {
    return;
  }
  snapshot.gaps.push_back({.where = "the heap",
                           .what = std::move(what),
                           .hides = "whether anything can still wake those who wait"});
}

std::vector<Address> common(std::span<const Address> a, std::span<const Address> b) {
  std::vector<Address> both;
  std::ranges::set_intersection(a, b, std::back_inserter(both));
  return both;
}

// Several passes over the heap, and what they showed together.
// Why one pass is not enough: while it reads object A and then B, the program may move the last
// reference to a channel from B to A, and it is seen in neither. If nobody ran, nothing was moved.
class Passes {
 public:
  Passes(const Memory& memory, const Program& program, const Reading& reading, Motion motion,
         const FollowLimits& limits, Snapshot& snapshot)
      : memory_(memory),
        program_(program),
        reading_(reading),
        motion_(motion),
        limits_(limits),
        snapshot_(snapshot) {}

  void run();

 private:
  bool pass(bool first);
  void note_findings(Reach reach);
  bool is_proof() const { return quiet_ || (agree_ && restless_.empty()); }

  const Memory& memory_;
  const Program& program_;
  const Reading& reading_;
  Motion motion_;
  const FollowLimits& limits_;
  Snapshot& snapshot_;
  Clock::time_point start_ = Clock::now();
  Census all_{memory_, program_, reading_.marks};
  std::vector<Present> census_;           // the last one
  std::vector<std::uint32_t> unreached_;  // in all passes
  std::vector<Address> restless_;  // who ran during the first pass and was not seen parked since
  bool agree_ = false;             // the last pass found nothing that the one before had not
  bool quiet_ = false;             // nobody ran during the last pass
  std::optional<HeapPass> last_;
};

// False if that is the end of it: nothing can be said.
// Only what all passes call unreachable stays so.
bool Passes::pass(bool first) {
  const PassInput input{.snapshot = snapshot_,
                        .marks = reading_.marks,
                        .pointers = reading_.pointers,
                        .words = reading_.words,
                        .census = census_,
                        .most_bytes = limits_.bytes,
                        .deadline = start_ + limits_.time,
                        .looks = motion_ == Motion::runs_on ? kLooks : 1};
  HeapPass& heap = last_.emplace(memory_, program_, input);
  Reachability now = heap.find_unreachable();
  note_gap(snapshot_, now, limits_);
  auto after = now.complete ? all_.take() : std::nullopt;
  if (!after) return false;
  const std::vector<Address> ran = ran_between(census_, *after, snapshot_);
  census_ = *std::move(after);
  quiet_ = ran.empty() || motion_ == Motion::stands_still;
  restless_ = first ? ran : common(restless_, now.unparked);
  agree_ = !first && unreached_ == now.unreachable;
  if (!first) {
    std::vector<std::uint32_t> both;
    std::ranges::set_intersection(unreached_, now.unreachable, std::back_inserter(both));
    now.unreachable = std::move(both);
  }
  unreached_ = std::move(now.unreachable);
  return !unreached_.empty();
}

void Passes::note_findings(Reach reach) {
  for (const std::uint32_t row : unreached_) snapshot_.goroutines[row].reach = reach;
  const auto held = last_->weigh(unreached_);
  if (!held || snapshot_.details.size() != snapshot_.goroutines.size()) return;
  for (std::size_t i = 0; i < held->size(); ++i) {
    snapshot_.details[unreached_[i]].heap_held = (*held)[i];
  }
}

// Mostly one pass does: a program that hangs is quiet. A busy server never is; there two passes
// must agree, and those who ran during the first must have been seen parked, stacks and all, in the
// second.
void Passes::run() {
  auto census = all_.take();
  if (!census) return;
  census_ = *std::move(census);
  for (int i = 0; i < kMostPasses; ++i) {
    if (i >= kLeastPasses && Clock::now() - start_ > kPatience) break;
    if (!pass(i == 0)) return;
    if (is_proof()) return note_findings(Reach::never);
  }
  note_findings(Reach::unreached);
}

}  // namespace

void follow_heap(const Memory& memory, const Program& program, const Reading& reading,
                 Motion motion, const FollowLimits& limits, Snapshot& snapshot) {
  if (limits.bytes == 0) return;
  Passes(memory, program, reading, motion, limits, snapshot).run();
}

}  // namespace goknot::target
