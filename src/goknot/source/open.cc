// SPDX-License-Identifier: Apache-2.0
#include "goknot/source/open.h"

#include "goknot/base/text.h"
#include "goknot/model/function_name.h"
#include "goknot/source/core_source.h"
#include "goknot/source/input_reader.h"
#include "goknot/target/core/core_file.h"
#include "goknot/target/linux/elf_image.h"
#include "goknot/target/linux/processes.h"

#include <absl/strings/ascii.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <chrono>
#include <filesystem>
#include <iterator>
#include <optional>
#include <string>
#include <system_error>
#include <utility>

namespace goknot::source {

namespace {

using Clock = std::chrono::steady_clock;

constexpr std::size_t kHead = 64;  // bytes by which a core is known

// The first bytes of a pipe, fewer if it has no more.
std::string read_begin(int fd, std::size_t size) {
  std::string begin(size, '\0');
  std::size_t got = 0;
  while (got < size) {
    const ssize_t more = ::read(fd, begin.data() + got, size - got);
    if (more < 0 && errno == EINTR) continue;
    if (more <= 0) break;
    got += static_cast<std::size_t>(more);
  }
  begin.resize(got);
  return begin;
}

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
                          std::span<const Format* const> known) {
  Buffer all = TRY(std::move(bytes));
  return read_received({.name = std::move(name), .bytes = std::move(all)}, options.unpack, known);
}

// Which process runs the program in a file; none if it is no program, or none does. A pipe is not
// looked into: what was read of it would be lost.
std::optional<Result<pid_t>> process_of(const std::string& path) {
  std::error_code trouble;
  if (!std::filesystem::is_regular_file(path, trouble)) return std::nullopt;
  const auto file = target::ElfImage::open(path);
  if (!file || file->type() == target::ElfType::core) return std::nullopt;
  Result<pid_t> pid = target::choose_process(base_name(path));
  if (!pid && pid.error().kind == Kind::not_found) return std::nullopt;
  return pid;
}

// A file: a core is looked at where it lies, anything else is read. A program has no goroutines;
// who names it means the process that runs it.
//     goknot hub.core     the goroutines in the core
//     goknot ./hub        those of the process of that name
//     goknot dump.txt.gz  those of the dump
Result<Series> open_file(const std::string& path, const std::string& name,
                         const OpenOptions& options, std::span<const Format* const> known) {
  std::optional<CoreInput> core = TRY(core_in_file(path, name, options.core));
  if (core) return read_core(*std::move(core), options.core);
  if (const auto pid = process_of(path)) return read_process(TRY(*pid), options.process);
  return open_bytes(Buffer::open(path, options.limit), name, options, known);
}

// Standard input: a pipe is read to its end, and a core in it does not stay in memory.
Result<Series> open_standard_input(const OpenOptions& options,
                                   std::span<const Format* const> known) {
  const std::string name = "standard input";
  std::optional<CoreInput> core = TRY(core_in_file("/proc/self/fd/0", name, options.core));
  if (core) return read_core(*std::move(core), options.core);
  const std::string begin = read_begin(STDIN_FILENO, kHead);
  if (target::CoreFile::is_core(begin)) {
    return read_core(TRY(core_in_pipe(STDIN_FILENO, begin, name, options.core)), options.core);
  }
  Buffer bytes = TRY(Buffer::read(STDIN_FILENO, name, options.limit, begin));
  core = TRY(core_in_bytes(bytes.view(), name, options.core));
  if (core) return read_core(*std::move(core), options.core);
  return open_bytes(std::move(bytes), name, options, known);
}

Result<Series> open_url(const std::string& url, const OpenOptions& options,
                        std::span<const Format* const> known) {
  Received received = TRY(receive_url(url, options.http));
  Series series = TRY(read_received(std::move(received), options.unpack, known));
  for (Snapshot& snapshot : series.snapshots) snapshot.origin.kind = SourceKind::url;
  return series;
}

Result<Series> open_target(const Target& target, const OpenOptions& options,
                           std::span<const Format* const> known) {
  const std::string name = shown(target);
  switch (target.kind) {
    case TargetKind::standard_input:
      return open_standard_input(options, known);
    case TargetKind::file:
      return open_file(target.text, name, options, known);
    case TargetKind::process_id:
      return open_process(target, options.process);
    case TargetKind::process_name:
      return open_named(target, options.process);
    case TargetKind::url:
      return open_url(target.text, options, known);
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
                    std::span<const Format* const> known) {
  if (targets.empty()) return fail(Kind::usage, "no target is named");
  Series all;
  for (const Target& target : targets) {
    const Clock::time_point start = Clock::now();
    Series one = TRY(open_target(target, options, known));
    fill_origins(one, target, std::chrono::duration<double>(Clock::now() - start).count());
    std::ranges::move(one.texts, std::back_inserter(all.texts));
    std::ranges::move(one.snapshots, std::back_inserter(all.snapshots));
    all.live = std::move(one.live);
  }
  return all;
}

}  // namespace goknot::source
