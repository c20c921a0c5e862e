// SPDX-License-Identifier: Apache-2.0
#include "goknot/analysis/diff.h"

#include "goknot/analysis/group.h"
#include "goknot/analysis/group_view.h"
#include "goknot/analysis/scene.h"
#include "goknot/base/assert.h"
#include "goknot/base/quantity.h"
#include "goknot/model/function_name.h"

#include <absl/container/flat_hash_map.h>
#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <utility>

namespace goknot::analysis {

namespace {

// What all snapshots tell, so that it can be compared.
struct Common {
  bool status = true;
  bool creator = true;
};

Common common_of(std::span<const Snapshot> snapshots) {
  const auto tells = [snapshots](auto told) {
    return std::ranges::all_of(snapshots, [told](const Snapshot& snapshot) {
      return snapshot.goroutines.empty() || std::ranges::any_of(snapshot.goroutines, told);
    });
  };
  return {.status = tells([](const Goroutine& g) { return g.state != State::unknown; }),
          .creator = tells([](const Goroutine& g) { return static_cast<bool>(g.creator); })};
}

// Whether a frame is shown by some sources and left out by others (runtime/traceback.go,
// showfuncinfo): one of the runtime, or what the compiler wraps around a call.
bool is_optional(const Place& place) {
  const FunctionName name = parse_function_name(place.function);
  return is_runtime_package(name.package) || name.is_wrapper();
}

// What makes groups of different snapshots the same: status, places of the frames that all sources
// show, creator.
// A dump by signal shows frames of the runtime, others do not; compared frame by frame every
// group of one would be new in the other. If all frames of a group are optional they are all it
// has.
std::string key_of(const GroupView& group, Common common) {
  std::string key = common.status ? group.status : "";
  const auto add = [&key](const Place& place) {
    key += fmt::format("\n{}\t{}\t{}", place.function, place.file, place.line);
  };
  const bool bare = std::ranges::all_of(group.frames, is_optional);
  for (const Place& place : group.frames) {
    if (bare || !is_optional(place)) add(place);
  }
  if (!common.creator || !group.created_by) return key;
  return key + fmt::format("\n-{}\t{}", group.created_by->function, group.created_by->line);
}

bool has_ids(const Snapshot& snapshot) {
  return std::ranges::all_of(snapshot.goroutines, [](const Goroutine& g) { return g.id >= 0; });
}

// Whether ids tell the same goroutine in all snapshots.
// Ids begin at 1 in every process, so equal ids alone prove nothing: same_process() asks the
// creators.
Matching matching_of(std::span<const Snapshot> snapshots) {
  if (!std::ranges::all_of(snapshots, has_ids)) return Matching::by_stack;
  for (std::size_t i = 1; i < snapshots.size(); i++) {
    if (!same_process(snapshots[i - 1], snapshots[i])) return Matching::by_stack;
  }
  return Matching::by_id;
}

// Collects the groups of all snapshots, the same ones under the same number.
class Comparison {
 public:
  explicit Comparison(std::span<const Snapshot> snapshots)
      : snapshots_(snapshots), common_(common_of(snapshots)) {
    result_.matching = matching_of(snapshots);
    for (std::size_t i = 0; i < snapshots.size(); i++) add(i);
    if (result_.matching == Matching::by_id) {
      match_by_id();
    } else {
      match_by_stack();
    }
    for (Change& change : result_.changes) {
      change.grew = std::ranges::adjacent_find(change.counts, std::ranges::greater_equal()) ==
                    change.counts.end();
    }
  }

  Diff take() && {
    std::ranges::stable_sort(result_.changes, std::ranges::greater(), [](const Change& change) {
      const auto growth = static_cast<std::int64_t>(change.counts.back()) -
                          static_cast<std::int64_t>(change.counts.front());
      const std::int64_t rank = growth > 0 ? 2 : growth < 0 ? 1 : 0;
      return std::tuple(rank, growth > 0 ? growth : -growth, change.counts.back());
    });
    return std::move(result_);
  }

 private:
  void add(std::size_t index) {
    const Snapshot& snapshot = snapshots_[index];
    result_.totals.push_back(snapshot.goroutine_count());
    const bool edge = index == 0 || index + 1 == snapshots_.size();
    absl::flat_hash_map<std::int64_t, std::size_t>& places = index == 0 ? before_ : after_;
    for (const Group& group : analysis::group(snapshot)) {
      GroupView view = make_group_view(snapshot, group);
      const std::size_t number = number_of(view);
      Change& change = result_.changes[number];
      change.counts[index] += group.count;
      change.group = std::move(view);
      for (const std::uint32_t row : group.members) {
        if (edge) places.try_emplace(snapshot.goroutines[row].id, number);
      }
    }
  }

  std::size_t number_of(const GroupView& view) {
    const auto [found, added] = numbers_.try_emplace(key_of(view, common_), result_.changes.size());
    if (added)
      result_.changes.push_back(
          {.group = {}, .counts = std::vector<std::uint64_t>(snapshots_.size())});
    return found->second;
  }

  // Only the first and the last look are matched; those in between tell whether a group grew all
  // the time.
  void match_by_id() {
    for (const auto& [id, number] : before_) {
      const auto now = after_.find(id);
      Change& change = result_.changes[number];
      if (now == after_.end()) {
        change.gone++;
      } else if (now->second == number) {
        change.unmoved++;
      } else {
        change.left++;
        result_.changes[now->second].arrived++;
      }
    }
    for (const auto& [id, number] : after_) {
      if (!before_.contains(id)) result_.changes[number].created++;
    }
    // An id that a dump shows twice is one goroutine; the second row has no partner.
    for (Change& change : result_.changes) {
      change.gone += change.counts.front() - (change.gone + change.unmoved + change.left);
      change.created += change.counts.back() - (change.created + change.unmoved + change.arrived);
    }
  }

  void match_by_stack() {
    for (Change& change : result_.changes) {
      change.unmoved = std::min(change.counts.front(), change.counts.back());
      change.gone = change.counts.front() - change.unmoved;
      change.created = change.counts.back() - change.unmoved;
    }
  }

  std::span<const Snapshot> snapshots_;
  Common common_;
  Diff result_;
  absl::flat_hash_map<std::string, std::size_t> numbers_;
  absl::flat_hash_map<std::int64_t, std::size_t> before_, after_;  // goroutine id: its group
};

// What a row says in words: "new, none of the 50 of before has moved".
std::string remark(const Change& change, Matching matching) {
  std::vector<std::string> parts;
  const auto say = [&parts](std::uint64_t count, std::string_view what) {
    if (count > 0) parts.push_back(fmt::format("{} {}", with_thousands(count), what));
  };
  if (change.grew && change.counts.size() > 2) parts.emplace_back("grew every time");
  say(change.created, matching == Matching::by_id ? "new" : "more");
  say(change.gone, matching == Matching::by_id ? "gone" : "fewer");
  say(change.arrived, "came from elsewhere");
  say(change.left, "went elsewhere");
  if (matching == Matching::by_id) say(change.unmoved, "did not move");
  std::string text;
  for (const std::string& part : parts) text += (text.empty() ? "" : ", ") + part;
  return text;
}

Place place_of_interest_in(const GroupView& group) {
  const auto own = std::ranges::find_if(
      group.frames, [](const Place& place) { return !is_standard_function(place.function); });
  if (own != group.frames.end()) return *own;
  return group.frames.empty() ? Place() : group.frames.front();
}

std::string headline(const Diff& diff) {
  std::string text = diff.matching == Matching::by_id ? "same process, compared by goroutine id: "
                                                      : "compared by stack: ";
  for (std::size_t i = 0; i < diff.totals.size(); i++) {
    text += (i == 0 ? "" : " → ") + with_thousands(diff.totals[i]);
  }
  return text + " goroutines";
}

std::vector<Value> row_of(const Change& change, Matching matching) {
  const auto number = [](std::uint64_t value) { return static_cast<std::int64_t>(value); };
  const std::int64_t growth = number(change.counts.back()) - number(change.counts.front());
  return {growth > 0 ? fmt::format("+{}", growth) : std::to_string(growth),
          number(change.counts.front()),
          number(change.counts.back()),
          number(change.created),
          number(change.gone),
          number(change.unmoved),
          change.group.status,
          place_of_interest_in(change.group),
          remark(change, matching)};
}

}  // namespace

Diff diff(std::span<const Snapshot> snapshots) {
  GOKNOT_ASSERT(snapshots.size() >= 2);
  return Comparison(snapshots).take();
}

Report report(const Diff& diff, DiffRows rows) {
  Report report{.schema = "goknot.diff/1", .diagnosis = {}, .sections = {}};
  report.sections.push_back(Paragraph{.name = "summary", .lines = {headline(diff)}});
  Table table{.name = "changes", .title = "", .columns = {}, .rows = {}};
  table.columns = {{"change", "CHANGE"}, {"before", "BEFORE"}, {"after", "AFTER"},
                   {"new", ""},          {"gone", ""},         {"unmoved", ""},
                   {"status", "STATE"},  {"where", "WHERE"},   {"remark", "WHAT HAPPENED"}};
  std::size_t quiet = 0;
  for (const Change& change : diff.changes) {
    const bool changed =
        change.counts.front() != change.counts.back() || change.created > 0 || change.gone > 0;
    if (changed || rows == DiffRows::all) {
      table.rows.push_back(row_of(change, diff.matching));
    } else {
      quiet++;
    }
  }
  report.sections.push_back(std::move(table));
  if (quiet > 0) {
    const std::string line = counted(quiet, "more stack") + " did not change (--all lists them)";
    report.sections.push_back(Paragraph{.name = "unchanged", .lines = {line}});
  }
  return report;
}

}  // namespace goknot::analysis
