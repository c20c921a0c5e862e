// SPDX-License-Identifier: Apache-2.0
#include "goknot/target/answerers.h"

#include "goknot/target/batch.h"
#include "goknot/target/channel_calls.h"
#include "goknot/target/code.h"

#include <absl/container/flat_hash_map.h>
#include <absl/container/flat_hash_set.h>

#include <algorithm>
#include <tuple>
#include <vector>

namespace goknot::target {

namespace {

constexpr std::size_t kMostRows = 20000;  // goroutines that are read again

// A channel on which somebody waits with a lock in hand, and what would end that.
struct Wanted {
  ObjectId object;
  Operation answer = Operation::unknown;
};

using WantedChannels = absl::flat_hash_map<Address, std::vector<Wanted>>;

// Who holds a lock that somebody waits for.
absl::flat_hash_set<std::uint32_t> holders_of_contended(const Snapshot& snapshot) {
  absl::flat_hash_set<ObjectId> contended;
  for (const Wait& wait : snapshot.waits) {
    if (wait.object && is_lock(snapshot.objects[wait.object.index()].kind)) {
      contended.insert(wait.object);
    }
  }
  absl::flat_hash_set<std::uint32_t> holders;
  for (const Hold& hold : snapshot.holds) {
    if (contended.contains(hold.object)) holders.insert(hold.goroutine);
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
    const Operation answer =
        wait.operation == Operation::send ? Operation::receive : Operation::send;
    std::vector<Wanted>& there = wanted[*object.address];
    const auto is_known = [&](const Wanted& one) { return one.answer == answer; };
    if (std::ranges::none_of(there, is_known)) there.push_back({wait.object, answer});
  }
  return wanted;
}

}  // namespace

void find_answerers(const Memory& memory, const Program& program, std::span<const Mark> marks,
                    Snapshot& snapshot) {
  if (marks.size() != snapshot.goroutines.size() || marks.size() > kMostRows) return;
  auto holders = holders_of_contended(snapshot);
  absl::erase_if(holders,
                 [&](std::uint32_t row) { return is_unreached(snapshot.goroutines[row].reach); });
  const WantedChannels by_holders =
      wanted_channels(snapshot, [&](std::uint32_t row) { return holders.contains(row); });
  if (by_holders.empty()) return;
  const WantedChannels by_all = wanted_channels(snapshot, [](std::uint32_t) { return true; });
  absl::flat_hash_map<Address, std::uint32_t> row_of;
  std::vector<Address> addresses;
  for (std::uint32_t row = 0; row < marks.size(); ++row) {
    if (snapshot.goroutines[row].system) continue;
    row_of.emplace(marks[row].goroutine, row);
    addresses.push_back(marks[row].goroutine);
  }
  std::ranges::sort(addresses);
  Snapshot names;  // takes the names of the code, which nobody asks for here
  Code code(memory, program.layout, program.tables, names);
  ChannelCalls calls(code);
  Batch batch;
  batch.read(code, addresses, Around::nothing);
  absl::flat_hash_set<std::tuple<std::uint32_t, std::uint32_t>> noted;
  for (const Specimen& specimen : batch.specimens()) {
    const std::uint32_t row = row_of[specimen.record.address];
    const bool whole = specimen.look == Look::steady && specimen.end == StackEnd::complete;
    if (!whole || key_of(specimen.record) != marks[row].key) continue;
    const WantedChannels& wanted = holders.contains(row) ? by_all : by_holders;
    for (const ChannelIntent& intent : calls.intents(specimen)) {
      const auto found = wanted.find(intent.channel);
      if (found == wanted.end()) continue;
      for (const Wanted& one : found->second) {
        if (one.answer != intent.operation) continue;
        if (!noted.emplace(row, one.object.value).second) continue;
        snapshot.references.push_back({row, one.object, intent.operation});
      }
    }
  }
  std::ranges::stable_sort(snapshot.references, {}, &Reference::goroutine);
}

}  // namespace goknot::target
