// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "goknot/base/json.h"
#include "goknot/model/diagnosis.h"
#include "goknot/model/snapshot.h"
#include "goknot/output/sink.h"

#include <absl/container/flat_hash_map.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace goknot::output {

// A text as the page may hold it: visible, and no longer than anybody would read.
std::string page_text(std::string_view text);

// A value with all its texts made so.
Json page_json(const Json& value);

// A JSON text that may stand inside a <script> element.
std::string script_safe(std::string json);

// Every goroutine of a snapshot as columns of numbers over tables of texts, frames and stacks: a
// hundred thousand take a few megabytes. The snapshot and the diagnosis must outlive it.
class PageColumns {
 public:
  PageColumns(const Snapshot& snapshot, const Diagnosis& diagnosis);

  // Writes the members "texts", "frames", "stacks", "statuses", "labels", "flags", "goroutines" and
  // "arguments_left_out" of an object, each with a comma before it.
  Result<Unit> write(Sink& sink);

 private:
  std::uint32_t text(std::string_view text);
  std::uint32_t frame(FrameId id);
  std::uint32_t stack(StackId id);
  void number_everything();
  std::uint32_t status_of(const Goroutine& goroutine);
  std::uint32_t flags_of(const Goroutine& goroutine);
  Json arguments_of(const Goroutine& goroutine);
  Result<Unit> write_goroutines(Sink& sink);
  Json label_set(const LabelSet& set) const;

  const Snapshot& snapshot_;
  std::vector<std::string_view> texts_ = {""};
  absl::flat_hash_map<std::string_view, std::uint32_t> text_numbers_;
  std::vector<std::uint32_t> frame_numbers_;  // by FrameId
  std::vector<FrameId> frames_;
  std::vector<std::uint32_t> stack_numbers_;  // by StackId
  std::vector<StackId> stacks_;
  std::vector<std::string_view> statuses_;
  absl::flat_hash_map<std::string_view, std::uint32_t> status_numbers_;
  std::vector<std::uint32_t> flag_sets_;
  absl::flat_hash_map<std::int64_t, std::size_t> groups_;  // goid to its group's number
  bool has_arguments_ = true;
};

}  // namespace goknot::output
