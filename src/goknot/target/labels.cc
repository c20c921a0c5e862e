// SPDX-License-Identifier: Apache-2.0
// g.labels points to a runtime/pprof.labelMap (runtime/pprof/label.go):
// go1.13 to go1.23: a map[string]string; go1.24 on: a slice of pairs of strings.
#include "goknot/target/labels.h"

#include "goknot/target/reads.h"

#include <absl/container/flat_hash_map.h>

#include <algorithm>
#include <string_view>
#include <utility>
#include <vector>

namespace goknot::target {

namespace {

constexpr int kFirstSlice = 24;  // the minor release
constexpr std::size_t kMostLabels = 64;
constexpr std::size_t kMostText = 4096;                      // bytes of a key or value
constexpr std::size_t kMostBytes = std::size_t{128} << 20U;  // of all texts
constexpr std::size_t kPair = 32;                            // two strings

// go1.13 to go1.23 runtime/map.go: type hmap, type bmap; a bucket of a map[string]string has eight
// bytes of hashes, eight keys, eight values and a pointer to more.
constexpr std::size_t kMapSize = 48;
constexpr std::size_t kLogBuckets = 9;
constexpr std::size_t kBuckets = 16;
constexpr std::size_t kOldBuckets = 24;
constexpr std::size_t kSlots = 8;
constexpr std::size_t kKeys = 8;
constexpr std::size_t kValues = kKeys + kSlots * 16;
constexpr std::size_t kMore = kValues + kSlots * 16;
constexpr std::size_t kBucketSize = kMore + 8;
constexpr unsigned kFirstHash = 5;  // minTopHash: below it, a slot is empty or moved
constexpr unsigned kMostLogBuckets = 4;

// A string as it stands in memory.
struct Text {
  Address address = 0;
  std::uint64_t size = 0;
  std::size_t read = 0;  // the number of its read
};

// A set of labels.
// Labels are read side by side: each step (pointer, map, buckets, texts) is one large read for all
// sets, and a set that makes no sense at one step is left out of the next.
struct Set {
  Address address = 0;
  std::vector<std::pair<Text, Text>> labels = {};
  bool sound = false;
};

Text text_at(std::span<const std::byte> bytes, std::size_t offset) {
  return {.address = load<Address>(bytes, offset), .size = load<std::uint64_t>(bytes, offset + 8)};
}

bool is_sound(const Text& text) {
  return text.size == 0 || (text.size <= kMostText && text.address != 0);
}

void add_pair(Set& set, const Text& key, const Text& value) {
  if (is_sound(key) && is_sound(value) && set.labels.size() < kMostLabels) {
    set.labels.emplace_back(key, value);
  } else {
    set.sound = false;
  }
}

// From go1.24 on: {pointer, length, capacity}, and the pairs.
void read_slices(const Memory& memory, std::vector<Set>& sets) {
  Reads heads;
  for (const Set& set : sets) heads.add(set.address, 24);
  heads.run(memory);
  Reads pairs;
  std::vector<std::size_t> counts;
  for (std::size_t i = 0; i < sets.size(); ++i) {
    const auto head = heads[i];
    const std::uint64_t length = head.empty() ? 0 : load<std::uint64_t>(head, 8);
    sets[i].sound =
        !head.empty() && length <= kMostLabels && length <= load<std::uint64_t>(head, 16);
    pairs.add(sets[i].sound ? load<Address>(head, 0) : 0, sets[i].sound ? length * kPair : 0);
  }
  pairs.run(memory);
  for (std::size_t i = 0; i < sets.size(); ++i) {
    const auto bytes = pairs[i];
    for (std::size_t at = 0; at + kPair <= bytes.size(); at += kPair) {
      add_pair(sets[i], text_at(bytes, at), text_at(bytes, at + 16));
    }
    if (bytes.empty()) sets[i].sound = false;
  }
}

// The labels of one bucket. One that has more elsewhere is not followed: no program has so many.
void add_bucket(Set& set, std::span<const std::byte> bucket) {
  if (load<Address>(bucket, kMore) != 0) set.sound = false;
  for (std::size_t slot = 0; slot < kSlots; ++slot) {
    if (std::to_integer<unsigned>(bucket[slot]) < kFirstHash) continue;
    add_pair(set, text_at(bucket, kKeys + slot * 16), text_at(bucket, kValues + slot * 16));
  }
}

// To go1.23: a pointer to the map, the map, its buckets.
void read_maps(const Memory& memory, std::vector<Set>& sets) {
  Reads pointers;
  for (const Set& set : sets) pointers.add(set.address, sizeof(Address));
  pointers.run(memory);
  Reads maps;
  for (std::size_t i = 0; i < sets.size(); ++i) {
    maps.add(pointers[i].empty() ? 0 : load<Address>(pointers[i], 0), kMapSize);
  }
  maps.run(memory);
  Reads buckets;
  for (std::size_t i = 0; i < sets.size(); ++i) {
    const auto map = maps[i];
    const unsigned log = map.empty() ? 0 : std::to_integer<unsigned>(map[kLogBuckets]);
    // One that is just growing has labels in two places; it is small, and stays so.
    sets[i].sound = !map.empty() && log <= kMostLogBuckets && load<Address>(map, kOldBuckets) == 0;
    buckets.add(sets[i].sound ? load<Address>(map, kBuckets) : 0,
                sets[i].sound ? kBucketSize << log : 0);
  }
  buckets.run(memory);
  for (std::size_t i = 0; i < sets.size(); ++i) {
    const auto bytes = buckets[i];
    for (std::size_t at = 0; at + kBucketSize <= bytes.size(); at += kBucketSize) {
      add_bucket(sets[i], bytes.subspan(at, kBucketSize));
    }
    const std::uint64_t count = maps[i].empty() ? 0 : load<std::uint64_t>(maps[i], 0);
    if (sets[i].labels.size() != count) sets[i].sound = false;
  }
}

std::string_view as_text(std::span<const std::byte> bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

// Reads the texts of all sets.
Reads read_texts(const Memory& memory, std::vector<Set>& sets) {
  Reads texts;
  std::size_t left = kMostBytes;
  for (Set& set : sets) {
    if (!set.sound) continue;
    for (auto& [key, value] : set.labels) {
      if (key.size + value.size > left) set.sound = false;
      if (!set.sound) break;
      left -= key.size + value.size;
      key.read = texts.add(key.address, key.size);
      value.read = texts.add(value.address, value.size);
    }
  }
  texts.run(memory);
  return texts;
}

// The row of a set that makes sense.
LabelsId add_set(const Set& set, const Reads& texts, bool sorted, Snapshot& snapshot) {
  std::vector<std::pair<std::string_view, std::string_view>> labels;
  for (const auto& [key, value] : set.labels) {
    const auto key_bytes = texts[key.read];
    const auto value_bytes = texts[value.read];
    if (key_bytes.size() != key.size || value_bytes.size() != value.size) return {};
    labels.emplace_back(as_text(key_bytes), as_text(value_bytes));
  }
  if (!sorted) std::ranges::sort(labels);
  LabelSet& row = snapshot.label_sets.emplace_back();
  for (const auto& [key, value] : labels) {
    row.labels.emplace_back(snapshot.strings.add(key), snapshot.strings.add(value));
  }
  return LabelsId(snapshot.label_sets.size() - 1);
}

std::vector<Set> sets_of(std::span<const Labelled> goroutines) {
  std::vector<Set> sets;
  for (const Labelled& goroutine : goroutines) sets.push_back({.address = goroutine.labels});
  std::ranges::sort(sets, {}, &Set::address);
  const auto rest = std::ranges::unique(sets, {}, &Set::address);
  sets.erase(rest.begin(), rest.end());
  return sets;
}

}  // namespace

void read_labels(const Memory& memory, const Layout& layout, std::span<const Labelled> goroutines,
                 Snapshot& snapshot) {
  std::vector<Set> sets = sets_of(goroutines);
  const bool slices = layout.version.minor >= kFirstSlice;
  slices ? read_slices(memory, sets) : read_maps(memory, sets);
  const Reads texts = read_texts(memory, sets);
  // Labels are never changed, but given up: those a goroutine has still were there all the while.
  Reads still;
  for (const Labelled& goroutine : goroutines) {
    still.add(goroutine.goroutine + static_cast<Address>(layout.g.labels), sizeof(Address));
  }
  still.run(memory);
  absl::flat_hash_map<Address, LabelsId> rows;
  for (const Set& set : sets) {
    if (set.sound && !set.labels.empty()) {
      rows[set.address] = add_set(set, texts, slices, snapshot);
    }
  }
  for (std::size_t i = 0; i < goroutines.size(); ++i) {
    const auto now = still[i];
    if (now.empty() || load<Address>(now, 0) != goroutines[i].labels) continue;
    const auto row = rows.find(goroutines[i].labels);
    if (row != rows.end()) snapshot.goroutines[goroutines[i].row].labels = row->second;
  }
}

}  // namespace goknot::target
