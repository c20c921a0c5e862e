// SPDX-License-Identifier: Apache-2.0
// Parts of one text that were read beside each other become one snapshot.
#include "goknot/source/text_dump_builder.h"

#include <algorithm>
#include <utility>
#include <vector>

namespace goknot::source {

namespace {

// The numbers that strings, frames and stacks of one snapshot get in another.
// Each part has tables of its own; frames and stacks of a later part are few, its goroutines many.
// So numbers are translated once, by table, and rows are copied with them.
class Renumbering {
 public:
  Renumbering(const Snapshot& from, Snapshot& to) : from_(from), to_(to) {
    frames_.reserve(from.stacks.frame_count());
    for (std::size_t i = 0; i < from.stacks.frame_count(); ++i)
      frames_.push_back(moved(FrameId(i)));
    stacks_.reserve(from.stacks.size());
    for (std::size_t i = 0; i < from.stacks.size(); ++i) stacks_.push_back(moved(StackId(i)));
  }

  StringId operator[](StringId id) { return id ? to_.strings.add(from_.strings[id]) : id; }
  FrameId operator[](FrameId id) const { return id ? frames_[id.index()] : id; }
  StackId operator[](StackId id) const { return id ? stacks_[id.index()] : id; }

 private:
  FrameId moved(FrameId id) {
    Frame frame = from_.stacks[id];
    frame.function = (*this)[frame.function];
    frame.file = (*this)[frame.file];
    return to_.stacks.add(frame);
  }

  StackId moved(StackId id) {
    std::vector<FrameId> frames;
    for (const FrameId frame : from_.stacks.frames(id)) frames.push_back(frames_[frame.index()]);
    const Stack& stack = from_.stacks[id];
    return to_.stacks.add(frames, stack.elided_at, stack.elided);
  }

  const Snapshot& from_;
  Snapshot& to_;
  std::vector<FrameId> frames_;
  std::vector<StackId> stacks_;
};

LabelSet renumbered(LabelSet set, Renumbering& numbers) {
  for (auto& [key, value] : set.labels) {
    key = numbers[key];
    value = numbers[value];
  }
  return set;
}

}  // namespace

// An id in two parts would be the beginning of another snapshot: then nothing is joined, and the
// text is read from beginning to end.
Joined DumpBuilder::join(const DumpBuilder& later, std::uint32_t lines) {
  const auto is_known = [this](const auto& row) {
    return row.first != 0 && rows_.contains(row.first);
  };
  if (std::ranges::any_of(later.rows_, is_known)) return Joined::no;
  join_rows(later, lines);
  join_evidence(later);
  return Joined::yes;
}

void DumpBuilder::join_rows(const DumpBuilder& later, std::uint32_t lines) {
  const Snapshot& from = later.snapshot_;
  Renumbering numbers(from, snapshot_);
  for (FrameId id(traits_.size()); id.index() < snapshot_.stacks.frame_count();
       id = FrameId(traits_.size())) {
    const Frame& frame = snapshot_.stacks[id];
    traits_.push_back(traits_of(snapshot_.strings[frame.function], frame));
  }
  const auto first_row = static_cast<std::uint32_t>(snapshot_.goroutines.size());
  const auto first_argument = static_cast<std::uint32_t>(snapshot_.arguments.size());
  const std::size_t first_labels = snapshot_.label_sets.size();
  for (Goroutine row : from.goroutines) {
    row.stack = numbers[row.stack];
    row.creator = numbers[row.creator];
    row.status = numbers[row.status];
    if (row.labels) row.labels = LabelsId(first_labels + row.labels.index());
    row.first_argument += first_argument;
    row.line += lines;
    rows_.try_emplace(row.id, static_cast<std::uint32_t>(snapshot_.goroutines.size()));
    snapshot_.goroutines.push_back(row);
  }
  for (Ancestor ancestor : from.ancestors) {
    ancestor.goroutine += first_row;
    ancestor.stack = numbers[ancestor.stack];
    ancestor.creator = numbers[ancestor.creator];
    snapshot_.ancestors.push_back(ancestor);
  }
  for (const LabelSet& set : from.label_sets) {
    snapshot_.label_sets.push_back(renumbered(set, numbers));
  }
  snapshot_.arguments.insert(snapshot_.arguments.end(), from.arguments.begin(),
                             from.arguments.end());
}

void DumpBuilder::join_evidence(const DumpBuilder& later) {
  Origin& origin = snapshot_.origin;
  const Origin& other = later.snapshot_.origin;
  if (origin.goarch.empty()) origin.goarch = other.goarch;
  if (origin.cause == Cause::none && other.cause != Cause::none) {
    origin.cause = other.cause;
    origin.format = other.format;
    origin.cause_text = other.cause_text;
  }
  version_.join(later.version_);
  elided_stacks_ += later.elided_stacks_;
  unavailable_ += later.unavailable_;
  condensed_ += later.condensed_;
  last_is_whole_ = later.last_is_whole_;
  saw_sp_ |= later.saw_sp_;
  saw_g_ |= later.saw_g_;
  saw_waiting_ |= later.saw_waiting_;
  saw_hidden_waiting_ |= later.saw_hidden_waiting_;
}

}  // namespace goknot::source
