// SPDX-License-Identifier: Apache-2.0
// A goroutine profile as protobuf: /debug/pprof/goroutine, what CockroachDB's Go writes with a
// sample for each goroutine, and what `goknot save` writes (docs/formats/profile.md).
#include "goknot/model/profile_labels.h"
#include "goknot/source/format.h"
#include "goknot/source/profile_facts.h"
#include "goknot/source/profile_restore.h"
#include "goknot/source/profile_tables.h"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <limits>
#include <map>
#include <optional>
#include <utility>

namespace goknot::source {

namespace {

// What a label of a sample means.
enum class LabelKind : std::uint8_t { user, goroutine, created_by, state, wait_minutes, ours };

LabelKind kind_of(std::string_view key) {
  if (!key.starts_with("go")) return LabelKind::user;
  if (key == kLabelGoroutine) return LabelKind::goroutine;
  if (key == kLabelCreatedBy) return LabelKind::created_by;
  if (key == kLabelState) return LabelKind::state;
  if (key == kLabelWaitMinutes) return LabelKind::wait_minutes;
  return key.starts_with(kLabelOurs) ? LabelKind::ours : LabelKind::user;
}

// A label as it is written: numbers of strings, or a number.
struct RawLabel {
  std::uint64_t key = 0, text = 0, unit = 0;
  std::int64_t number = 0;
};

RawLabel parse_label(std::string_view message) {
  RawLabel label;
  ProtoFields fields(message);
  while (const auto field = fields.next()) {
    if (field->number == 1) label.key = field->value;
    if (field->number == 2) label.text = field->value;
    if (field->number == 3) label.number = field->signed_value();
    if (field->number == 4) label.unit = field->value;
  }
  return label;
}

// A sample as it is written. Kept from one sample to the next to save allocations.
struct RawSample {
  std::vector<std::uint64_t> locations, values;
  std::vector<RawLabel> labels;

  void parse(std::string_view message) {
    locations.clear();
    values.clear();
    labels.clear();
    ProtoFields fields(message);
    while (const auto field = fields.next()) {
      if (field->number == 1) append_numbers(locations, *field);
      if (field->number == 2) append_numbers(values, *field);
      if (field->number == 3 && field->is_bytes) labels.push_back(parse_label(field->bytes));
    }
  }
};

// The types of a profile's values: "goroutine", or "alloc_objects", "alloc_space".
std::vector<std::string_view> sample_types(const ProfileParts& parts) {
  std::vector<std::string_view> types;
  for (const std::string_view message : parts.sample_types) {
    std::uint64_t type = 0;
    ProtoFields fields(message);
    while (const auto field = fields.next()) {
      if (field->number == 1) type = field->value;
    }
    types.push_back(parts.text(type));
  }
  return types;
}

bool is_goroutine_type(std::string_view type) {
  return type == "goroutine" || type == "goroutines" || type == "goroutineleak";
}

// Nanoseconds since 1970 as RFC 3339; empty for 0 and for what is no time of Go programs.
std::string time_text(std::int64_t nanos) {
  constexpr std::int64_t kSecond = 1'000'000'000;
  if (nanos <= 0) return {};
  const std::chrono::sys_seconds time{std::chrono::seconds(nanos / kSecond)};
  const std::string text =
      fmt::format("{:%Y-%m-%dT%H:%M:%S}", fmt::gmtime(time.time_since_epoch().count()));
  std::string fraction = nanos % kSecond == 0 ? "" : fmt::format(".{:09}", nanos % kSecond);
  while (fraction.ends_with('0')) fraction.pop_back();
  return text + fraction + "Z";
}

// Reads one profile.
class Reader {
 public:
  Reader(const Input& input, ProfileParts parts, std::size_t value, std::string_view type)
      : input_(input),
        parts_(std::move(parts)),
        value_(value),
        leaked_(type == "goroutineleak"),
        locations_(parts_, snapshot_),
        restore_(parts_, locations_, snapshot_),
        frame_budget_((1 << 20) + 4 * input.bytes.size()) {
    std::ranges::transform(parts_.strings, std::back_inserter(kinds_), kind_of);
  }

  Snapshot read();

 private:
  void describe();
  void read_mapping();
  void add_sample(std::string_view message);
  StackId add_stack(Goroutine& goroutine, const StackElision& elision);
  void add_label(Goroutine& goroutine, const RawLabel& label);
  LabelsId add_labels();
  void add_gaps();
  void gap(std::string what, std::string hides);

  const Input& input_;
  const ProfileParts parts_;
  const std::size_t value_;  // which value of a sample counts goroutines
  const bool leaked_;
  Snapshot snapshot_;
  const ProfileLocations locations_;
  ProfileRestore restore_;
  std::uint64_t
      frame_budget_;  // frames that may still be added: bounds what a small profile asks for
  std::vector<LabelKind> kinds_;  // of each string, as a key
  RawSample sample_;
  std::vector<FrameId> frames_;
  std::vector<std::pair<StringId, StringId>> labels_;  // the program's, of this sample
  std::map<std::vector<std::pair<StringId, StringId>>, LabelsId> label_sets_;
  std::uint64_t missing_locations_ = 0, stacks_cut_ = 0, capped_ = 0;
  bool ids_ = false;
};

// `describe` comes after the samples: whether they have ids is known by then.
Snapshot Reader::read() {
  snapshot_.text = input_.bytes;
  for (const std::string_view message : parts_.samples) add_sample(message);
  describe();
  restore_.finish();
  add_gaps();
  return std::move(snapshot_);
}

void Reader::describe() {
  Origin& origin = snapshot_.origin;
  snapshot_.name = input_.name;
  origin.kind = SourceKind::profile;
  origin.format = "pprof";
  origin.wrapped_in = input_.wrapped_in;
  origin.detail = ids_ ? Detail::stacks : Detail::counts;
  origin.taken_at = time_text(parts_.time_nanos);
  if (leaked_) origin.go_version = "go1.26";
  read_mapping();
}

// The first mapping is the program (go1.27 runtime/pprof/proto.go: readMapping).
void Reader::read_mapping() {
  if (parts_.mappings.empty()) return;
  ProtoFields fields(parts_.mappings.front());
  while (const auto field = fields.next()) {
    if (field->number == 5) snapshot_.origin.program = parts_.text(field->value);
    if (field->number == 6) snapshot_.origin.build_id = parts_.text(field->value);
  }
}

// Samples that count nothing are passed over, but not in what goknot wrote: its tables refer to
// samples by their number.
void Reader::add_sample(std::string_view message) {
  constexpr std::int64_t kMost = std::numeric_limits<std::uint32_t>::max();
  sample_.parse(message);
  const std::int64_t value =
      value_ < sample_.values.size() ? static_cast<std::int64_t>(sample_.values[value_]) : 0;
  if (value <= 0 && !restore_.ours()) return;
  if (value > kMost) capped_++;
  Goroutine goroutine;
  goroutine.count = static_cast<std::uint32_t>(std::clamp<std::int64_t>(value, 0, kMost));
  goroutine.status = StringId(0);
  goroutine.leaked = leaked_;
  labels_.clear();
  restore_.begin();
  for (const RawLabel& label : sample_.labels) add_label(goroutine, label);
  goroutine.labels = add_labels();
  goroutine.stack = add_stack(goroutine, restore_.elision());
  restore_.end(goroutine);
  ids_ |= goroutine.id != Goroutine::kNoGoroutine;
  if (!restore_.ours()) goroutine.system = is_runtime_only(snapshot_, goroutine.stack);
  snapshot_.goroutines.push_back(goroutine);
}

StackId Reader::add_stack(Goroutine& goroutine, const StackElision& elision) {
  frames_.clear();
  for (const std::uint64_t location : sample_.locations) {
    const auto found = locations_.frames(location);
    if (found.empty()) missing_locations_++;
    if (found.size() > frame_budget_) {
      goroutine.stack_cut = true;
      stacks_cut_++;
      break;
    }
    frame_budget_ -= found.size();
    frames_.insert(frames_.end(), found.begin(), found.end());
  }
  return snapshot_.stacks.add(frames_, elision.at, elision.count);
}

void Reader::add_label(Goroutine& goroutine, const RawLabel& label) {
  constexpr std::int64_t kMostMinutes = std::numeric_limits<std::int32_t>::max();
  const LabelKind kind = label.key < kinds_.size() ? kinds_[label.key] : LabelKind::user;
  std::string_view key = parts_.text(label.key);
  switch (kind) {
    case LabelKind::goroutine:
      goroutine.id = label.number;
      return;
    case LabelKind::created_by:
      // CockroachDB's Go writes 0 for what has no creator.
      if (label.number != 0 || restore_.ours()) goroutine.parent = label.number;
      return;
    case LabelKind::state:
      restore_.set_status(goroutine, parts_.text(label.text));
      return;
    case LabelKind::wait_minutes:
      // Elsewhere 0 stands for a goroutine that does not wait or was never looked at, too.
      if (label.number != 0 || restore_.ours()) {
        goroutine.wait_minutes =
            static_cast<std::int32_t>(std::clamp<std::int64_t>(label.number, -1, kMostMinutes));
      }
      return;
    case LabelKind::ours:
      if (!key.starts_with(kLabelUser)) {
        restore_.add_label(goroutine, key, parts_.text(label.text), label.number);
        return;
      }
      key.remove_prefix(kLabelUser.size());
      break;
    case LabelKind::user:
      break;
  }
  const bool number = label.text == 0 && label.number != 0;
  labels_.emplace_back(
      snapshot_.strings.add(key),
      snapshot_.strings.add(number ? fmt::format("{}{}", label.number, parts_.text(label.unit))
                                   : std::string(parts_.text(label.text))));
}

// The set of the labels of this sample, new or known.
LabelsId Reader::add_labels() {
  if (labels_.empty()) return {};
  const auto [entry, added] =
      label_sets_.try_emplace(labels_, LabelsId(snapshot_.label_sets.size()));
  if (added) snapshot_.label_sets.push_back({.labels = labels_});
  return entry->second;
}

void Reader::add_gaps() {
  if (parts_.broken) {
    snapshot_.origin.complete = false;
    gap("the profile is damaged or ends early", "goroutines");
  }
  if (missing_locations_ != 0) {
    snapshot_.origin.complete = false;
    gap(fmt::format("{} frames are not in the profile", missing_locations_), "frames");
  }
  if (stacks_cut_ != 0) {
    snapshot_.origin.complete = false;
    gap(fmt::format("{} stacks are too long to be real", stacks_cut_), "their outer frames");
  }
  if (locations_.unnamed() != 0) {
    gap(fmt::format("{} places in code have no name", locations_.unnamed()), "functions and lines");
  }
  if (capped_ != 0) gap(fmt::format("{} counts are too large to be real", capped_), "");
}

void Reader::gap(std::string what, std::string hides) {
  snapshot_.gaps.push_back({.where = "", .what = std::move(what), .hides = std::move(hides)});
}

Result<std::vector<Snapshot>> read_profile(const Input& input) {
  ProfileParts parts = parse_profile_parts(input.bytes);
  const auto types = sample_types(parts);
  if (parts.strings.empty()) {
    return fail(Kind::damaged, "the profile ends early: the names in it are missing",
                "fetch it again, and let it finish");
  }
  const auto type = std::ranges::find_if(types, is_goroutine_type);
  if (type == types.end()) {
    return std::unexpected(not_of_goroutines(types.empty() ? "" : types.back()));
  }
  const auto value = static_cast<std::size_t>(type - types.begin());
  std::vector<Snapshot> snapshots;
  snapshots.push_back(Reader(input, std::move(parts), value, *type).read());
  return snapshots;
}

}  // namespace

const Format profile_format{.name = "pprof",
                            .summary = "goroutine profile: /debug/pprof/goroutine, goknot save",
                            .sniff = looks_like_profile,
                            .read = read_profile,
                            .encoding = Encoding::binary};

}  // namespace goknot::source
