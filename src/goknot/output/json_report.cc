// SPDX-License-Identifier: Apache-2.0
#include "goknot/output/json_report.h"

#include "goknot/base/utf8.h"
#include "goknot/output/json_members.h"

#include <absl/container/flat_hash_map.h>
#include <absl/container/flat_hash_set.h>
#include <fmt/format.h>

#include <utility>
#include <variant>

namespace goknot::output {

namespace {

// What is not known is null, so that the member is always there; `facts`, `held` and what is inside
// of an object are left out instead.
Json text_or_null(const std::string& text) { return text.empty() ? Json() : Json(text); }

template <typename T>
Json or_null(const std::optional<T>& value) {
  return value ? Json(*value) : Json();
}

Json texts(const std::vector<std::string>& items) {
  Json array = Json::array();
  for (const std::string& item : items) array.push_back(item);
  return array;
}

// Goroutine ids, at most `most`; rows of sources that have none carry a negative number.
Json ids(const std::vector<std::int64_t>& items, std::size_t most) {
  Json array = Json::array();
  for (const std::int64_t id : items) {
    if (id >= 0 && array.size() < most) array.push_back(id);
  }
  return array;
}

// Two keys may become one when invalid bytes are replaced: their counts are added.
Json counts_by_name(const std::vector<std::pair<std::string, std::uint64_t>>& counts) {
  absl::flat_hash_map<std::string, std::size_t> places;
  std::vector<std::pair<std::string, std::uint64_t>> sums;
  for (const auto& [name, count] : counts) {
    const auto [place, is_new] = places.try_emplace(valid_utf8(name), sums.size());
    if (is_new) sums.emplace_back(place->first, 0);
    sums[place->second].second += count;
  }
  Json::Object members;
  for (auto& [name, count] : sums) members.emplace_back(std::move(name), count);
  return Json::object_of(std::move(members));
}

// Two keys may become one when invalid bytes are replaced: the first counts.
Json settings_json(const std::vector<std::pair<std::string, std::string>>& settings) {
  Json::Object members;
  absl::flat_hash_set<std::string> seen;
  for (const auto& [key, value] : settings) {
    std::string name = valid_utf8(key);
    if (seen.insert(name).second) members.emplace_back(std::move(name), value);
  }
  return Json::object_of(std::move(members));
}

Json facts_json(const ProgramFacts& facts) {
  return Json::object({
      {"name", text_or_null(facts.name)},
      {"module", text_or_null(facts.module)},
      {"module_version", text_or_null(facts.module_version)},
      {"revision", text_or_null(facts.revision)},
      {"settings", settings_json(facts.settings)},
      {"go_build_id", text_or_null(facts.go_build_id)},
      {"user", text_or_null(facts.user)},
      {"container", text_or_null(facts.container)},
      {"standstill", text_or_null(facts.standstill)},
      {"threads", or_null(facts.threads)},
      {"max_procs", or_null(facts.max_procs)},
      {"resident_bytes", or_null(facts.resident_bytes)},
      {"stack_bytes", or_null(facts.stack_bytes)},
      {"heap_bytes", or_null(facts.heap_bytes)},
      {"collecting", or_null(facts.collecting)},
      {"uptime_seconds", or_null(facts.uptime_seconds)},
      {"memory_limit_bytes", or_null(facts.memory_limit_bytes)},
      {"cpu_limit", or_null(facts.cpu_limit)},
  });
}

Json origin_json(const Origin& origin) {
  Json json = Json::object({
      {"target", origin.target},
      {"kind", source_kind_name(origin.kind)},
      {"format", origin.format},
      {"wrapped_in", texts(origin.wrapped_in)},
      {"go_version", text_or_null(origin.go_version)},
      {"go_version_exact", origin.go_version_exact},
      {"program", text_or_null(origin.program)},
      {"pid", or_null(origin.pid)},
      {"build_id", text_or_null(origin.build_id)},
      {"goarch", text_or_null(origin.goarch)},
      {"taken_at", text_or_null(origin.taken_at)},
      {"read_seconds", origin.read_seconds},
      {"stopped_seconds", or_null(origin.stopped_seconds)},
      {"complete", origin.complete},
  });
  if (origin.looked_again) json.set("looked_again", *origin.looked_again);
  if (origin.facts) json.set("facts", facts_json(*origin.facts));
  return json;
}

Json snapshots_json(const std::vector<SnapshotSummary>& snapshots) {
  Json array = Json::array();
  for (const SnapshotSummary& snapshot : snapshots) {
    array.push_back(Json::object({{"name", snapshot.name},
                                  {"taken_at", text_or_null(snapshot.taken_at)},
                                  {"line", snapshot.line},
                                  {"goroutines", snapshot.goroutines},
                                  {"complete", snapshot.complete}}));
  }
  return array;
}

Json verdict_json(const Verdict& verdict) {
  return Json::object({{"outcome", name_of(verdict.outcome)},
                       {"grade", verdict.grade ? Json(name_of(*verdict.grade)) : Json()},
                       {"text", verdict.text}});
}

Json counts_json(const Counts& counts) {
  return Json::object({{"goroutines", counts.goroutines},
                       {"unique_ids", counts.unique_ids},
                       {"system", counts.system},
                       {"stacks", counts.stacks},
                       {"by_status", counts_by_name(counts.by_status)}});
}

Json object_json(const ObjectView& object) {
  return Json::object(
      {{"id", object.id},
       {"kind", object_kind_name(object.kind)},
       {"address", object.address ? Json(fmt::format("{:#x}", *object.address)) : Json()},
       {"name", text_or_null(object.name)},
       {"state", state_json(object.state)}});
}

Json edge_json(const Edge& edge) {
  return Json::object({{"goroutine", edge.goroutine < 0 ? Json() : Json(edge.goroutine)},
                       {"relation", name_of(edge.relation)},
                       {"object", edge.object},
                       {"operation", operation_name(edge.operation)},
                       {"grade", name_of(edge.grade)},
                       {"evidence", edge.evidence}});
}

Json culprit_json(const Culprit& culprit) {
  return Json::object({{"role", name_of(culprit.role)},
                       {"function", culprit.place.function},
                       {"file", culprit.place.file},
                       {"line", culprit.place.line},
                       {"goroutine", or_null(culprit.goroutine)}});
}

Json held_json(const Held& held) {
  return Json::object({{"goroutines", held.goroutines},
                       {"stack_bytes", held.stacks},
                       {"heap_bytes", or_null(held.heap)}});
}

template <typename T>
Json all(const std::vector<T>& items, Json (*to_json)(const T&)) {
  Json array = Json::array();
  for (const T& item : items) array.push_back(to_json(item));
  return array;
}

Json gap_json(const Gap& gap) {
  return Json::object({{"where", gap.where}, {"what", gap.what}, {"hides", gap.hides}});
}

// One overload for each alternative of Value.
struct ToJson {
  Json operator()(std::monostate) const { return {}; }
  Json operator()(bool value) const { return value; }
  Json operator()(std::int64_t value) const { return value; }
  Json operator()(double value) const { return value; }
  Json operator()(const std::string& value) const { return value; }
  Json operator()(Minutes value) const { return value.value < 0 ? Json() : Json(value.value); }
  Json operator()(Bytes value) const { return value.value; }
  Json operator()(const Place& value) const {
    return value.function.empty() && value.file.empty() ? Json() : place_json(value);
  }
};

}  // namespace

Json state_json(const ObjectState& state) {
  Json object = Json::object();
  set_if(object, "length", state.length);
  set_if(object, "capacity", state.capacity);
  set_if(object, "readers", state.readers);
  set_if(object, "waiters", state.waiters);
  set_if(object, "counter", state.counter);
  set_if(object, "closed", state.closed);
  set_if(object, "locked", state.locked);
  set_if(object, "starving", state.starving);
  set_if(object, "writer_pending", state.writer_pending);
  set_if(object, "time_left_ns", state.time_left);
  return object;
}

Json place_json(const Place& place) {
  return Json::object({{"function", place.function}, {"file", place.file}, {"line", place.line}});
}

Json group_json(const GroupView& group) {
  Json object = Json::object({{"id", group.id}, {"count", group.count}});
  if (group.statuses.empty()) {
    object.set("status", group.status);
  } else {
    object.set("statuses", counts_by_name(group.statuses));
  }
  object.set("wait_minutes", group.wait_minutes
                                 ? Json::object({{"min", group.wait_minutes->first},
                                                 {"max", group.wait_minutes->second}})
                                 : Json());
  object.set("frames", all(group.frames, place_json));
  Json creator;
  if (group.created_by) {
    creator = place_json(*group.created_by);
    creator.set("goroutine", or_null(group.creator));
  }
  object.set("created_by", std::move(creator));
  object.set("goroutines", ids(group.goroutines, group.goroutines.size()));
  object.set("system", group.system);
  object.set("purpose", text_or_null(group.purpose));
  return object;
}

Json finding_json(const Finding& finding) {
  Json json = Json::object({
      {"id", finding.id},
      {"fingerprint", finding.fingerprint},
      {"rule", finding.rule},
      {"grade", name_of(finding.grade)},
      {"severity", name_of(finding.severity)},
      {"shape", name_of(finding.shape)},
      {"title", finding.title},
      {"explanation", finding.explanation},
      {"advice", finding.advice},
      {"roots", ids(finding.roots, Finding::kListed)},
      {"root_count", finding.root_count},
      {"victims", Json::object({{"count", finding.victim_count},
                                {"goroutines", ids(finding.victims, Finding::kListed)}})},
      {"groups", texts(finding.groups)},
      {"objects", all(finding.objects, object_json)},
      {"edges", all(finding.edges, edge_json)},
      {"culprits", all(finding.culprits, culprit_json)},
      {"unknown", texts(finding.unknown)},
      {"wait_minutes", finding.wait_minutes < 0 ? Json() : Json(finding.wait_minutes)},
  });
  if (finding.held) json.set("held", held_json(*finding.held));
  return json;
}

Json value_json(const Value& value) { return std::visit(ToJson{}, value); }

Json diagnosis_json(const Diagnosis& diagnosis) {
  return Json::object({{"origin", origin_json(diagnosis.origin)},
                       {"snapshots", snapshots_json(diagnosis.snapshots)},
                       {"verdict", verdict_json(diagnosis.verdict)},
                       {"counts", counts_json(diagnosis.counts)},
                       {"findings", all(diagnosis.findings, finding_json)},
                       {"groups", Json::array()},
                       {"purposes", counts_by_name(diagnosis.purposes)},
                       {"gaps", all(diagnosis.gaps, gap_json)}});
}

Json knot_json(const Knot& knot) {
  Json lines = Json::array();
  for (const auto& [text, place] : knot.lines) {
    lines.push_back(Json::object({{"text", text}, {"place", value_json(place)}}));
  }
  Json behind = Json::array();
  for (const Knot& child : knot.behind) behind.push_back(knot_json(child));
  return Json::object({{"who", knot.who}, {"lines", lines}, {"behind", behind}});
}

std::string error_json(const Error& error) {
  const Json body = Json::object(
      {{"kind", kind_name(error.kind)}, {"message", error.message}, {"hint", error.hint}});
  return Json::object({{"schema", "goknot.report/1"}, {"error", body}}).dump() + "\n";
}

}  // namespace goknot::output
