// SPDX-License-Identifier: Apache-2.0
#include "goknot/analysis/wait_graph.h"

#include "goknot/analysis/components.h"
#include "goknot/model/answer.h"
#include "goknot/model/function_name.h"

#include <absl/container/flat_hash_set.h>

#include <algorithm>
#include <deque>
#include <map>
#include <utility>

namespace goknot::analysis {

namespace {

constexpr std::size_t kMostStarts = 64;   // goroutines of a knot from which a cycle is looked for
constexpr std::size_t kMostCompared = 8;  // goroutines at one gate whose code is compared
constexpr std::size_t kMostRoots = 8;     // more are a crowd behind the cycle
constexpr std::uint32_t kNobody = 0xffffffff;

using GateKey = std::pair<ObjectId, Operation>;

// The deferred Dones of which it is known to which wait group they belong.
std::vector<const DeferredCall*> deferred_dones(const Snapshot& snapshot) {
  std::vector<const DeferredCall*> dones;
  const StringId done = snapshot.strings.find("sync.(*WaitGroup).Done");
  if (!done) return dones;
  for (const DeferredCall& call : snapshot.deferred) {
    if (call.function == done && call.receiver) dones.push_back(&call);
  }
  return dones;
}

}  // namespace

bool Cycle::is_of_one_gate() const {
  return std::ranges::all_of(steps, [this](const CycleStep& step) {
    return step.object == steps.front().object && step.relation != Relation::holds;
  });
}

// Order matters: gates first; then who holds locks, which turns a lock without a holder into
// something that anybody who refers to it could release; then who owes a Done, which leaves nothing
// to those who only refer to the wait group; then those.
WaitGraph::WaitGraph(const Scene& scene) : scene_(scene) {
  find_owing();
  add_nodes();
  if (rows_.empty()) return;
  gates_of_.resize(rows_.size());
  opens_.resize(rows_.size());
  add_gates();
  add_lock_openers();
  add_deferred_dones();
  add_referrers();
  for (const auto& knot : find_knots()) sort_out(knot);
}

// Who waits for a group whose Done it has deferred itself. Are more deferred than the group counts,
// that may be one whose Add is still to come.
void WaitGraph::find_owing() {
  const Snapshot& snapshot = scene_.snapshot();
  const auto dones = deferred_dones(snapshot);
  absl::flat_hash_map<std::uint64_t, std::int64_t> pending;
  for (const DeferredCall* done : dones) ++pending[*done->receiver];
  for (const DeferredCall* done : dones) {
    const Wait* wait = scene_.wait_of(done->goroutine);
    if (wait == nullptr || !wait->object) continue;
    const WaitObject& group = snapshot.objects[wait->object.index()];
    if (group.kind != ObjectKind::wait_group || group.address != done->receiver) continue;
    const auto counter = group.state == WaitObject::kNoState
                             ? std::nullopt
                             : snapshot.object_states[group.state].counter;
    if (!counter || pending[*done->receiver] <= *counter) owing_.insert(done->goroutine);
  }
}

void WaitGraph::add_nodes() {
  const Snapshot& snapshot = scene_.snapshot();
  for (std::uint32_t row = 0; row < snapshot.goroutines.size(); ++row) {
    if (!is_unreached(snapshot.goroutines[row].reach) && !owing_.contains(row)) continue;
    nodes_.emplace(row, static_cast<std::uint32_t>(rows_.size()));
    rows_.push_back(row);
  }
}

// A select stands at several gates, and needs only one of them to open; it is behind others only if
// all are.
void WaitGraph::add_gates() {
  const Snapshot& snapshot = scene_.snapshot();
  absl::flat_hash_map<GateKey, std::uint32_t> known;
  for (const Wait& wait : snapshot.waits) {
    const auto node = nodes_.find(wait.goroutine);
    if (node == nodes_.end() || !wait.object) continue;
    const auto number = static_cast<std::uint32_t>(gates_.size());
    const auto [gate, added] = known.try_emplace({wait.object, wait.operation}, number);
    if (added) {
      const bool lock = is_lock(snapshot.objects[wait.object.index()].kind);
      gates_.push_back({.object = wait.object,
                        .operation = wait.operation,
                        .relation = lock ? Relation::holds : Relation::could_wake,
                        .waiters = {},
                        .openers = {}});
    }
    std::vector<std::uint32_t>& waiters = gates_[gate->second].waiters;
    if (!waiters.empty() && waiters.back() == node->second) continue;
    waiters.push_back(node->second);
    gates_of_[node->second].push_back(gate->second);
  }
}

void WaitGraph::open(std::uint32_t gate, std::uint32_t row) {
  const auto node = nodes_.find(row);
  if (node == nodes_.end()) return;
  if (std::ranges::binary_search(gates_[gate].waiters, node->second)) return;
  add_opener(gate, node->second);
}

void WaitGraph::add_opener(std::uint32_t gate, std::uint32_t node) {
  std::vector<std::uint32_t>& openers = gates_[gate].openers;
  if (!openers.empty() && openers.back() == node) return;
  openers.push_back(node);
  opens_[node].push_back(gate);
}

// A lock is released by whoever holds it; and new readers wait for the writer in front of them. Is
// no holder known, it may be any of those who still refer to the lock.
void WaitGraph::add_lock_openers() {
  const Snapshot& snapshot = scene_.snapshot();
  absl::flat_hash_map<ObjectId, std::vector<std::uint32_t>> holders;
  for (const Hold& hold : snapshot.holds) holders[hold.object].push_back(hold.goroutine);
  absl::flat_hash_map<ObjectId, std::uint32_t> writers;
  for (const Wait& wait : snapshot.waits) {
    if (wait.object && wait.writer_queued) writers.emplace(wait.object, wait.goroutine);
  }
  for (std::uint32_t number = 0; number < gates_.size(); ++number) {
    if (gates_[number].relation != Relation::holds) continue;
    const ObjectId object = gates_[number].object;
    const auto found = holders.find(object);
    const bool held = found != holders.end();  // be it by a waiter itself
    if (held) {
      for (const std::uint32_t row : found->second) open(number, row);
    }
    if (const auto writer = writers.find(object); writer != writers.end())
      open(number, writer->second);
    if (!held && gates_[number].openers.empty()) gates_[number].relation = Relation::could_wake;
  }
}

// The functions of the user's own code that a goroutine stands in.
const WaitGraph::Functions& WaitGraph::functions_of(std::uint32_t row) {
  const StackId stack = scene_.goroutine(row).stack;
  const auto [entry, added] = functions_.try_emplace(stack);
  if (!added) return entry->second;
  const Snapshot& snapshot = scene_.snapshot();
  for (const FrameId frame : snapshot.stacks.frames(stack)) {
    const StringId function = snapshot.stacks[frame].function;
    const std::string_view package = parse_function_name(snapshot.strings[function]).package;
    if (!package.empty() && !is_standard_package(package)) entry->second.push_back(function);
  }
  std::ranges::sort(entry->second);
  return entry->second;
}

// Whether a goroutine stands in no other functions than somebody who waits at the gate: it would
// have come to wait there itself.
bool WaitGraph::would_do_the_same(std::uint32_t gate, std::uint32_t row) {
  const Functions own = functions_of(row);
  if (own.empty()) return false;
  std::span<const std::uint32_t> waiters = gates_[gate].waiters;
  waiters = waiters.first(std::min(waiters.size(), kMostCompared));
  return std::ranges::any_of(waiters, [&](std::uint32_t waiter) {
    return std::ranges::includes(functions_of(rows_[waiter]), own);
  });
}

// Whether a goroutine is a library's loop that does nothing by itself: who could ask it to act is
// whom it would have to wake.
bool WaitGraph::waits_to_be_asked(std::uint32_t row) const {
  const Traits& traits = scene_.traits_of(row);
  return traits.standing == Standing::idle && traits.shape != nullptr && !traits.shape->basic;
}

// Who is going to do what ends the wait counts, be it a waiter itself, as a worker that hands on
// work to its own pool; of others whoever may.
void WaitGraph::open_by(std::uint32_t gate, const Reference& reference) {
  const bool ends = answers(reference.will, gates_[gate].operation);
  const auto node = nodes_.find(reference.goroutine);
  if (ends && node != nodes_.end()) {
    add_opener(gate, node->second);
  } else if (!ends && !waits_to_be_asked(reference.goroutine) &&
             !would_do_the_same(gate, reference.goroutine)) {
    open(gate, reference.goroutine);
  }
}

void WaitGraph::add_referrers() {
  const Snapshot& snapshot = scene_.snapshot();
  absl::flat_hash_map<ObjectId, std::vector<std::uint32_t>> gates;
  for (std::uint32_t number = 0; number < gates_.size(); ++number) {
    if (gates_[number].relation == Relation::could_wake && !gates_[number].needs_each) {
      gates[gates_[number].object].push_back(number);
    }
  }
  for (const Reference& reference : snapshot.references) {
    const auto found = gates.find(reference.object);
    if (found == gates.end()) continue;
    for (const std::uint32_t gate : found->second) open_by(gate, reference);
  }
}

// Who has deferred the Done of a wait group is counted in it, be it a waiter itself. The wait ends
// when each of them has done it: then what others could do, who only refer to the group, is not
// asked.
void WaitGraph::add_deferred_dones() {
  const Snapshot& snapshot = scene_.snapshot();
  absl::flat_hash_map<std::uint64_t, std::uint32_t> gates;
  for (std::uint32_t number = 0; number < gates_.size(); ++number) {
    const WaitObject& object = snapshot.objects[gates_[number].object.index()];
    const bool group = object.kind == ObjectKind::wait_group && object.address;
    if (group) gates.emplace(*object.address, number);
  }
  if (gates.empty()) return;
  for (const DeferredCall* call : deferred_dones(snapshot)) {
    const auto gate = gates.find(*call->receiver);
    const auto node = nodes_.find(call->goroutine);
    if (gate == gates.end() || node == nodes_.end()) continue;
    const bool waits = std::ranges::binary_search(gates_[gate->second].waiters, node->second);
    if (waits && !owing_.contains(call->goroutine)) continue;
    gates_[gate->second].needs_each = true;
    add_opener(gate->second, node->second);
  }
}

bool WaitGraph::has_wakers(std::uint32_t row) const {
  const auto node = nodes_.find(row);
  return node != nodes_.end() && !is_loose(row) &&
         std::ranges::any_of(gates_of_[node->second],
                             [this](std::uint32_t g) { return !gates_[g].openers.empty(); });
}

bool WaitGraph::opens(std::uint32_t node, std::uint32_t gate) const {
  return std::ranges::find(opens_[node], gate) != opens_[node].end();
}

bool WaitGraph::waits_for_itself(std::uint32_t node) const {
  return std::ranges::any_of(gates_of_[node],
                             [&](std::uint32_t gate) { return opens(node, gate); });
}

// Whether somebody outside of its component could wake a node. A gate that needs each of its
// openers stays shut if one of them is inside.
bool WaitGraph::leads_out(std::uint32_t node, const Components& components) const {
  const auto is_outside = [&](std::uint32_t opener) {
    return components.of(opener) != components.of(node);
  };
  return std::ranges::any_of(gates_of_[node], [&](std::uint32_t number) {
    const Gate& gate = gates_[number];
    return gate.needs_each ? std::ranges::all_of(gate.openers, is_outside)
                           : std::ranges::any_of(gate.openers, is_outside);
  });
}

// Who waits for a Done of its own, as nodes: those of one wait group are to blame together.
std::map<std::uint32_t, std::vector<std::uint32_t>> WaitGraph::owing_by_gate() const {
  std::map<std::uint32_t, std::vector<std::uint32_t>> knots;
  for (std::uint32_t node = 0; node < rows_.size(); ++node) {
    if (owing_.contains(rows_[node])) knots[gates_of_[node].front()].push_back(node);
  }
  return knots;
}

// The knots, as nodes. Gates are nodes of the graph, too, numbered behind the
// goroutines: so it stays linear where many wait for many.
// A component from which a way leads out is no knot: who is at the end of that way is the cause,
// and the component is behind it. Who owes itself a Done is a knot whatever it is a part of.
std::vector<std::vector<std::uint32_t>> WaitGraph::find_knots() const {
  const auto first_gate = static_cast<std::uint32_t>(rows_.size());
  const auto next = [&](std::uint32_t node) {
    if (node >= first_gate) return gates_[node - first_gate].openers;
    std::vector<std::uint32_t> gates = gates_of_[node];
    for (std::uint32_t& gate : gates) gate += first_gate;
    return gates;
  };
  const Components components(rows_.size() + gates_.size(), next);
  std::vector<std::vector<std::uint32_t>> members(components.count());
  std::vector<bool> is_open(components.count(), false);
  for (std::uint32_t node = 0; node < rows_.size(); ++node) {
    members[components.of(node)].push_back(node);
    if (leads_out(node, components)) is_open[components.of(node)] = true;
  }
  std::vector<std::vector<std::uint32_t>> knots;
  const auto is_knot = [this](const std::vector<std::uint32_t>& nodes) {
    return nodes.size() > 1 || (nodes.size() == 1 && waits_for_itself(nodes.front()));
  };
  for (const auto& [gate, owing] : owing_by_gate()) {
    for (const std::uint32_t node : owing) is_open[components.of(node)] = true;
    knots.push_back(owing);
  }
  for (std::uint32_t i = 0; i < components.count(); ++i) {
    if (is_knot(members[i]) && !is_open[i]) knots.push_back(std::move(members[i]));
  }
  return knots;
}

// Breadth first, from a goroutine back to itself; by way of others, if there are any.
std::vector<CycleStep> WaitGraph::cycle_from(std::uint32_t start, bool alone) const {
  struct Arrival {
    std::uint32_t from = kNobody;  // node
    std::uint32_t gate = kNobody;  // where that one waits
  };
  absl::flat_hash_map<std::uint32_t, Arrival> arrivals;
  absl::flat_hash_set<std::uint32_t> passed;  // gates
  std::deque<std::uint32_t> reached{start};
  while (!reached.empty() && !arrivals.contains(start)) {
    const std::uint32_t node = reached.front();
    reached.pop_front();
    for (const std::uint32_t gate : gates_of_[node]) {
      // Behind a gate that others wait at, too, all are known but for whom it began with.
      if (!passed.insert(gate).second) {
        if (node != start && opens(start, gate)) arrivals.try_emplace(start, Arrival{node, gate});
        continue;
      }
      for (const std::uint32_t opener : gates_[gate].openers) {
        if (opener == node && !alone) continue;
        if (arrivals.try_emplace(opener, Arrival{node, gate}).second) reached.push_back(opener);
      }
    }
  }
  std::vector<CycleStep> steps;
  if (!arrivals.contains(start)) return steps;
  for (std::uint32_t node = start; steps.empty() || node != start;) {
    const Arrival& arrival = arrivals.at(node);
    const Gate& gate = gates_[arrival.gate];
    steps.push_back({.row = rows_[arrival.from],
                     .object = gate.object,
                     .relation = gate.relation,
                     .owes = gate.needs_each});
    node = arrival.from;
  }
  std::ranges::reverse(steps);
  return steps;
}

std::vector<CycleStep> WaitGraph::shortest_cycle(std::span<const std::uint32_t> knot) const {
  std::vector<CycleStep> best;
  for (const std::uint32_t start : knot.first(std::min(knot.size(), kMostStarts))) {
    std::vector<CycleStep> cycle =
        cycle_from(start, knot.size() == 1 || owing_.contains(rows_[start]));
    if (!cycle.empty() && (best.empty() || cycle.size() < best.size())) best = std::move(cycle);
    if (!best.empty() && best.size() <= 2) break;
  }
  return best;
}

// Finds the cycle of a knot, and who else of the knot is as much to blame.
void WaitGraph::sort_out(std::span<const std::uint32_t> knot) {
  const auto selects = [this](std::uint32_t node) {
    return scene_.traits_of(rows_[node]).operation == Operation::select;
  };
  if (std::ranges::all_of(knot, selects)) {
    for (const std::uint32_t node : knot) loose_.insert(rows_[node]);
    return;
  }
  Cycle cycle{.steps = shortest_cycle(knot), .mates = {}};
  if (cycle.steps.empty()) return;
  const bool one_gate = cycle.is_of_one_gate();
  absl::flat_hash_set<std::size_t> groups;
  absl::flat_hash_set<std::uint32_t> members;
  for (const CycleStep& step : cycle.steps) {
    groups.insert(scene_.group_index(step.row));
    members.insert(step.row);
  }
  for (const std::uint32_t node : knot) {
    const std::uint32_t row = rows_[node];
    const bool alike = one_gate || groups.contains(scene_.group_index(row));
    if (!members.contains(row) && alike) cycle.mates.push_back(row);
  }
  if (cycle.steps.size() + cycle.mates.size() > kMostRoots && !one_gate) {
    for (const std::uint32_t mate : cycle.mates) {
      const std::size_t group = scene_.group_index(mate);
      for (CycleStep& step : cycle.steps) {
        if (scene_.group_index(step.row) == group) ++step.stands_for;
      }
    }
    cycle.mates.clear();
  }
  cycles_.push_back(std::move(cycle));
}

// One advance over what is passed already; kept apart from it, since most are only tried.
class WaitGraph::Advance {
 public:
  Advance(const WaitGraph& graph, const Passed& passed) : graph_(graph), passed_(passed) {}

  std::vector<std::uint32_t> run(std::span<const std::uint32_t> roots);
  void keep(Passed& passed) const;

 private:
  bool enter(std::uint32_t node) {
    return !(node < passed_.inside.size() && passed_.inside[node]) && inside_.insert(node).second;
  }
  // Shut: all who could open it are inside, or one of those without whom it does not open.
  bool is_shut(std::uint32_t gate) const {
    const auto found = opened_.find(gate);
    return (found == opened_.end() ? before(gate) : found->second) >= enough(gate);
  }
  std::size_t enough(std::uint32_t gate) const {
    const Gate& of = graph_.gates_[gate];
    return of.needs_each ? 1 : of.openers.size();
  }
  std::uint32_t before(std::uint32_t gate) const {
    return gate < passed_.opened.size() ? passed_.opened[gate] : 0;
  }
  void open(std::uint32_t gate);

  const WaitGraph& graph_;
  const Passed& passed_;
  absl::flat_hash_set<std::uint32_t> inside_;                 // nodes
  absl::flat_hash_map<std::uint32_t, std::uint32_t> opened_;  // by gate
  std::vector<std::uint32_t> fresh_, rows_;
};

// Counting openers makes it linear: a gate is looked at when it shuts, a waiter
// when the last of its gates shuts.
void WaitGraph::Advance::open(std::uint32_t gate) {
  const std::uint32_t count = ++opened_.try_emplace(gate, before(gate)).first->second;
  if (count != enough(gate)) return;
  for (const std::uint32_t waiter : graph_.gates_[gate].waiters) {
    const auto& gates = graph_.gates_of_[waiter];
    if (!std::ranges::all_of(gates, [this](std::uint32_t g) { return is_shut(g); })) continue;
    if (!enter(waiter)) continue;
    fresh_.push_back(waiter);
    rows_.push_back(graph_.rows_[waiter]);
  }
}

std::vector<std::uint32_t> WaitGraph::Advance::run(std::span<const std::uint32_t> roots) {
  for (const std::uint32_t row : roots) {
    const auto node = graph_.nodes_.find(row);
    if (node != graph_.nodes_.end() && enter(node->second)) fresh_.push_back(node->second);
  }
  while (!fresh_.empty()) {
    const std::uint32_t node = fresh_.back();
    fresh_.pop_back();
    for (const std::uint32_t gate : graph_.opens_[node]) open(gate);
  }
  std::ranges::sort(rows_);
  return std::move(rows_);
}

void WaitGraph::Advance::keep(Passed& passed) const {
  passed.inside.resize(graph_.rows_.size());
  passed.opened.resize(graph_.gates_.size());
  for (const std::uint32_t node : inside_) passed.inside[node] = true;
  for (const auto& [gate, count] : opened_) passed.opened[gate] = count;
}

std::vector<std::uint32_t> WaitGraph::behind(std::span<const std::uint32_t> roots) const {
  return behind(roots, Passed());
}

std::vector<std::uint32_t> WaitGraph::behind(std::span<const std::uint32_t> roots,
                                             const Passed& passed) const {
  return Advance(*this, passed).run(roots);
}

std::vector<std::uint32_t> WaitGraph::pass(std::span<const std::uint32_t> rows,
                                           Passed& passed) const {
  Advance advance(*this, passed);
  std::vector<std::uint32_t> behind = advance.run(rows);
  advance.keep(passed);
  return behind;
}

}  // namespace goknot::analysis
