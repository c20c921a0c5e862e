// SPDX-License-Identifier: Apache-2.0
#include "goknot/source/source_lines.h"

#include "goknot/model/function_name.h"
#include "goknot/target/linux/scoped_fd.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <ctime>
#include <optional>
#include <string_view>
#include <vector>

namespace goknot::source {

namespace {

constexpr off_t kMostSize = off_t{8} << 20U;
constexpr std::size_t kMostFiles = 500;
constexpr std::size_t kMostLine = 1000;

// When a file was written to last, if it is there.
std::optional<std::time_t> written_at(const std::string& path) {
  struct stat about = {};
  if (path.empty() || ::stat(path.c_str(), &about) != 0) return std::nullopt;
  return about.st_mtim.tv_sec;
}

// A Go file that is not younger than `newest`, whole; empty if there is none. A dump may name any
// file: only those that can be source are opened.
std::string read_source(const std::string& path, std::optional<std::time_t> newest) {
  if (!path.starts_with('/') || !path.ends_with(".go")) return {};
  const target::ScopedFd file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  struct stat about = {};
  if (file.get() < 0 || ::fstat(file.get(), &about) != 0) return {};
  if (!S_ISREG(about.st_mode) || about.st_size > kMostSize) return {};
  if (newest && about.st_mtim.tv_sec > *newest) return {};
  std::string text(static_cast<std::size_t>(about.st_size), '\0');
  const ssize_t got = ::pread(file.get(), text.data(), text.size(), 0);
  text.resize(got > 0 ? static_cast<std::size_t>(got) : 0);
  return text;
}

std::string_view without_blanks(std::string_view line) {
  constexpr std::string_view kBlanks = " \t\r";
  const std::size_t begin = line.find_first_not_of(kBlanks);
  if (begin == std::string_view::npos) return {};
  return line.substr(begin, line.find_last_not_of(kBlanks) + 1 - begin);
}

// Reads each file once.
class Files {
 public:
  explicit Files(std::optional<std::time_t> newest) : newest_(newest) {}

  // Line `number` of a file, without the blanks around it.
  std::string line(const std::string& path, std::uint32_t number) {
    const auto known = texts_.find(path);
    if (known == texts_.end() && texts_.size() == kMostFiles) return {};
    const std::string& text = known != texts_.end()
                                  ? known->second
                                  : texts_.emplace(path, read_source(path, newest_)).first->second;
    std::string_view rest = text;
    std::string_view found;
    for (std::uint32_t at = 0; at < number && !rest.empty(); ++at) {
      const std::size_t end = rest.find('\n');
      found = at + 1 == number ? rest.substr(0, end) : std::string_view();
      rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
    }
    return std::string(without_blanks(found).substr(0, kMostLine));
  }

 private:
  std::optional<std::time_t> newest_;
  absl::flat_hash_map<std::string, std::string> texts_;
};

}  // namespace

absl::flat_hash_map<FrameId, std::string> source_lines(const Snapshot& snapshot,
                                                       std::span<const std::uint32_t> rows) {
  absl::flat_hash_map<FrameId, std::string> lines;
  Files files(written_at(snapshot.origin.program));
  for (const std::uint32_t row : rows) {
    const StackId stack = snapshot.goroutines[row].stack;
    if (!stack) continue;
    for (const FrameId frame : snapshot.stacks.frames(stack)) {
      if (lines.contains(frame)) continue;
      const std::string_view function = snapshot.function(frame);
      if (is_standard_function(function)) continue;
      std::string line = files.line(std::string(snapshot.file(frame)), snapshot.stacks[frame].line);
      if (!line.empty()) lines.emplace(frame, std::move(line));
    }
  }
  return lines;
}

}  // namespace goknot::source
