// SPDX-License-Identifier: Apache-2.0
#include "goknot/output/profile_rows.h"

#include "goknot/base/json.h"
#include "goknot/model/profile_labels.h"
#include "goknot/output/json_members.h"
#include "goknot/output/json_report.h"
#include "goknot/output/profile_memory.h"

#include <fmt/format.h>

#include <algorithm>

namespace goknot::output {

namespace {

// The numbers of the rows that belong to each goroutine.
template <typename Row>
std::vector<std::vector<std::uint32_t>> by_goroutine(const std::vector<Row>& rows,
                                                     std::size_t goroutines) {
  std::vector<std::vector<std::uint32_t>> found(rows.empty() ? 0 : goroutines);
  for (std::size_t at = 0; at < rows.size(); at++) {
    if (rows[at].goroutine < found.size()) {
      found[rows[at].goroutine].push_back(static_cast<std::uint32_t>(at));
    }
  }
  return found;
}

std::vector<std::uint32_t> rows_of(const std::vector<std::vector<std::uint32_t>>& table,
                                   std::uint32_t goroutine) {
  return goroutine < table.size() ? table[goroutine] : std::vector<std::uint32_t>();
}

void set_elided(Json& json, const Stack& stack) {
  set_unless(json, "at", stack.elided_at, 0u);
  set_unless(json, "count", stack.elided, 0u);
}

// A row has only the members that are not as usual, which keeps a hundred thousand of them small:
//
//     goknot::wait  {"object":0,"kind":"mutex","operation":"lock","frame":2}
Json wait_row(const Wait& wait) {
  Json json = Json::object();
  if (wait.object) json.set("object", wait.object.value);
  if (wait.kind != ObjectKind::unknown) json.set("kind", object_kind_name(wait.kind));
  if (wait.identity != Identity::none) {
    json.set("identity", word_of<Identity>(kIdentityWords, wait.identity));
  }
  json.set("operation", operation_name(wait.operation));
  set_unless(json, "frame", wait.frame, 0u);
  set_unless(json, "writer_queued", wait.writer_queued, false);
  set_unless(json, "limited", wait.limited, false);
  set_unless(json, "handed", wait.handed, false);
  return json;
}

Json hold_row(const Hold& hold) {
  Json json = Json::object();
  if (hold.object) json.set("object", hold.object.value);
  json.set("mode", operation_name(hold.mode));
  json.set("evidence", word_of<HoldEvidence>(kEvidenceWords, hold.evidence));
  set_unless(json, "frame", hold.frame, 0u);
  set_unless(json, "likely", hold.strength == HoldStrength::likely, false);
  return json;
}

Json reference_row(const Reference& reference) {
  if (reference.will == Operation::unknown) return Json(reference.object.value);
  Json json = Json::object();
  json.set("object", reference.object.value);
  json.set("will", operation_name(reference.will));
  return json;
}

Json ancestor_row(const Ancestor& ancestor, const Stacks& stacks) {
  Json json = Json::object();
  json.set("id", ancestor.id);
  Json locations = Json::array();
  for (const FrameId frame : stacks.frames(ancestor.stack)) {
    // Numbers of locations begin at 1 in pprof.
    locations.push_back(frame.value + std::uint64_t{1});
  }
  json.set("stack", std::move(locations));
  if (ancestor.stack) set_elided(json, stacks[ancestor.stack]);
  if (ancestor.creator) json.set("creator", ancestor.creator.value + std::uint64_t{1});
  return json;
}

Json object_row(const WaitObject& object, const Snapshot& snapshot) {
  Json json = Json::object();
  json.set("kind", object_kind_name(object.kind));
  if (object.identity != Identity::none) {
    json.set("identity", word_of<Identity>(kIdentityWords, object.identity));
  }
  set_if(json, "address", object.address);
  set_if(json, "owner", object.owner);
  set_text(json, "owner_type", snapshot.strings[object.owner_type]);
  set_text(json, "name", snapshot.strings[object.name]);
  set_text(json, "element", snapshot.strings[object.element]);
  set_if(json, "cond_lock", object.cond_lock);
  if (object.left_locked) json.set("left_locked", true);
  if (object.state < snapshot.object_states.size()) {
    json.set("state", state_json(snapshot.object_states[object.state]));
  }
  return json;
}

Json omission_row(const Omission& omission) {
  Json json = Json::object();
  if (omission.object) json.set("object", omission.object.value);
  if (omission.frame) json.set("frame", omission.frame.value + std::uint64_t{1});
  set_unless(json, "goroutine", omission.goroutine, Omission::kReturned);
  set_unless(json, "always", omission.always, false);
  return json;
}

Json gap_row(const Gap& gap) {
  Json json = Json::object();
  set_text(json, "where", gap.where);
  set_text(json, "what", gap.what);
  set_text(json, "hides", gap.hides);
  return json;
}

Json snapshot_row(const Snapshot& snapshot) {
  Json json = Json::object();
  set_text(json, "name", snapshot.name);
  set_unless(json, "line", snapshot.line, std::uint64_t{1});
  return json;
}

Json origin_row(const Origin& origin) {
  Json json = Json::object();
  Json wrapped = Json::array();
  for (const std::string& layer : origin.wrapped_in) wrapped.push_back(layer);
  set_text(json, "target", origin.target);
  json.set("kind", source_kind_name(origin.kind));
  set_text(json, "format", origin.format);
  if (wrapped.size() != 0) json.set("wrapped_in", std::move(wrapped));
  json.set("detail", word_of<Detail>(kDetailWords, origin.detail));
  json.set("cause", word_of<Cause>(kCauseWords, origin.cause));
  set_text(json, "cause_text", origin.cause_text);
  set_text(json, "go_version", origin.go_version);
  set_unless(json, "go_version_exact", origin.go_version_exact, false);
  set_text(json, "program", origin.program);
  set_if(json, "pid", origin.pid);
  set_text(json, "build_id", origin.build_id);
  set_text(json, "goarch", origin.goarch);
  set_text(json, "taken_at", origin.taken_at);
  set_unless(json, "read_seconds", origin.read_seconds, 0.0);
  set_if(json, "stopped_seconds", origin.stopped_seconds);
  set_if(json, "looked_again", origin.looked_again);
  set_if(json, "declared_total", origin.declared_total);
  set_unless(json, "lines", origin.lines, std::uint64_t{0});
  set_unless(json, "complete", origin.complete, true);
  if (origin.facts) json.set("facts", facts_row(*origin.facts));
  return json;
}

std::string comment(std::string_view name, const Json& row) {
  return fmt::format("{} {}", name, row.dump());
}

}  // namespace

ProfileRows::ProfileRows(const Snapshot& snapshot)
    : snapshot_(snapshot),
      waits_(by_goroutine(snapshot.waits, snapshot.goroutines.size())),
      holds_(by_goroutine(snapshot.holds, snapshot.goroutines.size())),
      deferred_(by_goroutine(snapshot.deferred, snapshot.goroutines.size())),
      references_(by_goroutine(snapshot.references, snapshot.goroutines.size())),
      outside_(by_goroutine(snapshot.outside_waits, snapshot.goroutines.size())),
      ancestors_(by_goroutine(snapshot.ancestors, snapshot.goroutines.size())) {}

std::string ProfileRows::flags(const Goroutine& goroutine) const {
  const bool set[] = {goroutine.system,  goroutine.leaked,  goroutine.locked_to_thread,
                      goroutine.durable, goroutine.current, goroutine.stack_cut};
  std::string text;
  for (std::size_t flag = 0; flag < std::size(set); flag++) {
    if (set[flag]) text += fmt::format("{}{}", text.empty() ? "" : " ", kFlagWords[flag]);
  }
  return text;
}

std::string ProfileRows::arguments(const Goroutine& goroutine) const {
  std::string text;
  const std::size_t depth = snapshot_.stacks.frames(goroutine.stack).size();
  for (std::size_t frame = 0; frame < depth; frame++) {
    if (frame != 0) text += '\n';
    std::string shown(snapshot_.argument_text(goroutine, frame));
    std::ranges::replace(shown, '\n', ' ');
    text += shown;
  }
  return text;
}

std::vector<std::pair<std::string_view, std::string>> ProfileRows::labels(std::uint32_t row) const {
  std::vector<std::pair<std::string_view, std::string>> found;
  const StackId stack = snapshot_.goroutines[row].stack;
  if (stack && (snapshot_.stacks[stack].elided_at != 0 || snapshot_.stacks[stack].elided != 0)) {
    Json json = Json::object();
    set_elided(json, snapshot_.stacks[stack]);
    found.emplace_back(kLabelElided, json.dump());
  }
  if (const GoroutineDetail* detail = snapshot_.detail(row)) {
    found.emplace_back(kLabelDetail, detail_row(*detail, snapshot_.strings).dump());
  }
  const Reach reach = snapshot_.goroutines[row].reach;
  if (reach != Reach::unknown) found.emplace_back(kLabelReach, word_of<Reach>(kReachWords, reach));
  for (const std::uint32_t at : rows_of(waits_, row)) {
    found.emplace_back(kLabelWait, wait_row(snapshot_.waits[at]).dump());
  }
  for (const std::uint32_t at : rows_of(holds_, row)) {
    found.emplace_back(kLabelHold, hold_row(snapshot_.holds[at]).dump());
  }
  for (const std::uint32_t at : rows_of(deferred_, row)) {
    found.emplace_back(kLabelDeferred,
                       deferred_row(snapshot_.deferred[at], snapshot_.strings).dump());
  }
  for (const std::uint32_t at : rows_of(references_, row)) {
    found.emplace_back(kLabelReference, reference_row(snapshot_.references[at]).dump());
  }
  for (const std::uint32_t at : rows_of(outside_, row)) {
    found.emplace_back(kLabelOutside,
                       outside_row(snapshot_.outside_waits[at], snapshot_.strings).dump());
  }
  for (const std::uint32_t at : rows_of(ancestors_, row)) {
    found.emplace_back(kLabelAncestor,
                       ancestor_row(snapshot_.ancestors[at], snapshot_.stacks).dump());
  }
  return found;
}

std::vector<std::string> ProfileRows::comments() const {
  std::vector<std::string> found;
  found.push_back(comment(kCommentSnapshot, snapshot_row(snapshot_)));
  found.push_back(comment(kCommentOrigin, origin_row(snapshot_.origin)));
  for (const WaitObject& object : snapshot_.objects) {
    found.push_back(comment(kCommentObject, object_row(object, snapshot_)));
  }
  for (const FileHold& hold : snapshot_.file_holds) {
    found.push_back(comment(kCommentFileHold, file_hold_row(hold, snapshot_.strings)));
  }
  for (const Omission& omission : snapshot_.omissions) {
    found.push_back(comment(kCommentOmission, omission_row(omission)));
  }
  if (snapshot_.second_look) {
    found.push_back(comment(kCommentSecondLook, second_look_row(*snapshot_.second_look)));
  }
  for (const Gap& gap : snapshot_.gaps) found.push_back(comment(kCommentGap, gap_row(gap)));
  return found;
}

}  // namespace goknot::output
