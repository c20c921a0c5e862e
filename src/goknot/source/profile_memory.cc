// SPDX-License-Identifier: Apache-2.0
#include "goknot/source/profile_memory.h"

#include "goknot/model/profile_labels.h"
#include "goknot/source/json_members.h"

#include <algorithm>
#include <string>
#include <vector>

namespace goknot::source {

namespace {

Peer parse_peer(const Json& json, Strings& strings) {
  return {.pid = small_or(json, "pid", 0),
          .name = strings.add(text(json, "name")),
          .standstill = strings.add(text(json, "standstill")),
          .own = member(json, "own").bool_or(false)};
}

// Numbers below `end`, sorted, each once.
std::vector<std::uint32_t> parse_rows(const Json& json, std::size_t end) {
  std::vector<std::uint32_t> rows;
  for (const Json& item : json.items()) {
    if (item.uint_or(end) < end) rows.push_back(small(item));
  }
  std::ranges::sort(rows);
  const auto rest = std::ranges::unique(rows);
  rows.erase(rest.begin(), rest.end());
  return rows;
}

}  // namespace

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

GoroutineDetail parse_detail(const Json& json, Strings& strings) {
  GoroutineDetail detail;
  read_optional(json, "time_left_ns", detail.time_left);
  detail.stack_used = member(json, "stack_used").uint_or(0);
  detail.stack_reserved = member(json, "stack_reserved").uint_or(0);
  read_optional(json, "heap_held", detail.heap_held);
  detail.fd = small_or(json, "fd", -1);
  detail.thread = small_or(json, "thread", 0);
  detail.cpu = small_or(json, "cpu", -1);
  detail.descriptor = strings.add(text(json, "descriptor"));
  detail.call = strings.add(text(json, "call"));
  return detail;
}

DeferredCall parse_deferred(const Json& json, Strings& strings) {
  DeferredCall call{.frame = small(json, "frame"), .function = strings.add(text(json, "function"))};
  read_optional(json, "receiver", call.receiver);
  return call;
}

OutsideWait parse_outside(const Json& json, Strings& strings) {
  return {
      .kind =
          value_of<OutsideKind>(kOutsideWords, text(json, "kind")).value_or(OutsideKind::unknown),
      .outlook = value_of<Outlook>(kOutlookWords, text(json, "outlook")).value_or(Outlook::open),
      .what = strings.add(text(json, "what")),
      .why = strings.add(text(json, "why")),
      .peer = parse_peer(member(json, "peer"), strings)};
}

FileHold parse_file_hold(const Json& json, Strings& strings) {
  FileHold hold;
  if (json.find("object") != nullptr) hold.object = ObjectId(small(json, "object"));
  hold.holder = parse_peer(member(json, "holder"), strings);
  hold.fd = small_or(json, "fd", -1);
  hold.path = strings.add(text(json, "path"));
  return hold;
}

ProgramFacts parse_facts(const Json& json) {
  ProgramFacts facts;
  facts.name = text(json, "name");
  facts.module = text(json, "module");
  facts.module_version = text(json, "module_version");
  facts.revision = text(json, "revision");
  for (const Json& setting : member(json, "settings").items()) {
    if (setting.size() != 2) continue;
    facts.settings.emplace_back(setting.items()[0].string_or(""), setting.items()[1].string_or(""));
  }
  facts.go_build_id = text(json, "go_build_id");
  facts.user = text(json, "user");
  facts.container = text(json, "container");
  facts.standstill = text(json, "standstill");
  read_optional(json, "threads", facts.threads);
  read_optional(json, "max_procs", facts.max_procs);
  read_optional(json, "resident_bytes", facts.resident_bytes);
  read_optional(json, "stack_bytes", facts.stack_bytes);
  read_optional(json, "heap_bytes", facts.heap_bytes);
  read_optional(json, "collecting", facts.collecting);
  read_optional(json, "uptime_seconds", facts.uptime_seconds);
  read_optional(json, "memory_limit_bytes", facts.memory_limit_bytes);
  read_optional(json, "cpu_limit", facts.cpu_limit);
  return facts;
}

SecondLook parse_second_look(const Json& json, std::size_t goroutines, std::size_t objects) {
  SecondLook look;
  look.after_seconds = member(json, "after_seconds").double_or(0);
  look.meanwhile =
      value_of<Meanwhile>(kMeanwhileWords, text(json, "meanwhile")).value_or(Meanwhile::held);
  look.hindrance = text(json, "hindrance");
  look.looked_at = parse_rows(member(json, "looked_at"), goroutines);
  look.moved = parse_rows(member(json, "moved"), goroutines);
  for (const Json& lock : member(json, "locks").items()) {
    const std::uint32_t object = small(lock, "object");
    if (object >= objects) continue;
    look.locks.push_back({ObjectId(object), parse_state(member(lock, "state"))});
  }
  std::ranges::sort(look.locks, {}, &LockLater::object);
  return look;
}

}  // namespace goknot::source
