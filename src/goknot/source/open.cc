// SPDX-License-Identifier: Apache-2.0
#include "goknot/source/open.h"

#include "goknot/base/text.h"
#include "goknot/source/input_reader.h"
#include "goknot/target/linux/processes.h"

#include <absl/strings/ascii.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <chrono>
#include <iterator>
#include <string>
#include <utility>

namespace goknot::source {

namespace {

using Clock = std::chrono::steady_clock;

// The target as the user gave it, but for what must not be shown.
std::string shown(const Target& target) {
  if (target.kind != TargetKind::url) return visible(target.text);
  const auto url = parse_url(target.text);
  if (!url) return "a URL";
  const bool secret = !url->user.empty() || !url->password.empty();
  return visible(secret ? text_of(*url) : target.text);
}

// "localhost:6060": an address that lacks its scheme.
bool is_address(std::string_view word) {
  const std::size_t colon = word.rfind(':');
  if (colon == std::string_view::npos || colon + 1 == word.size()) return false;
  return std::ranges::all_of(word.substr(colon + 1), absl::ascii_isdigit);
}

// What is neither a file nor anything else: a process by its name.
Result<Series> open_named(const Target& target, const ProcessOptions& options) {
  const std::string name = visible(target.text);
  if (target.text.contains('/')) return fail(Kind::not_found, name + ": no such file");
  auto pid = target::choose_process(target.text);
  if (pid) return read_process(*pid, options);
  if (pid.error().kind == Kind::not_found && is_address(target.text)) {
    return fail(Kind::not_found, name + ": no such file", "try: goknot http://" + name);
  }
  return std::unexpected(std::move(pid).error());
}

// A process by its number.
Result<Series> open_process(const Target& target, const ProcessOptions& options) {
  pid_t pid = 0;
  const char* end = target.text.data() + target.text.size();
  if (std::from_chars(target.text.data(), end, pid).ec != std::errc() || pid <= 0) {
    return fail(Kind::not_found, "process " + visible(target.text) + ": there is no such process");
  }
  return read_process(pid, options);
}

Result<Series> open_bytes(Result<Buffer> bytes, std::string name, const OpenOptions& options,
                          std::span<const Format* const> formats) {
  Buffer all = TRY(std::move(bytes));
  return read_received({.name = std::move(name), .bytes = std::move(all)}, options.unpack, formats);
}

Result<Series> open_url(const std::string& url, const OpenOptions& options,
                        std::span<const Format* const> formats) {
  Received received = TRY(receive_url(url, options.http));
  Series series = TRY(read_received(std::move(received), options.unpack, formats));
  for (Snapshot& snapshot : series.snapshots) snapshot.origin.kind = SourceKind::url;
  return series;
}

Result<Series> open_target(const Target& target, const OpenOptions& options,
                           std::span<const Format* const> formats) {
  const std::string name = shown(target);
  switch (target.kind) {
    case TargetKind::standard_input:
      return open_bytes(Buffer::read(STDIN_FILENO, "standard input", options.limit),
                        "standard input", options, formats);
    case TargetKind::file:
      if (is_core_file(target.text)) return read_core(target.text, options.core);
      return open_bytes(Buffer::open(target.text, options.limit), name, options, formats);
    case TargetKind::process_id:
      return open_process(target, options.process);
    case TargetKind::process_name:
      return open_named(target, options.process);
    case TargetKind::url:
      return open_url(target.text, options, formats);
    case TargetKind::history:
      break;
  }
  return fail(Kind::unsupported, name + ": this build reads dumps and profiles only");
}

// Says of all snapshots what they were read from.
void fill_origins(Series& series, const Target& target, double seconds) {
  for (Snapshot& snapshot : series.snapshots) {
    snapshot.origin.target = shown(target);
    snapshot.origin.read_seconds = seconds;
  }
}

}  // namespace

Result<Series> open(std::span<const Target> targets, const OpenOptions& options,
                    std::span<const Format* const> formats) {
  if (targets.empty()) return fail(Kind::usage, "no target is named");
  Series all;
  for (const Target& target : targets) {
    const Clock::time_point start = Clock::now();
    Series one = TRY(open_target(target, options, formats));
    fill_origins(one, target, std::chrono::duration<double>(Clock::now() - start).count());
    std::ranges::move(one.texts, std::back_inserter(all.texts));
    std::ranges::move(one.snapshots, std::back_inserter(all.snapshots));
    all.live = std::move(one.live);
  }
  return all;
}

}  // namespace goknot::source
