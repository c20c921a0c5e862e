// SPDX-License-Identifier: Apache-2.0
#include "tests/support/sample_reports.h"

#include <string_view>
#include <utility>

namespace goknot::sample {

namespace {

const std::string kHub = "github.com/example/cable/node.(*Hub).broadcastToStream";
const std::string kAdd = "github.com/example/cable/node.(*Hub).Add";

Place at(std::string function, std::string file, std::uint32_t line) {
  return {std::move(function), "/src/cable/" + std::move(file), line};
}

Origin text_origin() {
  Origin origin;
  origin.target = "crash.log";
  origin.format = "sigquit";
  origin.go_version = "go1.17";
  origin.lines = 70214;
  origin.read_seconds = 0.018;
  return origin;
}

Knot row(std::string who, std::string text, Place place, std::vector<Knot> behind = {}) {
  return {std::move(who), {{std::move(text), std::move(place)}}, std::move(behind)};
}

Knot hub_tree() {
  Knot root = {"418",
               {{"holds Hub.mu for reading", at(kHub, "node/hub.go", 350)},
                {"waits to send on GoPool.work, 14 min",
                 at("github.com/example/cable/utils.(*GoPool).schedule", "utils/gopool.go", 88)}},
               {}};
  root.behind.push_back(
      row("13", "wait to read-lock Hub.mu behind the writer", at(kHub, "node/hub.go", 355)));
  root.behind.push_back(
      row("88", "wait to write-lock Hub.mu until 418 leaves", at(kAdd, "node/hub.go", 281),
          {row("820", "wait to write-lock behind 88", at(kAdd, "node/hub.go", 281))}));
  root.behind.push_back(
      row("2,572", "wait to send to the hub, which is 418",
          at("github.com/example/cable/node.(*Node).HandlePubSub", "node/node.go", 203)));
  return root;
}

Finding hub_finding() {
  Finding f;
  f.id = "f1";
  f.fingerprint = "9f86d081884c7d65";
  f.rule = "lock-held-across-wait";
  f.grade = Grade::likely;
  f.severity = Severity::deadlock;
  f.shape = Shape::cycle;
  f.title = "3,407 goroutines are stuck behind Hub.mu";
  f.explanation =
      "418 is the only goroutine inside a method of this Hub that is past a lock and waits for "
      "something else; all 13 receivers of GoPool.work wait for the same lock.";
  f.advice =
      "Call RUnlock before pool.Schedule in broadcastToStream: a task it schedules takes Hub.mu "
      "again.";
  f.roots = {418};
  f.root_count = 1;
  f.victims = {461, 88};
  f.victim_count = 3406;
  f.groups = {"s1", "s2"};
  ObjectView mutex;
  mutex.id = "o1";
  mutex.kind = ObjectKind::rwmutex;
  mutex.address = 0xc000105e28;
  mutex.name = "Hub.mu";
  mutex.state.readers = 1;
  mutex.state.writer_pending = true;
  ObjectView channel;
  channel.id = "o2";
  channel.kind = ObjectKind::channel;
  channel.name = "GoPool.work";
  f.objects = {mutex, channel};
  f.edges = {{418, Relation::holds, "o1", Operation::rlock, Grade::likely,
              "below broadcastToStream, past RLock"},
             {418, Relation::waits, "o2", Operation::send, Grade::proved, "its own status"},
             {461, Relation::waits, "o1", Operation::lock, Grade::proved, "its own status"},
             {462, Relation::waits, "o1", Operation::lock, Grade::proved, "its own status"},
             {419, Relation::waits, "o1", Operation::rlock, Grade::proved, "its own status"},
             {419, Relation::could_wake, "o2", Operation::receive, Grade::likely, "a worker"},
             {5000, Relation::waits, "o2", Operation::send, Grade::likely, "the hub's channel"}};
  f.culprits = {
      {Role::holds, at(kHub, "node/hub.go", 354), 418},
      {Role::waits, at("github.com/example/cable/utils.(*GoPool).schedule", "utils/gopool.go", 88),
       418}};
  f.unknown = {
      "A text dump does not show who holds a lock. `goknot PID` or a core file would prove it."};
  f.tree = {hub_tree()};
  f.wait_minutes = 14;
  return f;
}

GroupView group(std::string id, std::uint64_t count, std::string status, std::vector<Place> frames,
                std::int64_t first = 461) {
  GroupView g;
  g.id = std::move(id);
  g.count = count;
  g.status = std::move(status);
  g.wait_minutes = {{14, 14}};
  g.frames = std::move(frames);
  g.created_by = at("main.main", "main.go", 12);
  g.creator = 1;
  for (std::uint64_t i = 0; i < std::min<std::uint64_t>(count, 1000); i++) {
    g.goroutines.push_back(first + static_cast<std::int64_t>(i));
  }
  return g;
}

}  // namespace

Diagnosis hub() {
  Diagnosis d;
  d.origin = text_origin();
  d.snapshots = {{"crash.log", "", 1, 4663, true}};
  d.verdict = {Outcome::deadlock, Grade::likely,
               "3,407 goroutines wait for the lock of one Hub: a writer waits for readers to "
               "leave, and one goroutine that took the read lock waits for a worker."};
  d.counts = {4663, 4663, 12, 27, {{"semacquire", 921}, {"chan send", 2573}, {"IO wait", 1169}}};
  d.findings = {hub_finding()};
  d.groups = {
      group("s1", 2572, "chan send",
            {at("github.com/example/cable/node.(*Node).HandlePubSub", "node/node.go", 203)}, 5000),
      group("s2", 908, "semacquire",
            {{"sync.(*RWMutex).Lock", "/go/sync/rwmutex.go", 116}, at(kAdd, "node/hub.go", 281)}),
      group("s3", 1169, "IO wait",
            {{"net.(*conn).Read", "/go/net/net.go", 183}, at("main.serve", "main.go", 40)}, 3000),
      group("s4", 14, "semacquire", {at(kHub, "node/hub.go", 355)}, 418)};
  d.groups[2].purpose = "connection reader";
  return d;
}

Diagnosis leak() {
  Diagnosis d;
  d.origin = text_origin();
  d.origin.target = "leaky";
  d.origin.kind = SourceKind::process;
  d.origin.format = "memory";
  d.origin.pid = 5150;
  d.origin.go_version = "go1.26.8";
  d.origin.go_version_exact = true;
  d.origin.lines = 0;
  d.origin.read_seconds = 0.003;
  d.origin.stopped_seconds = 0;
  d.snapshots = {{"leaky", "2026-11-20T03:12:09Z", 1, 54, true}};
  d.verdict = {Outcome::leak, Grade::proved,
               "50 goroutines can never be woken: each sends on a channel that no other goroutine "
               "can reach."};
  d.counts = {54, 54, 3, 5, {{"chan send", 50}, {"running", 4}}};
  Finding f;
  f.id = "f1";
  f.fingerprint = "2c26b46b68ffc68f";
  f.rule = "chan-no-partner";
  f.grade = Grade::proved;
  f.severity = Severity::leak;
  f.shape = Shape::orphan;
  f.title = "50 senders that nobody receives from";
  f.explanation = "Nothing that can still run refers to these channels.";
  f.advice =
      "Receive from c2 in sumConcurrent, or give it room: make(chan int, 1) lets the send succeed.";
  for (std::int64_t id = 100; id < 150; id++) f.roots.push_back(id);
  f.root_count = 50;
  f.groups = {"s1"};
  f.culprits = {{Role::waits, at("main.sum", "leaky.go", 19), std::nullopt},
                {Role::created, at("main.sumConcurrent", "leaky.go", 31), std::nullopt}};
  f.tree = {{"50 ×",
             {{"send, 2 to 14 min", at("main.sum", "leaky.go", 19)},
              {"started by", at("main.sumConcurrent", "leaky.go", 31)}},
             {}}};
  d.findings = {f};
  d.groups = {group("s1", 50, "chan send", {at("main.sum", "leaky.go", 19)}),
              group("s2", 4, "running", {at("main.main", "leaky.go", 50)})};
  return d;
}

Diagnosis healthy() {
  Diagnosis d;
  d.origin = text_origin();
  d.origin.target = "nats.txt";
  d.origin.format = "stack";
  d.origin.go_version = "go1.19";
  d.snapshots = {{"nats.txt", "", 1, 53, true}};
  d.verdict = {Outcome::healthy, std::nullopt, "Nothing is stuck that should move."};
  d.counts = {53, 53, 0, 9, {{"IO wait", 24}, {"select", 29}}};
  d.groups = {group("s1", 53, "IO wait", {at("main.read", "main.go", 9)})};
  d.purposes = {
      {"connection reader", 20}, {"idle writer", 20}, {"accept loop", 4}, {"timer or ticker", 6}};
  d.gaps = {{"goroutine 17", "it was running on another thread", "its stack"},
            {"goroutine 18", "it was running on another thread", "its stack"}};
  return d;
}

Diagnosis unknown() {
  Diagnosis d;
  d.origin = text_origin();
  d.origin.target = "http://10.0.0.7:6060";
  d.origin.kind = SourceKind::url;
  d.origin.format = "stack";
  d.origin.go_version = "go1.26";
  d.origin.declared_total = 100067;
  d.origin.complete = false;
  d.snapshots = {{"goroutine?debug=2", "", 1, 70378, false}};
  d.verdict = {Outcome::unknown, std::nullopt,
               "In what was read nothing is provably stuck, but 29,689 goroutines were not in the "
               "dump."};
  d.counts = {70378, 70378, 0, 1, {{"select", 70378}}};
  d.groups = {group("s1", 70378, "select", {at("main.serve", "main.go", 77)})};
  d.gaps = {{"line 900122", "the dump ends in the middle of a stack", "29,689 goroutines"}};
  return d;
}

Diagnosis many_findings() {
  Diagnosis d = hub();
  constexpr Severity kSeverities[] = {Severity::leak, Severity::warning, Severity::info};
  for (std::size_t i = 0; i < 15; i++) {
    Finding f = leak().findings.front();
    f.id = "f" + std::to_string(i + 2);
    f.severity = kSeverities[i / 5];
    f.grade = i % 2 == 0 ? Grade::possible : Grade::likely;
    d.findings.push_back(std::move(f));
  }
  return d;
}

Diagnosis hostile(const std::string& text) {
  Diagnosis d = hub();
  const Place place = {text, text, 1};
  d.origin.target = d.origin.go_version = d.origin.program = d.origin.cause_text = text;
  d.snapshots.front().name = text;
  d.verdict.text = text;
  d.counts.by_status = {{text, 4663}};
  Finding& f = d.findings.front();
  f.title = f.explanation = f.advice = f.fingerprint = text;
  f.unknown = {text};
  for (auto& object : f.objects) object.name = text;
  for (auto& edge : f.edges) edge.evidence = text;
  for (auto& culprit : f.culprits) culprit.place = place;
  f.tree = {{text, {{text, place}, {text, place}}, {{text, {{text, place}}, {}}}}};
  for (auto& g : d.groups) {
    g.status = g.purpose = text;
    for (auto& frame : g.frames) frame = place;
    g.created_by = place;
  }
  d.gaps = {{text, text, text}};
  d.purposes = {{text, 3}};
  return d;
}

std::vector<std::string> hostile_names() {
  return {"<script>alert(1)</script>",
          "</script><img src=x onerror=alert(1)>",
          "\x1b]0;owned\x07\x1b[31mred\x1b[2J",
          "two\nlines\r\nand\ttabs",
          "abc\u202egnp.exe\u2066\u200f",
          "\" onload=\"alert(1)\" '\\\\' `code` | a * b _c_ [x](javascript:alert(1)) <!-- -->",
          "```\n# not a heading\n| a | b |\n@everyone",
          "\"]; evil [label=\"pwned\", URL=\"javascript:alert(1)\"]; \\N \\G {a|b} <b>",
          std::string("nul\0byte", 8),
          "\xff\xfe\xc0\x80 invalid \xed\xa0\x80",
          "&lt;&amp;&#x3c; ${x} $(x) %s {} {0} %n",
          std::string(1 << 16, 'A'),
          std::string(1 << 14, '\x1b')};
}

namespace {

Wait wait_of(std::size_t goroutine) {
  Wait wait;
  wait.goroutine = static_cast<std::uint32_t>(goroutine);
  wait.object = ObjectId(0);
  wait.operation = Operation::lock;
  wait.frame = 1;
  return wait;
}

StackId add_stack(Snapshot& s, std::size_t i) {
  const std::string name =
      i % 7 == 3 ? "main.</script>\x1b[31m" : "main.(*Server).handle" + std::to_string(i);
  const Frame inner{s.strings.add("runtime.gopark"), s.strings.add("/go/runtime/proc.go"), 381, 22};
  const Frame outer{s.strings.add(name), s.strings.add("/src/server.go"),
                    static_cast<std::uint32_t>(10 + i), 5};
  const FrameId frames[] = {s.stacks.add(inner), s.stacks.add(outer)};
  return s.stacks.add(frames);
}

}  // namespace

Series series(std::size_t count) {
  Series result;
  Snapshot s;
  s.origin = text_origin();
  s.name = "crash.log";
  s.text = "0xc000105e00, 0x1?";
  s.label_sets.push_back({{{s.strings.add("user"), s.strings.add("<b>42</b>")}}});
  const FrameId creator =
      s.stacks.add({s.strings.add("main.main"), s.strings.add("/src/main.go"), 12, 3});
  WaitObject mutex;
  mutex.kind = ObjectKind::mutex;
  mutex.identity = Identity::exact;
  mutex.address = 0xc000105e28;
  mutex.name = s.strings.add("Hub.mu");
  s.objects.push_back(mutex);
  const StringId status = s.strings.add("sync.Mutex.Lock");
  for (std::size_t i = 0; i < count; i++) {
    Goroutine g;
    g.id = static_cast<std::int64_t>(i + 1);
    g.parent = i == 0 ? Goroutine::kNoGoroutine : 1;
    g.stack = add_stack(s, i % 10);
    if (i > 0) g.creator = creator;
    g.status = status;
    g.state = State::waiting;
    g.reason = WaitReason::mutex_lock;
    g.wait_minutes = static_cast<std::int32_t>(i % 20) - 1;
    g.has_arguments = true;
    g.first_argument = static_cast<std::uint32_t>(s.arguments.size());
    s.arguments.push_back({0, 0});
    s.arguments.push_back({0, 18});  // all of the text
    if (i % 3 == 0) g.labels = LabelsId(0);
    if (i > 0) s.waits.push_back(wait_of(i));
    s.goroutines.push_back(g);
  }
  if (count > 0)
    s.holds.push_back({0, ObjectId(0), Operation::lock, HoldEvidence::below_method, 1});
  result.snapshots.push_back(std::move(s));
  return result;
}

Report report_of(Diagnosis diagnosis) {
  Report report;
  report.diagnosis = std::move(diagnosis);
  return report;
}

Report list_report() {
  Table table;
  table.name = "goroutines";
  table.columns = {{"id", "ID"},       {"status", "STATE"}, {"wait_minutes", "FOR"},
                   {"place", "WHERE"}, {"bytes", "STACK"},  {"locked", "LOCKED"},
                   {"load", "LOAD"},   {"labels", "LABELS"}};
  table.rows = {
      {std::int64_t{308},
       "sleep",
       Minutes{184},
       at(kAdd, "node/hub.go", 74),
       Bytes{2048},
       false,
       0.5,
       {}},
      {std::int64_t{4310}, "chan receive", Minutes{}, Place{}, Bytes{0}, true, 2.0, "a=\x1b[1mb"}};
  Report report;
  report.schema = "goknot.list/1";
  report.sections = {std::move(table)};
  return report;
}

}  // namespace goknot::sample
