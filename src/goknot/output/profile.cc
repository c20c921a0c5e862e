// SPDX-License-Identifier: Apache-2.0
// The message is github.com/google/pprof/proto/profile.proto; the string table comes last, as Go
// writes it.
#include "goknot/output/profile.h"

#include "goknot/base/json.h"
#include "goknot/model/profile_labels.h"
#include "goknot/model/status.h"
#include "goknot/output/profile_rows.h"

#include <absl/container/flat_hash_map.h>
#include <fmt/format.h>
#include <zlib.h>

#include <charconv>
#include <chrono>
#include <limits>
#include <protozero/pbf_writer.hpp>
#include <vector>

namespace goknot::output {

namespace {

// Field numbers of the messages.
namespace field {
enum Profile : protozero::pbf_tag_type {
  sample_type = 1,
  sample = 2,
  mapping = 3,
  location = 4,
  function = 5,
  string_table = 6,
  time_nanos = 9,
  period_type = 11,
  period = 12,
  comment = 13,
};
}  // namespace field

// "2026-11-20T03:12:09.5Z" in nanoseconds since 1970; 0 for anything else.
std::int64_t nanoseconds(std::string_view taken_at) {
  int part[6] = {};
  constexpr std::size_t kStarts[] = {0, 5, 8, 11, 14, 17};
  if (taken_at.size() < 20 || !taken_at.ends_with('Z')) return 0;
  for (std::size_t i = 0; i < 6; i++) {
    const char* start = taken_at.data() + kStarts[i];
    if (std::from_chars(start, start + (i == 0 ? 4 : 2), part[i]).ec != std::errc()) return 0;
  }
  std::string fraction(taken_at.substr(19, taken_at.size() - 20));
  if (fraction.starts_with('.')) fraction.erase(0, 1);
  fraction.resize(9, '0');
  std::int64_t nanos = 0;
  std::from_chars(fraction.data(), fraction.data() + fraction.size(), nanos);
  using namespace std::chrono;
  const sys_days date =
      year(part[0]) / month(static_cast<unsigned>(part[1])) / day(static_cast<unsigned>(part[2]));
  const auto time = date + hours(part[3]) + minutes(part[4]) + seconds(part[5]);
  return duration_cast<std::chrono::nanoseconds>(time.time_since_epoch()).count() + nanos;
}

// Writes one snapshot.
// A sample for each row, not for each stack as Go writes: only so can it carry the id, the wait and
// the holds of one goroutine as labels. `go tool pprof` adds equal stacks up again.
class Encoder {
 public:
  explicit Encoder(const Snapshot& snapshot) : snapshot_(snapshot), rows_(snapshot) {}

  std::string encode();

 private:
  std::int64_t number(std::string_view text);
  std::int64_t number(StringId id) { return number(snapshot_.strings[id]); }
  void add_value_type(field::Profile tag);
  void add_mapping();
  void add_locations();
  std::uint64_t function_number(const Frame& frame);
  void add_sample(std::uint32_t row);
  void add_facts(std::uint32_t row);
  void add_labels(const Goroutine& goroutine);
  void add_number(std::string_view key, std::int64_t value);
  void add_text(std::string_view key, std::string_view value);
  void add_comments();

  using FunctionKey = std::pair<std::uint32_t, std::uint32_t>;  // name, file

  const Snapshot& snapshot_;
  const ProfileRows rows_;
  std::string data_;
  protozero::pbf_writer profile_{data_};
  protozero::pbf_writer sample_;
  Strings strings_;  // its number 0 is empty, as pprof wants it
  absl::flat_hash_map<FunctionKey, std::uint64_t> functions_;
};

std::string Encoder::encode() {
  add_value_type(field::sample_type);
  add_value_type(field::period_type);
  profile_.add_int64(field::period, 1);
  profile_.add_int64(field::time_nanos, nanoseconds(snapshot_.origin.taken_at));
  for (std::size_t row = 0; row < snapshot_.goroutines.size(); row++) {
    add_sample(static_cast<std::uint32_t>(row));
  }
  add_mapping();
  add_locations();
  add_comments();
  for (std::size_t at = 0; at < strings_.size(); at++) {
    const std::string_view text = strings_[StringId(at)];
    profile_.add_string(field::string_table, text.data(), text.size());
  }
  return std::move(data_);
}

std::int64_t Encoder::number(std::string_view text) {
  return static_cast<std::int64_t>(strings_.add(text).index());
}

void Encoder::add_value_type(field::Profile tag) {
  protozero::pbf_writer type(profile_, tag);
  type.add_int64(1, number("goroutine"));
  type.add_int64(2, number("count"));
}

// One mapping that says that everything is symbolised, so that nobody looks for the program.
void Encoder::add_mapping() {
  protozero::pbf_writer mapping(profile_, field::mapping);
  mapping.add_uint64(1, 1);
  mapping.add_int64(5, number(snapshot_.origin.program));
  mapping.add_int64(6, number(snapshot_.origin.build_id));
  for (const protozero::pbf_tag_type has : {7u, 8u, 9u, 10u}) mapping.add_bool(has, true);
}

// A location for every frame, numbered like the frames from 1.
// One line each: Go would put inlined calls as further lines into the location of their caller.
// Whether a frame is inlined is in a field of our own, which others skip.
void Encoder::add_locations() {
  for (std::size_t at = 0; at < snapshot_.stacks.frame_count(); at++) {
    const Frame& frame = snapshot_.stacks[FrameId(at)];
    const std::uint64_t function = function_number(frame);
    protozero::pbf_writer location(profile_, field::location);
    location.add_uint64(1, at + 1);
    location.add_uint64(2, 1);
    const std::uint64_t flags = (frame.foreign ? 2u : 0u) | (frame.inlined ? 1u : 0u);
    location.add_uint64(kFieldFrameDetails, std::uint64_t{frame.offset} << 2 | flags);
    protozero::pbf_writer line(location, 4);
    line.add_uint64(1, function);
    line.add_int64(2, frame.line);
  }
}

std::uint64_t Encoder::function_number(const Frame& frame) {
  const FunctionKey key{frame.function.value, frame.file.value};
  const auto [entry, added] = functions_.try_emplace(key, functions_.size() + 1);
  if (added) {
    protozero::pbf_writer function(profile_, field::function);
    function.add_uint64(1, entry->second);
    function.add_int64(2, number(frame.function));
    function.add_int64(3, number(frame.function));
    function.add_int64(4, number(frame.file));
  }
  return entry->second;
}

void Encoder::add_sample(std::uint32_t row) {
  const Goroutine& goroutine = snapshot_.goroutines[row];
  sample_ = protozero::pbf_writer(profile_, field::sample);
  std::vector<std::uint64_t> locations;
  for (const FrameId frame : snapshot_.stacks.frames(goroutine.stack)) {
    locations.push_back(frame.value + 1);
  }
  sample_.add_packed_uint64(1, locations.begin(), locations.end());
  const std::int64_t value[] = {goroutine.count};
  sample_.add_packed_int64(2, std::begin(value), std::end(value));
  add_facts(row);
  add_labels(goroutine);
  sample_.commit();
}

// What is told of a goroutine; what has its usual value is left out.
void Encoder::add_facts(std::uint32_t row) {
  const Goroutine& goroutine = snapshot_.goroutines[row];
  const std::string_view status = snapshot_.strings[goroutine.status];
  const Status told = parse_status(status);
  if (goroutine.id != Goroutine::kNoGoroutine) add_number(kLabelGoroutine, goroutine.id);
  if (goroutine.parent != Goroutine::kNoGoroutine) add_number(kLabelCreatedBy, goroutine.parent);
  if (!status.empty()) add_text(kLabelState, status);
  if (goroutine.wait_minutes >= 0) add_number(kLabelWaitMinutes, goroutine.wait_minutes);
  if (goroutine.state != told.state) {
    add_text(kLabelCoarse, word_of<State>(kStateWords, goroutine.state));
  }
  if (goroutine.reason != told.reason) add_text(kLabelReason, wait_reason_text(goroutine.reason));
  if (goroutine.creator) add_number(kLabelCreator, goroutine.creator.value + std::int64_t{1});
  if (goroutine.line != 0) add_number(kLabelLine, goroutine.line);
  if (goroutine.bubble != 0) add_number(kLabelBubble, goroutine.bubble);
  const std::string flags = rows_.flags(goroutine);
  if (!flags.empty()) add_text(kLabelFlags, flags);
  if (goroutine.has_arguments) add_text(kLabelArguments, rows_.arguments(goroutine));
  for (const auto& [key, text] : rows_.labels(row)) add_text(key, text);
}

// The program's own labels.
// A key that looks like one of ours gets a prefix, which is taken off when the profile is read.
void Encoder::add_labels(const Goroutine& goroutine) {
  if (!goroutine.labels) return;
  for (const auto& [key_id, value] : snapshot_.label_sets[goroutine.labels.index()].labels) {
    const std::string_view key = snapshot_.strings[key_id];
    const bool taken = key.starts_with(kLabelOurs) || key.starts_with(kLabelGoroutine);
    add_text(taken ? fmt::format("{}{}", kLabelUser, key) : std::string(key),
             snapshot_.strings[value]);
  }
}

void Encoder::add_number(std::string_view key, std::int64_t value) {
  const std::int64_t key_number = number(key);
  protozero::pbf_writer label(sample_, 3);
  label.add_int64(1, key_number);
  label.add_int64(3, value);
}

void Encoder::add_text(std::string_view key, std::string_view value) {
  const std::int64_t key_number = number(key);
  const std::int64_t value_number = number(value);
  protozero::pbf_writer label(sample_, 3);
  label.add_int64(1, key_number);
  label.add_int64(2, value_number);
}

void Encoder::add_comments() {
  std::vector<std::int64_t> numbers;
  for (const std::string& comment : rows_.comments()) numbers.push_back(number(comment));
  profile_.add_packed_int64(field::comment, numbers.begin(), numbers.end());
}

Result<std::string> gzipped(std::string_view bytes) {
  constexpr int kGzip = 15 + 16;  // the largest window, and gzip's header instead of zlib's
  z_stream stream{};
  if (deflateInit2(&stream, Z_DEFAULT_COMPRESSION, Z_DEFLATED, kGzip, 8, Z_DEFAULT_STRATEGY) !=
      Z_OK) {
    return fail(Kind::io, "not enough memory to compress");
  }
  std::string out;
  char block[1 << 16];
  int status = Z_OK;
  while (status == Z_OK) {
    // zlib counts in 32 bits.
    constexpr std::size_t kMost = std::numeric_limits<uInt>::max() / 2;
    const auto size = static_cast<uInt>(std::min(bytes.size(), kMost));
    const bool last = size == bytes.size();
    stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
    stream.avail_in = size;
    stream.next_out = reinterpret_cast<Bytef*>(block);
    stream.avail_out = sizeof block;
    status = deflate(&stream, last ? Z_FINISH : Z_NO_FLUSH);
    bytes.remove_prefix(size - stream.avail_in);
    out.append(block, sizeof block - stream.avail_out);
  }
  deflateEnd(&stream);
  if (status != Z_STREAM_END) return fail(Kind::io, "cannot compress the profile");
  return out;
}

}  // namespace

std::string encode_profile(const Snapshot& snapshot) { return Encoder(snapshot).encode(); }

Result<std::string> write_profile(const Series& series) {
  if (series.snapshots.empty()) return fail(Kind::usage, "there is no snapshot to save");
  return gzipped(encode_profile(series.snapshots.back()));
}

}  // namespace goknot::output
