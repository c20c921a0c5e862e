// SPDX-License-Identifier: Apache-2.0
#include "goknot/target/linux/processes.h"

#include "goknot/base/text.h"
#include "goknot/target/linux/go_files.h"
#include "goknot/target/linux/maps.h"
#include "goknot/target/linux/process_memory.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <utility>

namespace goknot::target {

namespace {

using Verdict = GoFile::Verdict;

// A file with Go in it that a process runs or has loaded.
struct Found {
  std::string path;
  bool library = false;
  BuildInfo build;
};

// Looks at processes one after the other; remembers files.
// The cheapest question first: the file that runs, remembered by device and inode; memory only
// where the file does not tell; then the libraries that are mapped.
class Survey {
 public:
  explicit Survey(const System& system) : system_(system) {}

  enum class Sight : std::uint8_t { go, other, hidden, gone };
  // Looks for Go in a process; `found` is what was found last.
  Sight look(pid_t pid);
  Found& found() { return found_; }

 private:
  bool look_at_libraries(pid_t pid);
  bool look_at_memory(pid_t pid);
  bool is_go_library(pid_t pid, const Mapping& mapping);

  const System& system_;
  GoFiles files_;
  Found found_;
};

ScopedFd open_file(const std::string& path) {
  return ScopedFd(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK));
}

Survey::Sight Survey::look(pid_t pid) {
  const std::string link = system_.of(pid, "exe");
  const auto path = read_proc_link(link);
  if (!path) {
    // A thread of the kernel has none, and a zombie not any more.
    return path.error() == EACCES || path.error() == EPERM ? Sight::hidden : Sight::gone;
  }
  ScopedFd file = open_file(link);
  struct stat facts{};
  if (!file.is_open()) return errno == EACCES || errno == EPERM ? Sight::hidden : Sight::gone;
  if (::fstat(file.get(), &facts) != 0) return Sight::gone;
  const GoFile& verdict = files_.look({facts.st_dev, facts.st_ino}, std::move(file));
  found_ = {.path = std::string(without_deleted(*path)), .library = false, .build = verdict.build};
  if (verdict.verdict == Verdict::go) {
    if (found_.build.version.empty()) look_at_memory(pid);
    return Sight::go;
  }
  if (verdict.verdict == Verdict::packed && look_at_memory(pid)) return Sight::go;
  return look_at_libraries(pid) ? Sight::go : Sight::other;
}

// What the file does not tell may stand in memory: at the beginning of writable data, where the
// linker puts it.
bool Survey::look_at_memory(pid_t pid) {
  const auto memory = open_process_memory(pid);
  if (!memory) return false;
  constexpr std::size_t kMostRegions = 4096;
  std::vector<std::byte> page(4096);
  for (const Region& region :
       (*memory)->regions().first(std::min(kMostRegions, (*memory)->regions().size()))) {
    if (!region.writable || !region.readable) continue;
    const std::size_t size = (*memory)->read_some(region.begin, page);
    const std::optional<std::size_t> at = find_build_info(std::span(page).first(size));
    auto info = at ? read_build_info(**memory, region.begin + *at) : std::nullopt;
    if (!info) continue;
    found_.build = *std::move(info);
    return true;
  }
  return false;
}

bool Survey::look_at_libraries(pid_t pid) {
  const auto text = read_proc_file(system_.of(pid, "maps"), std::size_t{16} << 20U);
  if (!text) return false;
  std::string_view rest = *text;
  while (!rest.empty()) {
    const std::string_view line = take_until(rest, '\n');
    // The path is the dear part: only mappings of the beginning of a file are looked at.
    if (line.find(" 00000000 ") == line.npos || line.find('/') == line.npos) continue;
    const std::optional<Mapping> mapping = parse_mapping(line);
    if (mapping && mapping->inode != 0 && is_go_library(pid, *mapping)) return true;
  }
  return false;
}

bool Survey::is_go_library(pid_t pid, const Mapping& mapping) {
  const GoFiles::Key key{mapping.device, mapping.inode};
  const GoFile* verdict = files_.find(key);
  if (verdict == nullptr) {
    const Region& region = mapping.region;
    ScopedFd file =
        open_file(system_.of(pid, fmt::format("map_files/{:x}-{:x}", region.begin, region.end)));
    if (!file.is_open() && !is_deleted(region.path)) {
      file = open_file(system_.of(pid, "root") + region.path);
    }
    verdict = &files_.look(key, std::move(file));
  }
  if (verdict->verdict != Verdict::go) return false;
  found_ = {.path = mapping.region.path, .library = true, .build = verdict->build};
  return true;
}

std::string_view last_part(std::string_view path) {
  return path.substr(path.find_last_of('/') + 1);
}

bool goes_by(const Process& process, std::string_view name) {
  if (process.name == name || last_part(process.executable) == name) return true;
  return !process.arguments.empty() && last_part(process.arguments.front()) == name;
}

// "812 (alice, ./hub -v)"
std::string in_a_list(const Process& process) {
  std::string words;
  for (const std::string& argument : process.arguments) {
    words += (words.empty() ? "" : " ") + argument;
  }
  const std::string& name = words.empty() ? process.name : words;
  return fmt::format("{} ({}, {})", process.pid, process.user_name, shortened(visible(name), 40));
}

Error several(std::string_view name, const std::vector<Process>& processes) {
  constexpr std::size_t kShown = 10;
  std::string list;
  for (std::size_t i = 0; i < std::min(kShown, processes.size()); ++i) {
    list += (i == 0 ? "" : ", ") + in_a_list(processes[i]);
  }
  if (processes.size() > kShown) list += fmt::format(" and {} more", processes.size() - kShown);
  return {.kind = Kind::usage,
          .message =
              fmt::format("{} processes are called {}: {}", processes.size(), visible(name), list),
          .hint = fmt::format("name one by its number: goknot {}", processes.front().pid)};
}

}  // namespace

ProcessList list_go_processes(const System& system) {
  ProcessList list;
  Survey survey(system);
  const Asker asker = inspect_asker(system);
  list.as_admin = can_trace_anybody(asker.capabilities);
  const auto pids = read_numbers(system.proc);
  if (!pids) return list;
  for (const std::uint32_t number : *pids) {
    const auto pid = static_cast<pid_t>(number);
    const Survey::Sight sight = survey.look(pid);
    list.seen += sight == Survey::Sight::gone ? 0 : 1;
    list.hidden += sight == Survey::Sight::hidden ? 1 : 0;
    if (sight != Survey::Sight::go) continue;
    Result<Process> process = inspect_process(pid, system);
    if (!process) continue;
    const std::optional<Refusal> refusal = check_readable(*process, asker, system);
    list.processes.push_back({.process = *std::move(process),
                              .file = std::move(survey.found().path),
                              .library = survey.found().library,
                              .build = std::move(survey.found().build),
                              .refusal = refusal});
  }
  return list;
}

std::vector<Process> find_processes(std::string_view name, const System& system) {
  std::vector<Process> found;
  const auto pids = read_numbers(system.proc);
  if (!pids) return found;
  for (const std::uint32_t pid : *pids) {
    if (static_cast<pid_t>(pid) == ::getpid()) continue;
    Result<Process> process = inspect_process(static_cast<pid_t>(pid), system);
    if (process && !process->kernel_thread && goes_by(*process, name)) {
      found.push_back(*std::move(process));
    }
  }
  return found;
}

Result<pid_t> choose_process(std::string_view name, const System& system) {
  std::vector<Process> found = find_processes(name, system);
  if (found.empty()) {
    return fail(Kind::not_found,
                fmt::format("{}: no such file, and no process is called so", visible(name)),
                "goknot ps lists the Go processes");
  }
  if (found.size() == 1) return found.front().pid;
  Survey survey(system);
  std::vector<Process> with_go;
  std::ranges::copy_if(found, std::back_inserter(with_go), [&survey](const Process& process) {
    return survey.look(process.pid) == Survey::Sight::go;
  });
  if (with_go.size() == 1) return with_go.front().pid;
  return std::unexpected(several(name, with_go.empty() ? found : with_go));
}

}  // namespace goknot::target
