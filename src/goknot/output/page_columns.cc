// SPDX-License-Identifier: Apache-2.0
#include "goknot/output/page_columns.h"

#include "goknot/base/text.h"

#include <absl/container/flat_hash_set.h>
#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <span>
#include <utility>

namespace goknot::output {

namespace {

constexpr std::size_t kLongestText = 2000;         // columns
constexpr std::size_t kMostArguments = 12U << 20;  // bytes of argument texts a page carries
constexpr std::uint32_t kNone = 0xffffffff;
// Bytes that are collected before they are handed on.
constexpr std::size_t kPiece = 1U << 16;

struct Flag {
  bool (*is_set)(const Goroutine&);
  const char* word;
};

constexpr Flag kFlags[] = {
    {[](const Goroutine& g) { return bool{g.system}; }, "the runtime's own"},
    {[](const Goroutine& g) { return bool{g.leaked}; }, "leaked"},
    {[](const Goroutine& g) { return bool{g.locked_to_thread}; }, "locked to thread"},
    {[](const Goroutine& g) { return bool{g.durable}; }, "durable"},
    {[](const Goroutine& g) { return bool{g.stack_cut}; }, "stack incomplete"},
};

// Writes one array, item by item, in pieces.
template <typename Item>
Result<Unit> write_array(Sink& sink, std::string_view name, std::size_t count, Item item) {
  std::string piece = fmt::format(",\n\"{}\":[", name);
  for (std::size_t i = 0; i < count; i++) {
    if (i > 0) piece += ',';
    piece += item(i);
    if (piece.size() < kPiece) continue;
    TRY(sink.write(piece));
    piece.clear();
  }
  return sink.write(piece + "]");
}

std::string quoted(std::string_view text) { return script_safe(Json(page_text(text)).dump()); }

// The number of a key in a list that grows.
// Searched one by one: there are no more keys than combinations of flags.
std::uint32_t number_in(std::vector<std::uint32_t>& list, std::uint32_t value) {
  const auto found = std::ranges::find(list, value);
  if (found != list.end()) return static_cast<std::uint32_t>(found - list.begin());
  list.push_back(value);
  return static_cast<std::uint32_t>(list.size() - 1);
}

std::size_t argument_bytes(const Snapshot& snapshot) {
  std::size_t bytes = 0;
  for (const TextSpan& span : snapshot.arguments) bytes += span.length;
  return bytes;
}

}  // namespace

std::string page_text(std::string_view text) {
  const std::size_t most = 2 * kLongestText;
  if (text.size() <= most) return shortened(visible(text), kLongestText, Cut::middle);
  // The ends of a name of a megabyte are enough, and cost no megabytes.
  const std::string ends = visible(text.substr(0, most)) + visible(text.substr(text.size() - most));
  return shortened(ends, kLongestText, Cut::middle);
}

Json page_json(const Json& value) {
  if (value.is_string()) return page_text(value.string_or(""));
  if (value.is_array()) {
    Json array = Json::array();
    for (const Json& item : value.items()) array.push_back(page_json(item));
    return array;
  }
  if (!value.is_object()) return value;
  Json::Object members;
  absl::flat_hash_set<std::string> seen;
  for (const auto& [name, member] : value.members()) {
    std::string key = page_text(name);
    if (seen.insert(key).second) members.emplace_back(std::move(key), page_json(member));
  }
  return Json::object_of(std::move(members));
}

std::string script_safe(std::string json) {
  if (json.find_first_of("<>&") == std::string::npos) return json;
  std::string safe;
  safe.reserve(json.size() + 16);
  // These three occur in JSON only inside strings, where a \u escape means the same.
  for (const char c : json) {
    if (c == '<' || c == '>' || c == '&') {
      fmt::format_to(std::back_inserter(safe), "\\u{:04x}", static_cast<unsigned>(c));
    } else {
      safe += c;
    }
  }
  return safe;
}

PageColumns::PageColumns(const Snapshot& snapshot, const Diagnosis& diagnosis)
    : snapshot_(snapshot),
      frame_numbers_(snapshot.stacks.frame_count(), kNone),
      stack_numbers_(snapshot.stacks.size(), kNone),
      has_arguments_(argument_bytes(snapshot) <= kMostArguments) {
  text_numbers_.emplace("", 0);
  for (std::size_t i = 0; i < diagnosis.groups.size(); i++) {
    for (const std::int64_t id : diagnosis.groups[i].goroutines) groups_.emplace(id, i);
  }
  number_everything();
}

std::uint32_t PageColumns::text(std::string_view text) {
  const auto [entry, is_new] =
      text_numbers_.try_emplace(text, static_cast<std::uint32_t>(texts_.size()));
  if (is_new) texts_.push_back(text);
  return entry->second;
}

std::uint32_t PageColumns::frame(FrameId id) {
  std::uint32_t& number = frame_numbers_[id.index()];
  if (number == kNone) {
    number = static_cast<std::uint32_t>(frames_.size());
    frames_.push_back(id);
    text(snapshot_.function(id));
    text(snapshot_.file(id));
  }
  return number;
}

std::uint32_t PageColumns::stack(StackId id) {
  std::uint32_t& number = stack_numbers_[id.index()];
  if (number == kNone) {
    number = static_cast<std::uint32_t>(stacks_.size());
    stacks_.push_back(id);
    for (const FrameId f : snapshot_.stacks.frames(id)) frame(f);
  }
  return number;
}

// Tables are written before the columns, so all their rows must be known by then.
void PageColumns::number_everything() {
  for (const Goroutine& g : snapshot_.goroutines) {
    if (g.stack) stack(g.stack);
    if (g.creator) frame(g.creator);
    status_of(g);
    flags_of(g);
    if (!has_arguments_ || !g.stack) continue;
    const std::size_t depth = snapshot_.stacks.frames(g.stack).size();
    for (std::size_t i = 0; i < depth; i++) text(snapshot_.argument_text(g, i));
  }
}

std::uint32_t PageColumns::status_of(const Goroutine& goroutine) {
  const std::string_view status = snapshot_.strings[goroutine.status];
  const auto [entry, is_new] =
      status_numbers_.try_emplace(status, static_cast<std::uint32_t>(statuses_.size()));
  if (is_new) statuses_.push_back(status);
  return entry->second;
}

std::uint32_t PageColumns::flags_of(const Goroutine& goroutine) {
  std::uint32_t bits = 0;
  for (std::size_t i = 0; i < std::size(kFlags); i++) {
    if (kFlags[i].is_set(goroutine)) bits |= 1U << i;
  }
  return number_in(flag_sets_, bits);
}

Json PageColumns::arguments_of(const Goroutine& goroutine) {
  Json numbers = Json::array();
  if (!goroutine.stack) return numbers;
  const std::size_t depth = snapshot_.stacks.frames(goroutine.stack).size();
  for (std::size_t i = 0; i < depth; i++) {
    numbers.push_back(text(snapshot_.argument_text(goroutine, i)));
  }
  return numbers;
}

Json PageColumns::label_set(const LabelSet& set) const {
  Json pairs = Json::array();
  for (const auto& [key, value] : set.labels) {
    pairs.push_back(Json::array({snapshot_.strings[key], snapshot_.strings[value]}));
  }
  return pairs;
}

//     "texts":["","main.send","/src/hub.go"],
//     "frames":[[1,2,17]],                       function, file (numbers of texts), line
//     "stacks":[[0],[]],                         numbers of frames
//     "goroutines":{"rows":2,"ids":[18,19],"stacks":[0,0], …}
// page_data.js and page_list.js read it.
Result<Unit> PageColumns::write(Sink& sink) {
  TRY(write_array(sink, "texts", texts_.size(),
                  [this](std::size_t i) { return quoted(texts_[i]); }));
  TRY(write_array(sink, "frames", frames_.size(), [this](std::size_t i) {
    const FrameId id = frames_[i];
    return fmt::format("[{},{},{}]", text(snapshot_.function(id)), text(snapshot_.file(id)),
                       snapshot_.stacks[id].line);
  }));
  // The last stack is the empty one, of goroutines that have none.
  TRY(write_array(sink, "stacks", stacks_.size() + 1, [this](std::size_t i) {
    Json numbers = Json::array();
    if (i < stacks_.size()) {
      for (const FrameId f : snapshot_.stacks.frames(stacks_[i])) numbers.push_back(frame(f));
    }
    return numbers.dump();
  }));
  TRY(write_array(sink, "statuses", statuses_.size(),
                  [this](std::size_t i) { return quoted(statuses_[i]); }));
  TRY(write_array(sink, "labels", snapshot_.label_sets.size(), [this](std::size_t i) {
    return script_safe(page_json(label_set(snapshot_.label_sets[i])).dump());
  }));
  TRY(write_array(sink, "flags", flag_sets_.size(), [this](std::size_t i) {
    Json words = Json::array();
    for (std::size_t bit = 0; bit < std::size(kFlags); bit++) {
      if ((flag_sets_[i] >> bit & 1U) != 0) words.push_back(kFlags[bit].word);
    }
    return words.dump();
  }));
  TRY(sink.write(has_arguments_ ? "" : ",\n\"arguments_left_out\":true"));
  return write_goroutines(sink);
}

Result<Unit> PageColumns::write_goroutines(Sink& sink) {
  const auto& rows = snapshot_.goroutines;
  const auto column = [&](std::string_view name, auto value) {
    return write_array(sink, name, rows.size(),
                       [&](std::size_t i) { return fmt::to_string(value(rows[i])); });
  };
  const auto or_minus = [](auto id) { return id ? std::int64_t{id.value} : -1; };
  TRY(sink.write(",\n\"goroutines\":{\"rows\":" + fmt::to_string(rows.size())));
  TRY(column("ids", [](const Goroutine& g) { return g.id; }));
  TRY(column("counts", [](const Goroutine& g) { return g.count; }));
  TRY(column("statuses", [this](const Goroutine& g) { return status_of(g); }));
  TRY(column("minutes", [](const Goroutine& g) { return g.wait_minutes; }));
  TRY(column("stacks", [this](const Goroutine& g) {
    return g.stack ? stack(g.stack) : static_cast<std::uint32_t>(stacks_.size());
  }));
  TRY(column("creators", [this](const Goroutine& g) {
    return g.creator ? std::int64_t{frame(g.creator)} : -1;
  }));
  TRY(column("parents", [](const Goroutine& g) { return g.parent; }));
  TRY(column("labels", [&](const Goroutine& g) { return or_minus(g.labels); }));
  TRY(column("flags", [this](const Goroutine& g) { return flags_of(g); }));
  TRY(column("groups", [this](const Goroutine& g) {
    const auto group = groups_.find(g.id);
    return group == groups_.end() ? std::int64_t{-1} : static_cast<std::int64_t>(group->second);
  }));
  if (has_arguments_) {
    TRY(write_array(sink, "arguments", rows.size(),
                    [&](std::size_t i) { return arguments_of(rows[i]).dump(); }));
  }
  return sink.write("}");
}

}  // namespace goknot::output
