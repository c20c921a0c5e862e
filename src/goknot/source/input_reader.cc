// SPDX-License-Identifier: Apache-2.0
#include "goknot/source/input_reader.h"

#include "goknot/base/quantity.h"
#include "goknot/source/describe.h"
#include "goknot/source/layers.h"
#include "goknot/source/unpack.h"
#include "goknot/source/waits.h"
#include "goknot/target/core/core_file.h"

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <iterator>
#include <memory>
#include <optional>
#include <utility>

namespace goknot::source {

namespace {

// Whether a view points into a text.
bool lies_in(std::string_view part, std::string_view text) {
  const std::less_equal<> not_after;
  return !part.empty() && not_after(text.data(), part.data()) &&
         not_after(part.data() + part.size(), text.data() + text.size());
}

// "hang.txt", or "hang.txt:812" where there are several.
void name_snapshots(std::vector<Snapshot>& snapshots, const std::string& name) {
  for (Snapshot& snapshot : snapshots) {
    snapshot.name = snapshots.size() == 1 ? name : fmt::format("{}:{}", name, snapshot.line);
  }
}

// Reads the members of one input.
class InputReader {
 public:
  explicit InputReader(std::span<const Format* const> formats) : formats_(formats) {}

  // Adds what a member shows, or remembers why it shows nothing.
  void read(Member member);
  Result<Series> finish(const std::string& name, Unpacked unpacked) &&;

 private:
  Result<std::vector<Snapshot>> read_text(const Input& input) const;
  void unwrap(Member& member);
  void add(std::vector<Snapshot> snapshots, Member member);

  std::span<const Format* const> formats_;
  Series series_;
  std::vector<std::unique_ptr<const Buffer>> cleaned_;
  std::vector<Error> refused_;  // one for each member that shows nothing
};

// What the first format that recognises the text reads in it; nothing if none does.
Result<std::vector<Snapshot>> InputReader::read_text(const Input& input) const {
  std::optional<Error> first;
  for (const Format* format : formats_) {
    if (!format->sniff(input.bytes)) continue;
    auto snapshots = format->read(input);
    if (snapshots && !snapshots->empty()) return snapshots;
    if (!snapshots && !first) first = std::move(snapshots).error();
  }
  if (first) return std::unexpected(*std::move(first));
  return std::vector<Snapshot>();
}

// Takes off what logs and pages put around a dump.
void InputReader::unwrap(Member& member) {
  // The labels of a profile may hold lines of a dump.
  const bool binary = std::ranges::any_of(formats_, [&member](const Format* format) {
    return format->encoding == Encoding::binary && format->sniff(member.bytes);
  });
  if (binary) return;
  Clean inside = clean(member.bytes);
  if (!inside.text) return;
  cleaned_.push_back(std::make_unique<const Buffer>(*std::move(inside.text)));
  member.bytes = cleaned_.back()->view();
  std::ranges::move(inside.layers, std::back_inserter(member.wrapped_in));
  std::ranges::move(inside.gaps, std::back_inserter(member.gaps));
}

void InputReader::read(Member member) {
  const std::string_view raw = member.bytes;
  if (target::CoreFile::is_core(raw)) {
    refused_.push_back({.kind = Kind::unsupported,
                        .message = member.name + ": a core inside of an archive",
                        .hint = "try: unpack the archive, then goknot the core"});
    return;
  }
  unwrap(member);
  auto snapshots = read_text({member.name, member.bytes, member.wrapped_in});
  if (!snapshots) {
    Error error = std::move(snapshots).error();
    const bool named = error.message.starts_with(member.name);
    refused_.push_back(named ? std::move(error) : std::move(error).with(member.name));
    return;
  }
  if (snapshots->empty()) {
    refused_.push_back(describe_unknown(raw).with(member.name));
    return;
  }
  add(*std::move(snapshots), std::move(member));
}

void InputReader::add(std::vector<Snapshot> snapshots, Member member) {
  name_snapshots(snapshots, member.name);
  for (Snapshot& snapshot : snapshots) {
    snapshot.origin.wrapped_in = member.wrapped_in;
    if (snapshot.waits.empty()) add_waits(snapshot);
  }
  // A member ends early or breaks off: that is the end of its last snapshot.
  Snapshot& last = snapshots.back();
  if (!member.gaps.empty()) last.origin.complete = false;
  std::ranges::move(member.gaps, std::back_inserter(last.gaps));
  std::ranges::move(snapshots, std::back_inserter(series_.snapshots));
}

Result<Series> InputReader::finish(const std::string& name, Unpacked unpacked) && {
  if (series_.snapshots.empty()) {
    if (refused_.size() == 1) return std::unexpected(std::move(refused_.front()));
    return fail(Kind::unsupported,
                fmt::format("{}: none of the {} in it is a goroutine dump", name,
                            counted(refused_.size(), "file")),
                "the first: " + refused_.front().message);
  }
  std::ranges::move(unpacked.gaps, std::back_inserter(series_.snapshots.back().gaps));
  // Only what the snapshots still point into is kept in memory.
  std::ranges::move(cleaned_, std::back_inserter(unpacked.texts));
  for (auto& text : unpacked.texts) {
    const auto uses = [&](const Snapshot& s) { return lies_in(s.text, text->view()); };
    if (std::ranges::any_of(series_.snapshots, uses)) series_.texts.push_back(std::move(text));
  }
  return std::move(series_);
}

// What the way the bytes came tells of the snapshots in them.
void add_what_is_known(Series& series, Received received) {
  for (Snapshot& snapshot : series.snapshots) {
    if (snapshot.origin.taken_at.empty()) snapshot.origin.taken_at = received.taken_at;
  }
  Snapshot& last = series.snapshots.back();
  if (!received.complete) last.origin.complete = false;
  if (!last.origin.declared_total) last.origin.declared_total = received.declared_total;
  std::ranges::move(received.gaps, std::back_inserter(last.gaps));
}

}  // namespace

Result<Series> read_received(Received received, const UnpackLimits& limits,
                             std::span<const Format* const> formats) {
  Unpacked unpacked = TRY(unpack(received.name, std::move(received.bytes), limits));
  InputReader reader(formats);
  for (Member& member : unpacked.members) reader.read(std::move(member));
  Series series = TRY(std::move(reader).finish(received.name, std::move(unpacked)));
  add_what_is_known(series, std::move(received));
  return series;
}

}  // namespace goknot::source
