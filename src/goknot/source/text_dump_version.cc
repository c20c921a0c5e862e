// SPDX-License-Identifier: Apache-2.0
#include "goknot/source/text_dump_version.h"

#include "goknot/model/function_name.h"
#include "goknot/source/text_dump_scan.h"

#include <algorithm>
#include <array>

namespace goknot::source {

namespace {

struct Since {
  std::string_view text;
  int minor;
};

// Statuses and the release that brought them: runtime/runtime2.go waitReasonStrings,
// runtime/traceback.go goroutineheader.
constexpr std::array<Since, 18> kStatuses = {{
    {"(leaked)", 26},
    {"waiting for cgo callback", 26},
    {"(durable)", 25},
    {"cleanup wait", 25},
    {"GOMAXPROCS updater", 25},
    {"(synctest)", 24},
    {"synctest.", 24},
    {"sync.WaitGroup.Wait", 24},
    {"coroutine", 23},
    {"sync.Mutex.Lock", 20},
    {"sync.RWMutex.", 20},
    {"debug call", 15},
    {"preempted", 14},
    {"GC scavenge wait", 13},
    {"sync.Cond.Wait", 11},
    {"GC assist wait", 6},
    {"(scan)", 6},
    {"force gc (idle)", 4},
}};

// Parts of function names.
constexpr std::array<Since, 6> kFunctions = {{
    {"internal/sync.", 24},
    {".gowrap", 22},
    {".deferwrap", 22},
    {"[...]", 18},
    {"internal/poll.", 9},
    {"runtime.gopark", 4},
}};

// Tables are sorted by release, the newest first: the first that fits tells most.
template <std::size_t N>
int newest(const std::array<Since, N>& table, std::string_view text) {
  const auto found =
      std::ranges::find_if(table, [&](const Since& since) { return text.contains(since.text); });
  return found == table.end() ? 0 : found->minor;
}

// Reads "1.21.3" or "1.21rc2" at the front; empty if there is no such thing.
std::string_view release_at(std::string_view text) {
  if (!text.starts_with("1.") || text.size() < 3 || !is_digit(text[2])) return {};
  std::size_t end = 2;
  const auto is_part = [](char c) { return is_digit(c) || c == '.'; };
  while (end < text.size() && is_part(text[end])) ++end;
  for (const std::string_view mark : {"rc", "beta"}) {
    if (!text.substr(end).starts_with(mark)) continue;
    end += mark.size();
    while (end < text.size() && is_digit(text[end])) ++end;
  }
  while (text[end - 1] == '.') --end;
  return text.substr(0, end);
}

}  // namespace

// GOROOT mostly has the release in its name: /usr/local/go1.21.3/src/runtime/proc.go, or
// /root/sdk/go1.22.1/src, or .../golang.org/toolchain@v0.0.1-go1.23.0.linux-amd64/src.
std::string go_version_in_path(std::string_view path) {
  const std::size_t src = path.rfind("/src/");
  if (src == std::string_view::npos) return {};
  const std::string_view root = path.substr(0, src + 1);
  std::string_view found;
  for (std::size_t at = root.find("go"); at != std::string_view::npos;
       at = root.find("go", at + 1)) {
    std::string_view rest = root.substr(at + 2);
    if (rest.starts_with('/') || rest.starts_with('-') || rest.starts_with('@'))
      rest.remove_prefix(1);
    const std::string_view release = release_at(rest);
    if (release.size() >= found.size()) found = release;
  }
  return found.empty() ? std::string() : "go" + std::string(found);
}

void VersionEvidence::at_least(int minor) { minor_ = std::max(minor_, minor); }

void VersionEvidence::see_status(std::string_view status) { at_least(newest(kStatuses, status)); }

void VersionEvidence::see(const GoroutineHeader& header) {
  if (header.minutes >= 0) at_least(3);
  if (header.locked_to_thread) at_least(4);
  if (header.has_g) at_least(22);
  if (header.bubble != 0) at_least(header.synctest_group ? 24 : 25);
  if (!header.labels.empty()) at_least(header.labels_in_brackets ? 26 : 27);
}

void VersionEvidence::see(const FunctionLine& function, std::string_view file) {
  at_least(newest(kFunctions, function.name));
  if (function.inlined) at_least(9);
  if (function.arguments.contains('{')) at_least(17);
  if (function.arguments.contains('?')) at_least(18);
  if (!exact_.empty() || file.empty()) return;
  if (is_standard_function(function.name)) {
    exact_ = go_version_in_path(file);
  }
}

void VersionEvidence::join(const VersionEvidence& other) {
  at_least(other.minor_);
  if (exact_.empty()) exact_ = other.exact_;
}

void VersionEvidence::tell(Origin& origin) const {
  if (!exact_.empty()) {
    origin.go_version = exact_;
    origin.go_version_exact = true;
  } else if (minor_ > 0) {
    origin.go_version = "go1." + std::to_string(minor_);
  }
}

}  // namespace goknot::source
