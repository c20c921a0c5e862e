// SPDX-License-Identifier: Apache-2.0
#include "tests/support/snapshot_text.h"

#include <fmt/format.h>

#include <string_view>

namespace goknot::testing_support {

namespace {

template <typename Value>
std::string optional_text(const std::optional<Value>& value) {
  return value ? fmt::format("{}", *value) : "-";
}

template <typename Enum>
int number(Enum value) {
  return static_cast<int>(value);
}

std::string frame_text(const Snapshot& s, FrameId id) {
  const Frame& frame = s.stacks[id];
  return fmt::format("{}{}{} {}:{}", frame.inlined ? "~" : "", frame.foreign ? "C " : "",
                     s.function(id), s.file(id), frame.line);
}

std::string whole_stack(const Snapshot& s, StackId id) {
  std::string text = stack_text(s, id);
  for (const FrameId frame : s.stacks.frames(id))
    text += fmt::format(" +{}", s.stacks[frame].offset);
  if (id && s.stacks[id].elided != 0) {
    text += fmt::format(" elided {}@{}", s.stacks[id].elided, s.stacks[id].elided_at);
  }
  return text;
}

std::string goroutine_text(const Snapshot& s, const Goroutine& g) {
  std::string text = fmt::format(
      "goroutine {} by {} count {} '{}' {} {} line {} minutes {} flags {}{}{}{}{}{}{} bubble {}\n",
      g.id, g.parent, g.count, s.strings[g.status], number(g.state), number(g.reason), g.line,
      g.wait_minutes, int{g.system}, int{g.leaked}, int{g.locked_to_thread}, int{g.durable},
      int{g.current}, int{g.has_arguments}, int{g.stack_cut}, g.bubble);
  text += fmt::format("  stack {}\n", whole_stack(s, g.stack));
  if (g.creator)
    text += fmt::format("  creator {} +{}\n", frame_text(s, g.creator), s.stacks[g.creator].offset);
  for (std::size_t at = 0; at < s.stacks.frames(g.stack).size(); at++) {
    text += fmt::format("  ({})\n", s.argument_text(g, at));
  }
  if (!g.labels) return text;
  for (const auto& [key, value] : s.label_sets[g.labels.index()].labels) {
    text += fmt::format("  label {}={}\n", s.strings[key], s.strings[value]);
  }
  return text;
}

std::string state_text(const ObjectState& state) {
  return fmt::format("{} {} {} {} {} {} {} {} {}", optional_text(state.length),
                     optional_text(state.capacity), optional_text(state.readers),
                     optional_text(state.waiters), optional_text(state.counter),
                     optional_text(state.closed), optional_text(state.locked),
                     optional_text(state.starving), optional_text(state.writer_pending));
}

std::string detail_text(const Snapshot& s, std::size_t row) {
  const GoroutineDetail* const d = s.detail(row);
  if (d == nullptr) return "detail none\n";
  return fmt::format("detail {} {} {} {} {} {} start '{}' '{}' '{}'\n", optional_text(d->time_left),
                     d->stack_used, d->stack_reserved, d->fd, d->thread, d->cpu,
                     d->start ? frame_text(s, d->start) : "", s.strings[d->descriptor],
                     s.strings[d->call]);
}

std::string peer_text(const Snapshot& s, const Peer& peer) {
  return fmt::format("{} '{}' '{}' {}", peer.pid, s.strings[peer.name], s.strings[peer.standstill],
                     int{peer.own});
}

// What only memory and the kernel tell.
std::string memory_text(const Snapshot& s) {
  std::string text;
  for (std::size_t row = 0; row < s.goroutines.size(); ++row) {
    text += fmt::format("reach {} ", number(s.goroutines[row].reach)) + detail_text(s, row);
  }
  for (const DeferredCall& d : s.deferred) {
    text += fmt::format("deferred {} {} '{}' {}\n", d.goroutine, d.frame, s.strings[d.function],
                        d.receiver.value_or(0));
  }
  for (const Reference& r : s.references) {
    text += fmt::format("reference {} {}\n", r.goroutine, r.object.value);
  }
  for (const Omission& o : s.omissions) {
    text += fmt::format("omission {} {} {} {}\n", o.object.value, s.function(o.frame), o.goroutine,
                        o.always);
  }
  for (const FileHold& h : s.file_holds) {
    text += fmt::format("file hold {} {} {} '{}'\n", h.object.value, peer_text(s, h.holder), h.fd,
                        s.strings[h.path]);
  }
  for (const OutsideWait& w : s.outside_waits) {
    text +=
        fmt::format("outside {} {} {} '{}' '{}' {}\n", w.goroutine, number(w.kind),
                    number(w.outlook), s.strings[w.what], s.strings[w.why], peer_text(s, w.peer));
  }
  return text;
}

std::string facts_text(const ProgramFacts& f) {
  std::string text = fmt::format(
      "facts '{}' '{}' '{}' '{}' '{}' '{}' '{}' '{}' {} {} {} {} {} {} {} {} {}", f.name, f.module,
      f.module_version, f.revision, f.go_build_id, f.user, f.container, f.standstill,
      optional_text(f.threads), optional_text(f.max_procs), optional_text(f.resident_bytes),
      optional_text(f.stack_bytes), optional_text(f.heap_bytes), optional_text(f.collecting),
      optional_text(f.uptime_seconds), optional_text(f.memory_limit_bytes),
      optional_text(f.cpu_limit));
  for (const auto& [key, value] : f.settings) text += fmt::format(" {}={}", key, value);
  return text + "\n";
}

std::string look_text(const SecondLook& look) {
  std::string text = fmt::format("second look {} {} '{}' of {} moved {}\n", look.after_seconds,
                                 number(look.meanwhile), look.hindrance,
                                 fmt::join(look.looked_at, " "), fmt::join(look.moved, " "));
  for (const LockLater& lock : look.locks) {
    text += fmt::format("later {} [{}]\n", lock.object.value, state_text(lock.state));
  }
  return text;
}

std::string object_text(const Snapshot& s, const WaitObject& o) {
  const bool state = o.state != WaitObject::kNoState;
  return fmt::format("object {} {} {} {} '{}' '{}' [{}]\n", number(o.kind), number(o.identity),
                     optional_text(o.address), optional_text(o.owner), s.strings[o.owner_type],
                     s.strings[o.name], state ? state_text(s.object_states[o.state]) : "");
}

std::string origin_text(const Origin& o) {
  std::string text = fmt::format(
      "origin '{}' {} '{}' {} {} '{}' '{}' {} '{}' {} '{}' '{}' '{}' {} {} {} {} {} {}", o.target,
      number(o.kind), o.format, number(o.detail), number(o.cause), o.cause_text, o.go_version,
      o.go_version_exact, o.program, optional_text(o.pid), o.build_id, o.goarch, o.taken_at,
      o.read_seconds, optional_text(o.stopped_seconds), optional_text(o.looked_again),
      optional_text(o.declared_total), o.lines, o.complete);
  for (const std::string& layer : o.wrapped_in) text += " in " + layer;
  return text + "\n";
}

}  // namespace

std::string stack_text(const Snapshot& snapshot, StackId stack) {
  std::string text;
  for (const FrameId frame : snapshot.stacks.frames(stack)) {
    text += (text.empty() ? "" : " | ") + frame_text(snapshot, frame);
  }
  return text;
}

std::string snapshot_text(const Snapshot& s) {
  std::string text = fmt::format("snapshot '{}' line {}\n", s.name, s.line) + origin_text(s.origin);
  for (const Goroutine& goroutine : s.goroutines) text += goroutine_text(s, goroutine);
  for (const Ancestor& a : s.ancestors) {
    text += fmt::format("ancestor of {}: {} {} by {}\n", a.goroutine, a.id, whole_stack(s, a.stack),
                        a.creator ? frame_text(s, a.creator) : std::string());
  }
  for (const WaitObject& object : s.objects) text += object_text(s, object);
  for (const Wait& w : s.waits) {
    text += fmt::format("wait {} {} {} {} {} {}\n", w.goroutine, w.object.value,
                        number(w.operation), w.frame, w.writer_queued, w.limited);
  }
  for (const Hold& h : s.holds) {
    text += fmt::format("hold {} {} {} {} {} {}\n", h.goroutine, h.object.value, number(h.mode),
                        number(h.evidence), h.frame, number(h.strength));
  }
  text += memory_text(s);
  if (s.origin.facts) text += facts_text(*s.origin.facts);
  if (s.second_look) text += look_text(*s.second_look);
  for (const Gap& gap : s.gaps) {
    text += fmt::format("gap '{}' '{}' '{}'\n", gap.where, gap.what, gap.hides);
  }
  return text;
}

}  // namespace goknot::testing_support
