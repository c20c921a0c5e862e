// SPDX-License-Identifier: Apache-2.0
#include "goknot/analysis/group_view.h"

#include <absl/container/flat_hash_map.h>
#include <fmt/format.h>

#include <algorithm>
#include <numeric>

namespace goknot::analysis {

namespace {

Place place_of(const Snapshot& snapshot, FrameId frame) {
  return {std::string(snapshot.function(frame)), std::string(snapshot.file(frame)),
          snapshot.stacks[frame].line};
}

// "accept loop" of "an accept loop": it is going to stand behind a number.
std::string_view without_article(std::string_view text) {
  for (const std::string_view article : {"a ", "an ", "the "}) {
    if (text.starts_with(article)) return text.substr(article.size());
  }
  return text;
}

// The goroutine that started all members; none if they differ or it is not told.
std::optional<std::int64_t> common_creator(const Snapshot& snapshot, const Group& group) {
  const std::int64_t first = snapshot.goroutines[group.members.front()].parent;
  if (first <= 0) return {};
  const bool same = std::ranges::all_of(
      group.members, [&](std::uint32_t row) { return snapshot.goroutines[row].parent == first; });
  return same ? std::optional(first) : std::nullopt;
}

std::string group_id(std::size_t number) { return fmt::format("s{}", number); }

// Largest first, and those of the runtime behind all others: s1 is what most of the program does.
std::vector<std::size_t> order_of(const Scene& scene) {
  std::vector<std::size_t> order(scene.groups().size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::stable_sort(order, [&](std::size_t a, std::size_t b) {
    const Group& x = scene.groups()[a];
    const Group& y = scene.groups()[b];
    return x.system != y.system ? y.system : x.count > y.count;
  });
  return order;
}

}  // namespace

GroupView make_group_view(const Snapshot& snapshot, const Group& group) {
  GroupView view;
  view.count = group.count;
  view.status = snapshot.strings[group.status];
  if (view.status.empty()) view.status = "unknown";
  if (group.most_minutes >= 0) view.wait_minutes = {group.least_minutes, group.most_minutes};
  for (const FrameId frame : snapshot.stacks.frames(group.stack))
    view.frames.push_back(place_of(snapshot, frame));
  if (group.creator) view.created_by = place_of(snapshot, group.creator);
  view.creator = common_creator(snapshot, group);
  view.system = group.system;
  for (const std::uint32_t row : group.members) {
    if (snapshot.goroutines[row].id >= 0) view.goroutines.push_back(snapshot.goroutines[row].id);
  }
  return view;
}

std::vector<std::string> number_groups(const Scene& scene) {
  std::vector<std::string> ids(scene.groups().size());
  std::size_t number = 0;
  for (const std::size_t i : order_of(scene)) ids[i] = group_id(++number);
  return ids;
}

std::vector<GroupView> make_group_views(const Scene& scene) {
  std::vector<GroupView> views;
  views.reserve(scene.groups().size());
  for (const std::size_t i : order_of(scene)) {
    GroupView view = make_group_view(scene.snapshot(), scene.groups()[i]);
    view.id = group_id(views.size() + 1);
    if (const LibraryShape* shape = scene.traits(i).shape; shape != nullptr)
      view.purpose = shape->purpose;
    views.push_back(std::move(view));
  }
  return views;
}

std::vector<std::pair<std::string, std::uint64_t>> count_purposes(const Scene& scene) {
  absl::flat_hash_map<std::string_view, std::uint64_t> sums;
  for (std::size_t i = 0; i < scene.groups().size(); i++) {
    const Traits& traits = scene.traits(i);
    if (traits.standing != Standing::idle || traits.shape == nullptr ||
        traits.shape->purpose.empty())
      continue;
    sums[without_article(traits.shape->purpose)] += scene.groups()[i].count;
  }
  std::vector<std::pair<std::string, std::uint64_t>> purposes(sums.begin(), sums.end());
  std::ranges::sort(purposes, [](const auto& a, const auto& b) {
    return a.second != b.second ? a.second > b.second : a.first < b.first;
  });
  return purposes;
}

}  // namespace goknot::analysis
