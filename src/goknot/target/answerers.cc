// SPDX-License-Identifier: Apache-2.0
#include "goknot/target/answerers.h"

#include "goknot/model/answer.h"
#include "goknot/target/batch.h"
#include "goknot/target/channel_calls.h"
#include "goknot/target/code.h"

#include <absl/container/flat_hash_map.h>
#include <absl/container/flat_hash_set.h>

#include <algorithm>
#include <chrono>
#include <thread>
#include <tuple>
#include <utility>
#include <vector>

namespace goknot::target {

namespace {

constexpr std::size_t kMostRows = 20000;        // goroutines that are read again
constexpr int kLooks = 5;                       // at those that do not lie still …
constexpr std::chrono::milliseconds kPause{2};  // … and between two of them

// A channel on which somebody waits, and for what.
struct Wanted {
  ObjectId object;
  Operation waiting = Operation::unknown;
};

using WantedChannels = absl::flat_hash_map<Address, std::vector<Wanted>>;

// Who holds a lock that somebody waits for, and may still be woken as far as the heap tells.
absl::flat_hash_set<std::uint32_t> holders_of_contended(const Snapshot& snapshot) {
  absl::flat_hash_set<ObjectId> contended;
  for (const Wait& wait : snapshot.waits) {
    if (wait.object && is_lock(snapshot.objects[wait.object.index()].kind)) {
      contended.insert(wait.object);
    }
  }
  absl::flat_hash_set<std::uint32_t> holders;
  for (const Hold& hold : snapshot.holds) {
    const bool stuck = is_unreached(snapshot.goroutines[hold.goroutine].reach);
    if (contended.contains(hold.object) && !stuck) holders.insert(hold.goroutine);
  }
  return holders;
}

// The channels on which some goroutines wait. A select has several waits, of which another may end,
// and counts for none of them.
template <typename Waits>
WantedChannels wanted_channels(const Snapshot& snapshot, Waits is_meant) {
  WantedChannels wanted;
  for (const Wait& wait : snapshot.waits) {
    if (!wait.object || !is_meant(wait.goroutine)) continue;
    const WaitObject& object = snapshot.objects[wait.object.index()];
    if (object.kind != ObjectKind::channel || !object.address) continue;
    if (object.identity != Identity::exact) continue;
    if (wait.operation != Operation::send && wait.operation != Operation::receive) continue;
    std::vector<Wanted>& there = wanted[*object.address];
    const auto is_known = [&](const Wanted& one) { return one.waiting == wait.operation; };
    if (std::ranges::none_of(there, is_known)) there.push_back({wait.object, wait.operation});
  }
  return wanted;
}

// Reads goroutines until all lie still, and collects who is going to answer whom.
class Search {
 public:
  Search(const Memory& memory, const Program& program, const Snapshot& snapshot)
      : code_(memory, program.layout, program.tables, names_),
        calls_(code_),
        holders_(holders_of_contended(snapshot)),
        by_holders_(wanted_channels(snapshot,
                                    [this](std::uint32_t row) { return holders_.contains(row); })),
        by_all_(wanted_channels(snapshot, [](std::uint32_t) { return true; })) {}

  // Whether no holder waits for an answer.
  bool is_idle() const { return by_holders_.empty(); }
  // Those who would answer; none if somebody never lay still, as what that one is going to do is
  // not seen.
  std::vector<Reference> run(const absl::flat_hash_map<Address, std::uint32_t>& rows);

 private:
  std::vector<Address> look(std::span<const Address> goroutines,
                            const absl::flat_hash_map<Address, std::uint32_t>& rows);
  void note(std::uint32_t row, const Specimen& specimen);

  Snapshot names_;  // takes the names of the code, which nobody asks for here
  Code code_;
  ChannelCalls calls_;
  absl::flat_hash_set<std::uint32_t> holders_;
  WantedChannels by_holders_, by_all_;
  Batch batch_;
  absl::flat_hash_set<std::tuple<std::uint32_t, std::uint32_t>> noted_;
  std::vector<Reference> found_;
};

void Search::note(std::uint32_t row, const Specimen& specimen) {
  const WantedChannels& wanted = holders_.contains(row) ? by_all_ : by_holders_;
  for (const ChannelIntent& intent : calls_.intents(specimen)) {
    const auto found = wanted.find(intent.channel);
    if (found == wanted.end()) continue;
    for (const Wanted& one : found->second) {
      if (!answers(intent.operation, one.waiting)) continue;
      if (!noted_.emplace(row, one.object.value).second) continue;
      found_.push_back({row, one.object, intent.operation});
    }
  }
}

// Who has moved since it was copied counts as well: it is one who may yet answer.
std::vector<Address> Search::look(std::span<const Address> goroutines,
                                  const absl::flat_hash_map<Address, std::uint32_t>& rows) {
  batch_.read(code_, goroutines, Around::nothing);
  std::vector<Address> unseen;
  for (const Specimen& specimen : batch_.specimens()) {
    if (specimen.look == Look::dead) continue;
    if (specimen.look == Look::steady && specimen.end == StackEnd::complete) {
      note(rows.at(specimen.record.address), specimen);
    } else {
      unseen.push_back(specimen.record.address);
    }
  }
  return unseen;
}

std::vector<Reference> Search::run(const absl::flat_hash_map<Address, std::uint32_t>& rows) {
  std::vector<Address> unseen;
  for (const auto& [goroutine, row] : rows) unseen.push_back(goroutine);
  std::ranges::sort(unseen);
  for (int i = 0; i < kLooks && !unseen.empty(); ++i) {
    if (i > 0) std::this_thread::sleep_for(kPause);
    unseen = look(unseen, rows);
  }
  if (!unseen.empty()) found_.clear();
  return std::move(found_);
}

}  // namespace

void find_answerers(const Memory& memory, const Program& program, std::span<const Mark> marks,
                    Snapshot& snapshot) {
  if (marks.size() != snapshot.goroutines.size() || marks.size() > kMostRows) return;
  Search search(memory, program, snapshot);
  if (search.is_idle()) return;
  absl::flat_hash_map<Address, std::uint32_t> rows;
  for (std::uint32_t row = 0; row < marks.size(); ++row) {
    if (!snapshot.goroutines[row].system) rows.emplace(marks[row].goroutine, row);
  }
  const std::vector<Reference> found = search.run(rows);
  snapshot.references.insert(snapshot.references.end(), found.begin(), found.end());
  std::ranges::stable_sort(snapshot.references, {}, &Reference::goroutine);
}

}  // namespace goknot::target
