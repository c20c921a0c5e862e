// SPDX-License-Identifier: Apache-2.0
#include "goknot/source/profile_restore.h"

#include "goknot/model/profile_labels.h"
#include "goknot/source/json_members.h"
#include "goknot/source/profile_memory.h"
#include "goknot/source/scan.h"

#include <algorithm>
#include <limits>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace goknot::source {

namespace {

std::uint32_t within_32_bits(std::int64_t value) {
  return static_cast<std::uint32_t>(
      std::clamp<std::int64_t>(value, 0, std::numeric_limits<std::uint32_t>::max()));
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
  wait.limited = member(json, "limited").bool_or(false);
  wait.handed = member(json, "handed").bool_or(false);
  return wait;
}

Hold parse_hold(const Json& json) {
  Hold hold;
  hold.object = object_of(json);
  hold.mode = operation_of(text(json, "mode"));
  hold.evidence = value_of<HoldEvidence>(kEvidenceWords, text(json, "evidence"))
                      .value_or(HoldEvidence::below_method);
  hold.frame = small(json, "frame");
  if (member(json, "likely").bool_or(false)) hold.strength = HoldStrength::likely;
  return hold;
}

Reference parse_reference(const Json& json) {
  Reference reference;
  if (json.is_number()) {
    reference.object = ObjectId(small(json));
  } else if (json.find("object") != nullptr) {
    reference.object = ObjectId(small(json, "object"));
    reference.will = operation_of(text(json, "will"));
  }
  return reference;
}

StackElision parse_elision(const Json& json) { return {small(json, "at"), small(json, "count")}; }

WaitReason reason_of(std::string_view printed) {
  return printed.empty() ? WaitReason::none : parse_status(printed).reason;
}

// Drops the rows whose object does not exist.
template <typename Row>
void drop_dangling(std::vector<Row>& rows, std::size_t objects) {
  std::erase_if(rows, [&](const Row& row) { return row.object && row.object.index() >= objects; });
}

}  // namespace

// A profile that is not ours may have labels that begin like ours; without the comment that says so
// they are nothing but labels.
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
    goroutine.line = within_32_bits(number);
  } else if (key == kLabelBubble) {
    goroutine.bubble = within_32_bits(number);
  } else if (key == kLabelCreator) {
    goroutine.creator = frame_of(static_cast<std::uint64_t>(number));
  } else if (key == kLabelCoarse) {
    goroutine.state = value_of<State>(kStateWords, text).value_or(State::unknown);
  } else if (key == kLabelReason) {
    goroutine.reason = reason_of(text);
  } else if (key == kLabelReach) {
    goroutine.reach = value_of<Reach>(kReachWords, text).value_or(Reach::unknown);
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
  Strings& strings = snapshot_.strings;
  if (key == kLabelElided) {
    elision_ = parsed(elisions_, text, [](const Json& json) { return parse_elision(json); });
  } else if (key == kLabelWait) {
    add(snapshot_.waits, parsed(waits_, text, [](const Json& json) { return parse_wait(json); }));
  } else if (key == kLabelDetail) {
    snapshot_.details.resize(std::size_t{row()} + 1);
    snapshot_.details.back() =
        parsed(details_, text, [this](const Json& json) { return parse_details(json); });
  } else if (key == kLabelHold) {
    add(snapshot_.holds, parsed(holds_, text, [](const Json& json) { return parse_hold(json); }));
  } else if (key == kLabelAncestor) {
    add(snapshot_.ancestors,
        parsed(ancestors_, text, [this](const Json& json) { return parse_ancestor(json); }));
  } else if (key == kLabelDeferred) {
    add(snapshot_.deferred, parsed(deferred_, text, [&strings](const Json& json) {
          return parse_deferred(json, strings);
        }));
  } else if (key == kLabelReference) {
    add(snapshot_.references,
        parsed(references_, text, [](const Json& json) { return parse_reference(json); }));
  } else if (key == kLabelOutside) {
    add(snapshot_.outside_waits, parsed(outside_, text, [&strings](const Json& json) {
          return parse_outside(json, strings);
        }));
  }
}

// The row of a text, which is parsed when it is met first.
// A pprof string is kept once however many samples have it, so equal rows are equal addresses of
// text, and each is parsed once.
template <typename Row, typename Parse>
const Row& ProfileRestore::parsed(ByText<Row>& known, std::string_view text, Parse parse) {
  const auto [entry, added] = known.try_emplace(text.data());
  if (added) entry->second = parse(parse_row(text));
  return entry->second;
}

// Adds a row that is about the goroutine at hand.
template <typename Row>
void ProfileRestore::add(std::vector<Row>& rows, const Row& row) {
  rows.push_back(row);
  rows.back().goroutine = this->row();
}

GoroutineDetail ProfileRestore::parse_details(const Json& json) {
  GoroutineDetail detail = parse_detail(json, snapshot_.strings);
  if (json.find("start") != nullptr) detail.start = frame_of(member(json, "start").uint_or(0));
  return detail;
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
  ancestor.creator = frame_of(member(json, "creator").uint_or(0));
  return ancestor;
}

Omission ProfileRestore::parse_omission(const Json& json) const {
  Omission omission;
  if (json.find("object") != nullptr) omission.object = ObjectId(small(json, "object"));
  omission.frame = frame_of(member(json, "frame").uint_or(0));
  if (json.find("goroutine") != nullptr) omission.goroutine = small(json, "goroutine");
  omission.always = member(json, "always").bool_or(false);
  return omission;
}

// Comments hold what belongs to no single goroutine. Everything in a file may be made up: rows that
// refer to objects, frames or goroutines that are not there are dropped.
void ProfileRestore::finish() {
  if (!ours_) return;
  Json second_look;
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
    if (name == kCommentFileHold) {
      snapshot_.file_holds.push_back(parse_file_hold(row, snapshot_.strings));
    }
    if (name == kCommentOmission) snapshot_.omissions.push_back(parse_omission(row));
    if (name == kCommentSecondLook) second_look = row;
    if (name == kCommentGap) {
      snapshot_.gaps.push_back({.where = std::string(text(row, "where")),
                                .what = std::string(text(row, "what")),
                                .hides = std::string(text(row, "hides"))});
    }
  }
  drop_dangling(snapshot_.waits, snapshot_.objects.size());
  drop_dangling(snapshot_.holds, snapshot_.objects.size());
  drop_dangling(snapshot_.references, snapshot_.objects.size());
  std::erase_if(snapshot_.references, [](const Reference& row) { return !row.object; });
  drop_dangling(snapshot_.file_holds, snapshot_.objects.size());
  drop_dangling(snapshot_.omissions, snapshot_.objects.size());
  std::erase_if(snapshot_.omissions, [this](const Omission& row) {
    const bool nobody =
        row.goroutine != Omission::kReturned && row.goroutine >= snapshot_.goroutines.size();
    return !row.object || !row.frame || nobody;
  });
  if (!second_look.is_null()) {
    snapshot_.second_look =
        parse_second_look(second_look, snapshot_.goroutines.size(), snapshot_.objects.size());
  }
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
  object.left_locked = json.find("left_locked") != nullptr;
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
  if (const Json* facts = json.find("facts")) origin.facts = parse_facts(*facts);
}

}  // namespace goknot::source
