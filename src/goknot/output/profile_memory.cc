// SPDX-License-Identifier: Apache-2.0
#include "goknot/output/profile_memory.h"

#include "goknot/model/profile_labels.h"
#include "goknot/output/json_members.h"
#include "goknot/output/json_report.h"

#include <utility>
#include <vector>

namespace goknot::output {

namespace {

Json peer_row(const Peer& peer, const Strings& strings) {
  Json json = Json::object();
  set_unless(json, "pid", peer.pid, 0);
  set_text(json, "name", strings[peer.name]);
  set_text(json, "standstill", strings[peer.standstill]);
  set_unless(json, "own", peer.own, false);
  return json;
}

Json numbers(const std::vector<std::uint32_t>& rows) {
  Json json = Json::array();
  for (const std::uint32_t row : rows) json.push_back(row);
  return json;
}

}  // namespace

Json detail_row(const GoroutineDetail& detail, const Strings& strings) {
  Json json = Json::object();
  set_if(json, "time_left_ns", detail.time_left);
  set_unless(json, "stack_used", detail.stack_used, std::uint64_t{0});
  set_unless(json, "stack_reserved", detail.stack_reserved, std::uint64_t{0});
  set_if(json, "heap_held", detail.heap_held);
  set_unless(json, "fd", detail.fd, -1);
  set_unless(json, "thread", detail.thread, 0);
  set_unless(json, "cpu", detail.cpu, -1);
  if (detail.start) json.set("start", detail.start.value + std::uint64_t{1});
  set_text(json, "descriptor", strings[detail.descriptor]);
  set_text(json, "call", strings[detail.call]);
  return json;
}

Json deferred_row(const DeferredCall& call, const Strings& strings) {
  Json json = Json::object();
  json.set("function", strings[call.function]);
  set_unless(json, "frame", call.frame, 0U);
  set_if(json, "receiver", call.receiver);
  return json;
}

Json outside_row(const OutsideWait& wait, const Strings& strings) {
  Json json = Json::object();
  json.set("kind", word_of<OutsideKind>(kOutsideWords, wait.kind));
  json.set("outlook", word_of<Outlook>(kOutlookWords, wait.outlook));
  set_text(json, "what", strings[wait.what]);
  set_text(json, "why", strings[wait.why]);
  json.set("peer", peer_row(wait.peer, strings));
  return json;
}

Json file_hold_row(const FileHold& hold, const Strings& strings) {
  Json json = Json::object();
  if (hold.object) json.set("object", hold.object.value);
  json.set("holder", peer_row(hold.holder, strings));
  set_unless(json, "fd", hold.fd, -1);
  set_text(json, "path", strings[hold.path]);
  return json;
}

Json facts_row(const ProgramFacts& facts) {
  Json json = Json::object();
  set_text(json, "name", facts.name);
  set_text(json, "module", facts.module);
  set_text(json, "module_version", facts.module_version);
  set_text(json, "revision", facts.revision);
  Json settings = Json::array();
  for (const auto& [key, value] : facts.settings) settings.push_back(Json::array({key, value}));
  if (settings.size() != 0) json.set("settings", std::move(settings));
  set_text(json, "go_build_id", facts.go_build_id);
  set_text(json, "user", facts.user);
  set_text(json, "container", facts.container);
  set_text(json, "standstill", facts.standstill);
  set_if(json, "threads", facts.threads);
  set_if(json, "max_procs", facts.max_procs);
  set_if(json, "resident_bytes", facts.resident_bytes);
  set_if(json, "stack_bytes", facts.stack_bytes);
  set_if(json, "heap_bytes", facts.heap_bytes);
  set_if(json, "collecting", facts.collecting);
  set_if(json, "uptime_seconds", facts.uptime_seconds);
  set_if(json, "memory_limit_bytes", facts.memory_limit_bytes);
  set_if(json, "cpu_limit", facts.cpu_limit);
  return json;
}

Json second_look_row(const SecondLook& look) {
  Json json = Json::object();
  json.set("after_seconds", look.after_seconds);
  json.set("meanwhile", word_of<Meanwhile>(kMeanwhileWords, look.meanwhile));
  set_text(json, "hindrance", look.hindrance);
  json.set("looked_at", numbers(look.looked_at));
  json.set("moved", numbers(look.moved));
  Json locks = Json::array();
  for (const LockLater& lock : look.locks) {
    locks.push_back(
        Json::object({{"object", lock.object.value}, {"state", state_json(lock.state)}}));
  }
  json.set("locks", std::move(locks));
  return json;
}

}  // namespace goknot::output
