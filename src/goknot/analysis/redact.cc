// SPDX-License-Identifier: Apache-2.0
#include "goknot/analysis/redact.h"

#include "goknot/model/function_name.h"

#include <absl/container/flat_hash_map.h>
#include <re2/re2.h>

#include <memory>
#include <string>
#include <string_view>
#include <utility>

namespace goknot::analysis {

namespace {

// Numbers different texts in the order they are met: "host1", "host2", ….
class Placeholders {
 public:
  explicit Placeholders(std::string prefix) : prefix_(std::move(prefix)) {}

  std::string of(std::string_view text) {
    const auto [found, added] = numbers_.try_emplace(std::string(text), numbers_.size() + 1);
    return prefix_ + std::to_string(found->second);
  }

 private:
  std::string prefix_;
  absl::flat_hash_map<std::string, std::size_t> numbers_;
};

// What replaces what, for a whole series.
// The same placeholders serve the whole series, so that a diff of two redacted looks still works.
// Numbers are given in the order in which things are met: a redacted file says nothing of their
// order outside.
class Hider {
 public:
  explicit Hider(const RedactOptions& options) : options_(options) {}

  const RedactOptions& options() const { return options_; }

  std::string label(std::string_view value) {
    return options_.labels ? values_.of(value) : std::string(value);
  }

  // "/home/me/app/hub.go": "dir1/hub.go".
  std::string path(std::string_view path) {
    const std::string_view base = base_name(path);
    if (!options_.paths || base.size() == path.size()) return std::string(path);
    return folders_.of(path.substr(0, path.size() - base.size())) + "/" + std::string(base);
  }

  // Text that may have addresses of machines and absolute paths in it.
  std::string prose(std::string_view text) {
    std::string result(text);
    if (options_.hosts) result = replaced(result, url_, hosts_);
    if (options_.hosts) result = replaced(result, address_, hosts_);
    if (options_.hosts) result = replaced(result, bracketed_, hosts_);
    if (options_.paths) result = replaced(result, path_, folders_);
    return result;
  }

 private:
  // Replaces the second group of every match.
  static std::string replaced(const std::string& text, const RE2& pattern, Placeholders& names) {
    std::string result;
    re2::StringPiece rest(text);
    re2::StringPiece before;
    re2::StringPiece match;
    while (RE2::Consume(&rest, pattern, &before, &match)) {
      result.append(before.data(), before.size());
      result += names.of({match.data(), match.size()});
    }
    return result.append(rest.data(), rest.size());
  }

  RedactOptions options_;
  Placeholders values_{"value"};
  Placeholders folders_{"dir"};
  Placeholders hosts_{"host"};
  // Each pattern has two groups: what stands before the match and is kept, and the match.
  // `(?s:.*?)` lets "before" run over lines.
  RE2 url_{R"(((?s:.*?)https?://)((?:[^/@\s]*@)?(?:\[[^\]\s]*\]|[^/\s:?#]+)))"};
  RE2 address_{
      R"(((?s:.*?)\b)((?:\d{1,3}\.){3}\d{1,3}|(?:[0-9a-fA-F]{1,4}:){3,7}[0-9a-fA-F]{1,4})\b)"};
  RE2 bracketed_{R"(((?s:.*?))(\[[0-9a-fA-F.]*:[0-9a-fA-F:.]*(?:%\w+)?\]))"};
  RE2 path_{R"(((?s:.*?)(?:^|[\s"'(=]))((?:/|[A-Za-z]:\\)(?:[^\s"'()]*[/\\])))"};
};

// Copies one snapshot, text by text.
class Copy {
 public:
  Copy(const Snapshot& from, Hider& hider) : from_(from), hider_(hider) {}

  Snapshot make() && {
    copy_origin();
    copy_stacks();
    copy_goroutines();
    copy_objects();
    copy_outside();
    for (const Gap& gap : from_.gaps) {
      to_.gaps.push_back(
          {hider_.prose(gap.where), hider_.prose(gap.what), hider_.prose(gap.hides)});
    }
    return std::move(to_);
  }

  // The arguments of all frames, which the rows of the copy point into; empty if they are hidden.
  // The text they stood in has everything in it, so it is not kept.
  std::string take_arguments() {
    std::string text;
    if (hider_.options().arguments) return text;
    for (TextSpan span : from_.arguments) {
      text += from_.text.substr(span.offset, span.length);
      span.offset = (text.size() - span.length) & ((std::uint64_t{1} << 40U) - 1);
      to_.arguments.push_back(span);
    }
    return text;
  }

 private:
  StringId same(StringId text) { return to_.strings.add(from_.strings[text]); }

  // The message of a panic is free text and may hold anything; up to its colon it is the runtime's
  // word.
  void copy_origin() {
    to_.origin = from_.origin;
    Origin& origin = to_.origin;
    const bool url =
        origin.kind == SourceKind::url || origin.target.find("://") != std::string::npos;
    origin.target = url ? hider_.prose(origin.target) : hider_.path(origin.target);
    origin.program = hider_.path(origin.program);
    if (origin.facts) hide_facts(*origin.facts);
    const bool free_text = origin.cause == Cause::panic || origin.cause == Cause::fatal;
    if (free_text && hider_.options().arguments) {
      origin.cause_text = origin.cause_text.substr(0, origin.cause_text.find(':'));
    }
    origin.cause_text = hider_.prose(origin.cause_text);
    to_.name = from_.name.find("://") == std::string::npos ? hider_.path(from_.name)
                                                           : hider_.prose(from_.name);
    to_.line = from_.line;
  }

  // Settings of the build have flags in them, and those have paths and what people put there.
  void hide_facts(ProgramFacts& facts) {
    for (auto& [key, value] : facts.settings) {
      value = key.ends_with("flags") && hider_.options().arguments ? "" : hider_.prose(value);
    }
  }

  void copy_stacks() {
    for (std::size_t i = 0; i < from_.stacks.frame_count(); i++) {
      Frame frame = from_.stacks[FrameId(i)];
      const std::string_view file = from_.strings[frame.file];
      frame.function = same(frame.function);
      frame.file = to_.strings.add(hider_.path(file));
      frames_.push_back(to_.stacks.add(frame));
    }
    std::vector<FrameId> row;
    for (std::size_t i = 0; i < from_.stacks.size(); i++) {
      const Stack& stack = from_.stacks[StackId(i)];
      row.clear();
      for (const FrameId frame : from_.stacks.frames(StackId(i)))
        row.push_back(frames_[frame.index()]);
      stacks_.push_back(to_.stacks.add(row, stack.elided_at, stack.elided));
    }
  }

  void copy_goroutines() {
    to_.goroutines = from_.goroutines;
    for (Goroutine& goroutine : to_.goroutines) {
      if (goroutine.stack) goroutine.stack = stacks_[goroutine.stack.index()];
      if (goroutine.creator) goroutine.creator = frames_[goroutine.creator.index()];
      goroutine.status = same(goroutine.status);
      if (hider_.options().arguments) goroutine.has_arguments = false;
    }
    for (const LabelSet& set : from_.label_sets) {
      LabelSet& copy = to_.label_sets.emplace_back();
      for (const auto& [key, value] : set.labels) {
        copy.labels.emplace_back(same(key), to_.strings.add(hider_.label(from_.strings[value])));
      }
    }
    copy_details();
    to_.ancestors = from_.ancestors;
    for (Ancestor& ancestor : to_.ancestors) {
      if (ancestor.stack) ancestor.stack = stacks_[ancestor.stack.index()];
      if (ancestor.creator) ancestor.creator = frames_[ancestor.creator.index()];
    }
  }

  void copy_details() {
    to_.details = from_.details;
    for (GoroutineDetail& detail : to_.details) {
      if (detail.start) detail.start = frames_[detail.start.index()];
      detail.descriptor = to_.strings.add(hider_.prose(from_.strings[detail.descriptor]));
      detail.call = hider_.options().arguments ? StringId() : same(detail.call);
    }
    to_.deferred = from_.deferred;
    for (DeferredCall& call : to_.deferred) call.function = same(call.function);
  }

  void copy_objects() {
    to_.objects = from_.objects;
    for (WaitObject& object : to_.objects) {
      object.owner_type = same(object.owner_type);
      object.name = to_.strings.add(hider_.prose(from_.strings[object.name]));
      object.element = same(object.element);
    }
    to_.object_states = from_.object_states;
    to_.waits = from_.waits;
    to_.holds = from_.holds;
    to_.references = from_.references;
    to_.omissions = from_.omissions;
    for (Omission& omission : to_.omissions) {
      if (omission.frame) omission.frame = frames_[omission.frame.index()];
    }
    to_.second_look = from_.second_look;
  }

  Peer copy(const Peer& peer) {
    Peer hidden = peer;
    hidden.name = same(peer.name);
    hidden.standstill = same(peer.standstill);
    return hidden;
  }

  void copy_outside() {
    for (const FileHold& hold : from_.file_holds) {
      FileHold& hidden = to_.file_holds.emplace_back(hold);
      hidden.holder = copy(hold.holder);
      hidden.path = to_.strings.add(hider_.path(from_.strings[hold.path]));
    }
    for (const OutsideWait& wait : from_.outside_waits) {
      OutsideWait& hidden = to_.outside_waits.emplace_back(wait);
      hidden.what = to_.strings.add(hider_.prose(from_.strings[wait.what]));
      hidden.why = to_.strings.add(hider_.prose(from_.strings[wait.why]));
      hidden.peer = copy(wait.peer);
    }
  }

  const Snapshot& from_;
  Hider& hider_;
  Snapshot to_;
  std::vector<FrameId> frames_;
  std::vector<StackId> stacks_;
};

}  // namespace

Series redacted(const Series& series, const RedactOptions& options) {
  Hider hider(options);
  Series result;
  for (const Snapshot& snapshot : series.snapshots) {
    Copy copy(snapshot, hider);
    result.texts.push_back(std::make_unique<const Buffer>(copy.take_arguments()));
    result.snapshots.push_back(std::move(copy).make());
    result.snapshots.back().text = result.texts.back()->view();
  }
  return result;
}

}  // namespace goknot::analysis
