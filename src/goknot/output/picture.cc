// SPDX-License-Identifier: Apache-2.0
#include "goknot/output/picture.h"

#include "goknot/base/quantity.h"
#include "goknot/model/function_name.h"
#include "goknot/output/words.h"

#include <absl/container/flat_hash_map.h>
#include <absl/container/flat_hash_set.h>
#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

namespace goknot::output {

namespace {

using Ids = absl::flat_hash_map<std::int64_t, const GroupView*>;

// "waits to lock", "holds (likely)".
std::string arrow_label(const Edge& edge) {
  std::string text;
  if (edge.relation == Relation::holds) {
    text = edge.operation == Operation::rlock ? "read-held by" : "held by";
  } else if (edge.relation == Relation::could_wake) {
    text = "could be woken by";
  } else {
    text = fmt::format("waits: {}", operation_name(edge.operation));
  }
  return edge.grade == Grade::proved || edge.relation == Relation::waits
             ? text
             : fmt::format("{} ({})", text, name_of(edge.grade));
}

std::string object_label(const ObjectView& object) {
  const std::string kind(object_kind_name(object.kind));
  if (!object.name.empty()) return fmt::format("{}\n{}", object.name, kind);
  return object.address ? fmt::format("{}\n{:#x}", kind, *object.address) : kind;
}

// People know a stack by the innermost frame of their own code.
std::string stack_label(const GroupView& group) {
  if (group.frames.empty()) return {};
  const auto own = std::ranges::find_if(
      group.frames, [](const Place& place) { return !is_standard_function(place.function); });
  return place_words(own == group.frames.end() ? group.frames.front() : *own);
}

// Builds the part of one finding.
// Goroutines that have the same stack and the same arrows become one node, a "fold":
//
//     [820 goroutines main.(*Hub).Add] --waits: lock--> [Hub.mu] --held by--> [goroutine 418]
// Roots stay apart, each with its id, as long as there are few: people look for them one by one.
class FindingGraph {
 public:
  FindingGraph(const Finding& finding, const Ids& groups, Graph& graph)
      : finding_(finding), groups_(groups), graph_(graph) {}

  void add() {
    for (const ObjectView& object : finding_.objects) {
      graph_.nodes.push_back({name_of_object(object.id), object_label(object), true, false, 1});
    }
    fold_by_arrows();
    // Roots first: victims may have to point at one.
    for (const auto& [key, members] : folds_) {
      if (std::get<0>(key) != kVictim) add_goroutines(key, members);
    }
    for (const auto& [key, members] : folds_) {
      if (std::get<0>(key) == kVictim) add_goroutines(key, members);
    }
  }

 private:
  // What a fold's members share: root or its id, stack, and the arrows (edge label, object, whether
  // it leads to the object).
  using Arrow = std::tuple<std::string, std::string, bool>;
  using Key = std::tuple<std::int64_t, const GroupView*, std::vector<Arrow>>;

  static constexpr std::int64_t kRoot = -1;    // in place of an id: one of many roots
  static constexpr std::int64_t kVictim = -2;  // in place of an id: no root

  std::string name_of_object(const std::string& id) const { return finding_.id + " " + id; }

  void fold_by_arrows() {
    std::map<std::int64_t, std::vector<Arrow>> by_goroutine;
    // Not every edge of a large knot is listed; its members are.
    for (const std::int64_t id : finding_.roots) by_goroutine[id];
    for (const std::int64_t id : finding_.victims) by_goroutine[id];
    for (const Edge& edge : finding_.edges) {
      if (edge.object.empty()) continue;
      by_goroutine[edge.goroutine].emplace_back(arrow_label(edge), edge.object,
                                                edge.relation == Relation::waits);
    }
    const absl::flat_hash_set<std::int64_t> roots(finding_.roots.begin(), finding_.roots.end());
    // Many roots are one stack many times over, and fold like victims.
    const bool roots_apart = roots.size() <= 12;
    for (auto& [id, arrows] : by_goroutine) {
      std::ranges::sort(arrows);
      const auto group = groups_.find(id);
      const GroupView* const stack = group == groups_.end() ? nullptr : group->second;
      const bool is_root = roots.contains(id);
      folds_[{is_root && roots_apart ? id
              : is_root              ? kRoot
                                     : kVictim,
              stack, arrows}]
          .push_back(id);
    }
    join_unlisted();
  }

  // Victims whose edges are not listed wait like those of the same stack whose are.
  void join_unlisted() {
    for (auto fold = folds_.begin(); fold != folds_.end();) {
      const auto& [root, stack, arrows] = fold->first;
      const auto like = std::ranges::find_if(folds_, [&](const auto& other) {
        return std::get<0>(other.first) == kVictim && std::get<1>(other.first) == stack &&
               !std::get<2>(other.first).empty();
      });
      if (root != kVictim || !arrows.empty() || like == folds_.end()) {
        ++fold;
        continue;
      }
      like->second.insert(like->second.end(), fold->second.begin(), fold->second.end());
      fold = folds_.erase(fold);
    }
  }

  // A victim's whole group counts where its members are not told apart by their arrows.
  std::uint64_t count_of(const Key& key, const std::vector<std::int64_t>& members) const {
    const auto& [root, stack, arrows] = key;
    if (root != kVictim || stack == nullptr || finding_.victim_count <= finding_.victims.size()) {
      return members.size();
    }
    const auto alike = std::ranges::count_if(
        folds_, [stack](const auto& fold) { return std::get<1>(fold.first) == stack; });
    const bool whole = alike == 1 && stack->count <= finding_.victim_count;
    return whole ? std::max<std::uint64_t>(stack->count, members.size()) : members.size();
  }

  // Where a goroutine stands: by its stack, else by what is said of it as a culprit.
  std::string place_label(const GroupView* stack, std::int64_t id) const {
    if (stack != nullptr) return stack_label(*stack);
    const auto culprit = std::ranges::find(finding_.culprits, id, &Culprit::goroutine);
    return culprit == finding_.culprits.end() ? "" : place_words(culprit->place);
  }

  void add_goroutines(const Key& key, const std::vector<std::int64_t>& members) {
    const auto& [root, stack, arrows] = key;
    const std::uint64_t count = count_of(key, members);
    const std::string node = fmt::format("{} g{}", finding_.id, graph_.nodes.size());
    std::string label = count == 1 && members.front() >= 0
                            ? fmt::format("goroutine {}", members.front())
                            : counted(count, "goroutine");
    const std::string place = place_label(stack, members.front());
    if (!place.empty()) label += "\n" + place;
    graph_.nodes.push_back({node, label, false, root != kVictim, count});
    if (root != kVictim && root_node_.empty()) root_node_ = node;
    if (root == kVictim && arrows.empty() && !root_node_.empty()) {
      graph_.arrows.push_back({node, root_node_, "waits behind"});
    }
    for (const auto& [text, object, is_wait] : arrows) {
      const std::string other = name_of_object(object);
      graph_.arrows.push_back(is_wait ? Graph::Arrow{node, other, text}
                                      : Graph::Arrow{other, node, text});
    }
  }

  const Finding& finding_;
  const Ids& groups_;
  Graph& graph_;
  std::string root_node_;
  std::map<Key, std::vector<std::int64_t>> folds_;
};

// A finding of a source without ids still has its tree.
void add_knot(const Knot& knot, const std::string& parent, const std::string& prefix,
              Graph& graph) {
  const std::string node = fmt::format("{} k{}", prefix, graph.nodes.size());
  const auto line = knot.lines.empty() ? std::pair<std::string, Place>() : knot.lines.front();
  const std::string place = place_words(line.second);
  std::string label = knot.who;
  if (!place.empty()) label += "\n" + place;
  graph.nodes.push_back({node, label, false, parent.empty(), 1});
  if (!parent.empty()) graph.arrows.push_back({node, parent, line.first});
  for (const Knot& child : knot.behind) add_knot(child, node, prefix, graph);
}

// Arrows of objects that are not listed would have no other end.
void drop_loose_arrows(Graph& graph) {
  absl::flat_hash_set<std::string> known;
  for (const Graph::Node& node : graph.nodes) known.insert(node.id);
  std::erase_if(graph.arrows, [&known](const Graph::Arrow& arrow) {
    return !known.contains(arrow.from) || !known.contains(arrow.to);
  });
}

// Replaces ids of nodes and drops arrows that have become equal.
void rename(Graph& graph, const absl::flat_hash_map<std::string, std::string>& names) {
  const auto renamed = [&names](std::string& id) {
    if (const auto found = names.find(id); found != names.end()) id = found->second;
  };
  std::map<std::tuple<std::string, std::string, std::string>, bool> seen;
  std::vector<Graph::Arrow> arrows;
  for (Graph::Arrow& arrow : graph.arrows) {
    renamed(arrow.from);
    renamed(arrow.to);
    if (seen.emplace(std::tuple(arrow.from, arrow.to, arrow.label), true).second) {
      arrows.push_back(std::move(arrow));
    }
  }
  graph.arrows = std::move(arrows);
}

// Makes one node of those that share a key; nodes with an empty key stay.
template <typename KeyOf>
void merge(Graph& graph, KeyOf key_of, std::string_view what) {
  absl::flat_hash_map<std::string, std::size_t> first;
  absl::flat_hash_map<std::string, std::string> names;
  std::vector<Graph::Node> kept;
  std::vector<std::uint64_t> merged;
  for (Graph::Node& node : graph.nodes) {
    const std::string key = key_of(node);
    const auto [place, is_new] = first.try_emplace(key.empty() ? "\n" + node.id : key, kept.size());
    if (is_new) {
      kept.push_back(std::move(node));
      merged.push_back(1);
      continue;
    }
    Graph::Node& into = kept[place->second];
    names[node.id] = into.id;
    into.count += node.count;
    into.root = into.root || node.root;
    merged[place->second]++;
  }
  for (std::size_t i = 0; i < kept.size(); i++) {
    if (merged[i] == 1) continue;
    kept[i].label = fmt::format("{}\nin {} {}", counted(kept[i].count, "goroutine"),
                                with_thousands(merged[i]), what);
  }
  graph.nodes = std::move(kept);
  rename(graph, names);
}

// The arrows of each node as one text.
// Nodes with equal texts have equal places in the graph, and one can stand for all of them.
absl::flat_hash_map<std::string, std::string> arrows_by_node(const Graph& graph) {
  absl::flat_hash_map<std::string, std::vector<std::string>> lists;
  for (const Graph::Arrow& arrow : graph.arrows) {
    lists[arrow.from].push_back(">" + arrow.to + "\n" + arrow.label);
    lists[arrow.to].push_back("<" + arrow.from + "\n" + arrow.label);
  }
  absl::flat_hash_map<std::string, std::string> texts;
  for (auto& [node, list] : lists) {
    std::ranges::sort(list);
    for (const std::string& arrow : list) texts[node] += arrow + "\n";
  }
  return texts;
}

}  // namespace

Graph graph_of(const Diagnosis& diagnosis) {
  Ids groups;
  for (const GroupView& group : diagnosis.groups) {
    for (const std::int64_t id : group.goroutines) {
      if (id >= 0) groups.emplace(id, &group);
    }
  }
  Graph graph;
  graph.title = verdict_words(diagnosis.verdict) + " " + diagnosis.verdict.text;
  for (const Finding& finding : diagnosis.findings) {
    if (finding.severity == Severity::info) continue;
    if (!finding.roots.empty()) {
      FindingGraph(finding, groups, graph).add();
    } else {
      for (const Knot& root : tree_of(finding)) add_knot(root, "", finding.id, graph);
    }
  }
  drop_loose_arrows(graph);
  return graph;
}

Graph folded(Graph graph, std::size_t most) {
  most = std::max<std::size_t>(most, 2);
  drop_loose_arrows(graph);
  if (graph.nodes.size() > most) {
    const auto arrows = arrows_by_node(graph);
    merge(
        graph,
        [&arrows](const Graph::Node& node) {
          const auto own = arrows.find(node.id);
          return node.object || node.root || own == arrows.end() ? "" : own->second;
        },
        "places");
  }
  if (graph.nodes.size() <= most) return graph;
  // Roots and what many wait for come first; the rest becomes one node.
  std::ranges::stable_sort(graph.nodes, [](const Graph::Node& a, const Graph::Node& b) {
    return std::tuple(a.root, a.object, a.count) > std::tuple(b.root, b.object, b.count);
  });
  absl::flat_hash_set<std::string> rest;
  for (std::size_t i = most - 1; i < graph.nodes.size(); i++) rest.insert(graph.nodes[i].id);
  merge(
      graph, [&rest](const Graph::Node& n) { return rest.contains(n.id) ? "rest" : ""; },
      "other places and objects");
  std::erase_if(graph.arrows, [](const Graph::Arrow& arrow) { return arrow.from == arrow.to; });
  return graph;
}

std::optional<Graph> picture_of(const Report& report, std::size_t most) {
  for (const Section& section : report.sections) {
    if (const auto* graph = std::get_if<Graph>(&section)) return folded(*graph, most);
  }
  if (!report.diagnosis) return std::nullopt;
  return folded(graph_of(*report.diagnosis), most);
}

}  // namespace goknot::output
