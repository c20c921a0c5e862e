// SPDX-License-Identifier: Apache-2.0
#include "goknot/output/json_goroutine.h"

#include "goknot/base/utf8.h"
#include "goknot/model/profile_labels.h"
#include "goknot/output/json_report.h"

#include <absl/container/flat_hash_set.h>
#include <fmt/format.h>

#include <algorithm>
#include <string>

namespace goknot::output {

namespace {

Json text_or_null(std::string_view text) { return text.empty() ? Json() : Json(text); }

// Words for what else is known: only those that are true.
Json flags_json(const Goroutine& goroutine) {
  Json flags = Json::array();
  if (goroutine.system) flags.push_back("system");
  if (goroutine.leaked) flags.push_back("leaked");
  if (goroutine.locked_to_thread) flags.push_back("locked_to_thread");
  if (goroutine.durable) flags.push_back("durable");
  if (goroutine.current) flags.push_back("current");
  if (goroutine.stack_cut) flags.push_back("stack_cut");
  return flags;
}

Json place_json(const Snapshot& snapshot, FrameId id) {
  const Frame& frame = snapshot.stacks[id];
  return Json::object({{"function", snapshot.strings[frame.function]},
                       {"file", snapshot.strings[frame.file]},
                       {"line", frame.line}});
}

void add_detail(Json& row, const GoroutineDetail& detail, const Strings& strings) {
  if (detail.time_left) row.set("time_left_ns", *detail.time_left);
  if (detail.fd >= 0) row.set("fd", detail.fd);
  if (detail.descriptor) row.set("descriptor", strings[detail.descriptor]);
  if (detail.call) row.set("call", strings[detail.call]);
  if (detail.thread > 0) row.set("thread", detail.thread);
  if (detail.cpu >= 0) row.set("cpu", detail.cpu);
  if (detail.stack_used > 0) row.set("stack_used", detail.stack_used);
  if (detail.stack_reserved > 0) row.set("stack_reserved", detail.stack_reserved);
  if (detail.heap_held) row.set("heap_held", *detail.heap_held);
}

}  // namespace

GoroutineRows::GoroutineRows(const Snapshot& snapshot) : snapshot_(snapshot) {
  for (std::size_t i = 0; i < snapshot.holds.size(); i++) {
    holds_.emplace_back(snapshot.holds[i].goroutine, static_cast<std::uint32_t>(i));
  }
  std::ranges::sort(holds_);
}

Json GoroutineRows::row(std::size_t index) const {
  const Goroutine& g = snapshot_.goroutines[index];
  const std::string_view status = snapshot_.strings[g.status];
  Json row = Json::object();
  row.set("id", g.id < 0 ? Json() : Json(g.id));
  row.set("count", g.count);
  row.set("status", status.empty() ? "unknown" : status);
  row.set("wait_minutes", g.wait_minutes < 0 ? Json() : Json(g.wait_minutes));
  row.set("frames", frames(g));
  row.set("created_by", creator(g));
  row.set("labels", labels(g));
  row.set("waits", waits(index));
  row.set("holds", holds(index));
  row.set("flags", flags_json(g));
  if (g.bubble > 0) row.set("bubble", g.bubble);
  if (Json calls = deferred(index); calls.size() > 0) row.set("deferred", std::move(calls));
  if (Json line = ancestors(index); line.size() > 0) row.set("ancestors", std::move(line));
  if (const GoroutineDetail* detail = snapshot_.detail(index)) {
    add_detail(row, *detail, snapshot_.strings);
  }
  if (g.line > 0) row.set("line", g.line);
  return row;
}

Json GoroutineRows::frames(const Goroutine& goroutine) const {
  Json frames = Json::array();
  if (!goroutine.stack) return frames;
  std::size_t depth = 0;
  for (const FrameId id : snapshot_.stacks.frames(goroutine.stack)) {
    const Frame& frame = snapshot_.stacks[id];
    Json row = place_json(snapshot_, id);
    row.set("arguments", text_or_null(snapshot_.argument_text(goroutine, depth++)));
    if (frame.offset > 0) row.set("offset", frame.offset);
    if (frame.inlined) row.set("inlined", true);
    frames.push_back(std::move(row));
  }
  return frames;
}

Json GoroutineRows::creator(const Goroutine& goroutine) const {
  if (!goroutine.creator) return {};
  Json row = place_json(snapshot_, goroutine.creator);
  row.set("goroutine", goroutine.parent < 0 ? Json() : Json(goroutine.parent));
  return row;
}

// Two keys may become one when invalid bytes are replaced: the first counts.
Json GoroutineRows::labels(const Goroutine& goroutine) const {
  Json::Object labels;
  if (!goroutine.labels) return Json::object();
  absl::flat_hash_set<std::string> seen;
  for (const auto& [key, value] : snapshot_.label_sets[goroutine.labels.index()].labels) {
    std::string name = valid_utf8(snapshot_.strings[key]);
    if (seen.insert(name).second) labels.emplace_back(std::move(name), snapshot_.strings[value]);
  }
  return Json::object_of(std::move(labels));
}

Json GoroutineRows::waits(std::size_t index) const {
  Json waits = Json::array();
  const auto own = std::ranges::equal_range(snapshot_.waits, index, {}, &Wait::goroutine);
  for (const Wait& wait : own) {
    Json row = object(wait.object);
    row.set("operation", operation_name(wait.operation));
    row.set("frame", wait.frame);
    waits.push_back(std::move(row));
  }
  return waits;
}

Json GoroutineRows::holds(std::size_t index) const {
  Json holds = Json::array();
  const auto own =
      std::ranges::equal_range(holds_, index, {}, &std::pair<std::uint32_t, std::uint32_t>::first);
  for (const auto& [goroutine, number] : own) {
    const Hold& hold = snapshot_.holds[number];
    Json row = object(hold.object);
    row.set("mode", operation_name(hold.mode));
    row.set("evidence", word_of<HoldEvidence>(kEvidenceWords, hold.evidence));
    row.set("frame", hold.frame);
    holds.push_back(std::move(row));
  }
  return holds;
}

Json GoroutineRows::deferred(std::size_t index) const {
  Json calls = Json::array();
  for (const DeferredCall& call :
       std::ranges::equal_range(snapshot_.deferred, index, {}, &DeferredCall::goroutine)) {
    calls.push_back(
        Json::object({{"function", snapshot_.strings[call.function]}, {"frame", call.frame}}));
  }
  return calls;
}

Json GoroutineRows::ancestors(std::size_t index) const {
  Json line = Json::array();
  for (const Ancestor& ancestor :
       std::ranges::equal_range(snapshot_.ancestors, index, {}, &Ancestor::goroutine)) {
    Json frames = Json::array();
    for (const FrameId frame : snapshot_.stacks.frames(ancestor.stack)) {
      frames.push_back(place_json(snapshot_, frame));
    }
    line.push_back(Json::object(
        {{"goroutine", ancestor.id},
         {"frames", std::move(frames)},
         {"created_by", ancestor.creator ? place_json(snapshot_, ancestor.creator) : Json()}}));
  }
  return line;
}

Json GoroutineRows::object(ObjectId id) const {
  if (!id) return Json::object({{"kind", "unknown"}, {"address", nullptr}, {"name", nullptr}});
  const WaitObject& object = snapshot_.objects[id.index()];
  const Json address = object.address ? Json(fmt::format("{:#x}", *object.address)) : Json();
  Json row = Json::object({{"kind", object_kind_name(object.kind)},
                           {"address", address},
                           {"name", text_or_null(snapshot_.strings[object.name])}});
  if (object.element) row.set("element", snapshot_.strings[object.element]);
  if (object.state < snapshot_.object_states.size()) {
    row.set("state", state_json(snapshot_.object_states[object.state]));
  }
  return row;
}

}  // namespace goknot::output
