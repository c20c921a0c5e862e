// SPDX-License-Identifier: Apache-2.0
#include "goknot/source/profile_restore.h"

#include "goknot/model/profile_labels.h"
#include "goknot/source/scan.h"

#include <algorithm>
#include <limits>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace goknot::source {

namespace {

// A member of an object; null if it is not there.
const Json& member(const Json& json, std::string_view key) {
  static const Json kNull;
  const Json* found = json.find(key);
  return found == nullptr ? kNull : *found;
}

std::string_view text(const Json& json, std::string_view key) {
  return member(json, key).string_or("");
}

// A number within 32 bits; 0 for anything else.
std::uint32_t small(const Json& json, std::string_view key) {
  const std::uint64_t value = member(json, key).uint_or(0);
  return value > std::numeric_limits<std::uint32_t>::max() ? 0 : static_cast<std::uint32_t>(value);
}

std::uint32_t small(std::int64_t value) {
  return static_cast<std::uint32_t>(
      std::clamp<std::int64_t>(value, 0, std::numeric_limits<std::uint32_t>::max()));
}

void read_optional(const Json& json, std::string_view key, std::optional<std::int64_t>& value) {
  if (json.find(key) != nullptr) value = member(json, key).int_or(0);
}
void read_optional(const Json& json, std::string_view key, std::optional<std::uint64_t>& value) {
  if (json.find(key) != nullptr) value = member(json, key).uint_or(0);
}
void read_optional(const Json& json, std::string_view key, std::optional<bool>& value) {
  if (json.find(key) != nullptr) value = member(json, key).bool_or(false);
}

Json parse_row(std::string_view text) { return Json::parse(text).value_or(Json()); }

ObjectId object_of(const Json& json) {
  return json.find("object") == nullptr ? ObjectId() : ObjectId(small(json, "object"));
}

Operation operation_of(std::string_view word) {
  return value_named(&operation_name, kLastOperation, word).value_or(Operation::unknown);
}

ObjectKind kind_of(std::string_view word) {
  return value_named(&object_kind_name, kLastObjectKind, word).value_or(ObjectKind::unknown);
}

Wait parse_wait(const Json& json) {
  Wait wait;
  wait.object = object_of(json);
  wait.kind = kind_of(text(json, "kind"));
  wait.identity =
      value_of<Identity>(kIdentityWords, text(json, "identity")).value_or(Identity::none);
  wait.operation = operation_of(text(json, "operation"));
  wait.frame = small(json, "frame");
  wait.writer_queued = member(json, "writer_queued").bool_or(false);
  return wait;
}

Hold parse_hold(const Json& json) {
  Hold hold;
  hold.object = object_of(json);
  hold.mode = operation_of(text(json, "mode"));
  hold.evidence = value_of<HoldEvidence>(kEvidenceWords, text(json, "evidence"))
                      .value_or(HoldEvidence::below_method);
  hold.frame = small(json, "frame");
  return hold;
}

StackElision parse_elision(const Json& json) { return {small(json, "at"), small(json, "count")}; }

ObjectState parse_state(const Json& json) {
  ObjectState state;
  read_optional(json, "length", state.length);
  read_optional(json, "capacity", state.capacity);
  read_optional(json, "readers", state.readers);
  read_optional(json, "waiters", state.waiters);
  read_optional(json, "counter", state.counter);
  read_optional(json, "closed", state.closed);
  read_optional(json, "locked", state.locked);
  read_optional(json, "starving", state.starving);
  read_optional(json, "writer_pending", state.writer_pending);
  read_optional(json, "time_left_ns", state.time_left);
  return state;
}

GoroutineDetail parse_detail(const Json& json) {
  GoroutineDetail detail;
  read_optional(json, "time_left_ns", detail.time_left);
  detail.stack_used = member(json, "stack_used").uint_or(0);
  detail.stack_reserved = member(json, "stack_reserved").uint_or(0);
  constexpr std::uint32_t kMost = std::numeric_limits<std::int32_t>::max();
  const std::uint32_t fd = small(json, "fd");
  if (json.find("fd") != nullptr && fd <= kMost) detail.fd = static_cast<std::int32_t>(fd);
  detail.thread = static_cast<std::int32_t>(std::min(small(json, "thread"), kMost));
  return detail;
}

WaitReason reason_of(std::string_view printed) {
  return printed.empty() ? WaitReason::none : parse_status(printed).reason;
}

// Drops the rows whose object does not exist.
template <typename Row>
void drop_dangling(std::vector<Row>& rows, std::size_t objects) {
  std::erase_if(rows, [&](const Row& row) { return row.object && row.object.index() >= objects; });
}

}  // namespace

ProfileRestore::ProfileRestore(const ProfileParts& parts, const ProfileLocations& locations,
                               Snapshot& snapshot)
    : parts_(parts), locations_(locations), snapshot_(snapshot) {
  ours_ = std::ranges::any_of(parts.comments, [&](std::uint64_t comment) {
    return parts.text(comment).starts_with(kCommentSnapshot);
  });
}

void ProfileRestore::begin() {
  elision_ = {};
  arguments_ = {};
}

void ProfileRestore::add_label(Goroutine& goroutine, std::string_view key, std::string_view text,
                               std::int64_t number) {
  if (!ours_ || set_fact(goroutine, key, text, number)) return;
  add_row(key, text);
}

void ProfileRestore::set_status(Goroutine& goroutine, std::string_view text) {
  const auto [entry, added] = statuses_.try_emplace(text.data());
  if (added) entry->second = {snapshot_.strings.add(text), parse_status(text)};
  goroutine.status = entry->second.text;
  goroutine.state = entry->second.status.state;
  goroutine.reason = entry->second.status.reason;
}

// Facts that are a word or a number; whether it is one.
bool ProfileRestore::set_fact(Goroutine& goroutine, std::string_view key, std::string_view text,
                              std::int64_t number) {
  if (key == kLabelLine) {
    goroutine.line = small(number);
  } else if (key == kLabelBubble) {
    goroutine.bubble = small(number);
  } else if (key == kLabelCreator) {
    goroutine.creator = frame_of(static_cast<std::uint64_t>(number));
  } else if (key == kLabelCoarse) {
    goroutine.state = value_of<State>(kStateWords, text).value_or(State::unknown);
  } else if (key == kLabelReason) {
    goroutine.reason = reason_of(text);
  } else if (key == kLabelFlags) {
    set_flags(goroutine, text);
  } else if (key == kLabelArguments) {
    goroutine.has_arguments = true;
    arguments_ = text;
  } else {
    return false;
  }
  return true;
}

void ProfileRestore::set_flags(Goroutine& goroutine, std::string_view text) {
  Scan scan(text);
  for (std::string_view word = scan.word(); !word.empty(); word = scan.space().word()) {
    goroutine.system |= word == kFlagWords[0];
    goroutine.leaked |= word == kFlagWords[1];
    goroutine.locked_to_thread |= word == kFlagWords[2];
    goroutine.durable |= word == kFlagWords[3];
    goroutine.current |= word == kFlagWords[4];
    goroutine.stack_cut |= word == kFlagWords[5];
  }
}

// Facts that are a row of a table.
void ProfileRestore::add_row(std::string_view key, std::string_view text) {
  if (key == kLabelElided) {
    const auto [entry, added] = elisions_.try_emplace(text.data());
    if (added) entry->second = parse_elision(parse_row(text));
    elision_ = entry->second;
  } else if (key == kLabelWait) {
    const auto [entry, added] = waits_.try_emplace(text.data());
    if (added) entry->second = parse_wait(parse_row(text));
    snapshot_.waits.push_back(entry->second);
    snapshot_.waits.back().goroutine = row();
  } else if (key == kLabelDetail) {
    snapshot_.details.resize(std::size_t{row()} + 1);
    snapshot_.details.back() = parse_detail(parse_row(text));
  } else if (key == kLabelHold) {
    const auto [entry, added] = holds_.try_emplace(text.data());
    if (added) entry->second = parse_hold(parse_row(text));
    snapshot_.holds.push_back(entry->second);
    snapshot_.holds.back().goroutine = row();
  } else if (key == kLabelAncestor) {
    const auto [entry, added] = ancestors_.try_emplace(text.data());
    if (added) entry->second = parse_ancestor(parse_row(text));
    snapshot_.ancestors.push_back(entry->second);
    snapshot_.ancestors.back().goroutine = row();
  }
}

// Arguments are a line for each frame; they stay where they are.
void ProfileRestore::end(Goroutine& goroutine) {
  if (!goroutine.has_arguments) return;
  goroutine.first_argument = static_cast<std::uint32_t>(snapshot_.arguments.size());
  const std::size_t depth = snapshot_.stacks.frames(goroutine.stack).size();
  for (std::size_t frame = 0; frame < depth; frame++) {
    const std::string_view line = arguments_.substr(0, arguments_.find('\n'));
    arguments_.remove_prefix(std::min(line.size() + 1, arguments_.size()));
    TextSpan span;
    if (!line.empty()) {
      constexpr std::size_t kMost = (1 << 24) - 1;
      span.offset = static_cast<std::uint64_t>(line.data() - snapshot_.text.data()) & 0xffffffffff;
      span.length = std::min(line.size(), kMost) & 0xffffff;
    }
    snapshot_.arguments.push_back(span);
  }
}

FrameId ProfileRestore::frame_of(std::uint64_t location) const {
  const auto frames = locations_.frames(location);
  return frames.empty() ? FrameId() : frames.front();
}

Ancestor ProfileRestore::parse_ancestor(const Json& json) {
  Ancestor ancestor;
  ancestor.id = member(json, "id").int_or(0);
  std::vector<FrameId> frames;
  for (const Json& location : member(json, "stack").items()) {
    const FrameId frame = frame_of(location.uint_or(0));
    if (frame) frames.push_back(frame);
  }
  const StackElision elision = parse_elision(json);
  ancestor.stack = snapshot_.stacks.add(frames, elision.at, elision.count);
  return ancestor;
}

void ProfileRestore::finish() {
  if (!ours_) return;
  for (const std::uint64_t number : parts_.comments) {
    Scan scan(parts_.text(number));
    const std::string_view name = scan.word();
    const Json row = parse_row(scan.space().rest());
    if (name == kCommentObject) add_object(row);
    if (name == kCommentOrigin) set_origin(row);
    if (name == kCommentSnapshot) {
      snapshot_.name = text(row, "name");
      snapshot_.line = member(row, "line").uint_or(1);
    }
    if (name == kCommentGap) {
      snapshot_.gaps.push_back({.where = std::string(text(row, "where")),
                                .what = std::string(text(row, "what")),
                                .hides = std::string(text(row, "hides"))});
    }
  }
  drop_dangling(snapshot_.waits, snapshot_.objects.size());
  drop_dangling(snapshot_.holds, snapshot_.objects.size());
}

void ProfileRestore::add_object(const Json& json) {
  WaitObject object;
  object.kind = kind_of(text(json, "kind"));
  object.identity =
      value_of<Identity>(kIdentityWords, text(json, "identity")).value_or(Identity::none);
  read_optional(json, "address", object.address);
  read_optional(json, "owner", object.owner);
  object.owner_type = snapshot_.strings.add(text(json, "owner_type"));
  object.name = snapshot_.strings.add(text(json, "name"));
  object.element = snapshot_.strings.add(text(json, "element"));
  read_optional(json, "cond_lock", object.cond_lock);
  if (const Json* state = json.find("state")) {
    object.state = static_cast<std::uint32_t>(snapshot_.object_states.size());
    snapshot_.object_states.push_back(parse_state(*state));
  }
  snapshot_.objects.push_back(object);
}

void ProfileRestore::set_origin(const Json& json) {
  Origin& origin = snapshot_.origin;
  for (const Json& layer : member(json, "wrapped_in").items()) {
    origin.wrapped_in.emplace_back(layer.string_or(""));
  }
  origin.target = text(json, "target");
  origin.kind = value_named(&source_kind_name, kLastSourceKind, text(json, "kind"))
                    .value_or(SourceKind::profile);
  origin.format = text(json, "format");
  origin.detail = value_of<Detail>(kDetailWords, text(json, "detail")).value_or(Detail::counts);
  origin.cause = value_of<Cause>(kCauseWords, text(json, "cause")).value_or(Cause::none);
  origin.cause_text = text(json, "cause_text");
  origin.go_version = text(json, "go_version");
  origin.go_version_exact = member(json, "go_version_exact").bool_or(false);
  origin.program = text(json, "program");
  read_optional(json, "pid", origin.pid);
  origin.build_id = text(json, "build_id");
  origin.goarch = text(json, "goarch");
  origin.taken_at = text(json, "taken_at");
  origin.read_seconds = member(json, "read_seconds").double_or(0);
  if (const Json* stopped = json.find("stopped_seconds")) {
    origin.stopped_seconds = stopped->double_or(0);
  }
  read_optional(json, "looked_again", origin.looked_again);
  read_optional(json, "declared_total", origin.declared_total);
  origin.lines = member(json, "lines").uint_or(0);
  origin.complete = member(json, "complete").bool_or(true);
}

}  // namespace goknot::source
