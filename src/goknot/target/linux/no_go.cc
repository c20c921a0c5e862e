// SPDX-License-Identifier: Apache-2.0
#include "goknot/target/linux/no_go.h"

#include "goknot/base/text.h"
#include "goknot/target/linux/go_files.h"
#include "goknot/target/linux/proc_file.h"
#include "goknot/target/linux/process.h"

#include <elf.h>
#include <fmt/format.h>

#include <string>
#include <string_view>

namespace goknot::target {

namespace {

// What prints the goroutines where memory cannot be read.
std::string other_way(pid_t pid) {
  return fmt::format(
      "try: kill -QUIT {}, which makes a Go program print its goroutines and end; goknot reads "
      "that "
      "text",
      pid);
}

std::string_view base_name_of(std::string_view path) { return path.substr(path.rfind('/') + 1); }

bool is_32_bit(const System& system, pid_t pid) {
  const auto header = read_proc_file(system.of(pid, "exe"), EI_NIDENT);
  return header && header->size() == EI_NIDENT && header->starts_with(ELFMAG) &&
         (*header)[EI_CLASS] == ELFCLASS32;
}

// The release that a file with Go in it was built with; empty if there is no Go in it.
std::string go_release(const System& system, pid_t pid) {
  const auto image = ElfImage::open(system.of(pid, "exe"));
  if (!image) return {};
  const GoFile file = inspect_go_file(*image);
  if (file.verdict != GoFile::Verdict::go) return {};
  return file.build.version.empty() ? "an unknown release of Go" : visible(file.build.version);
}

}  // namespace

// From the plainest reason to the vaguest; each names what to try, as text printed on SIGQUIT can
// be read of any Go program.
Error explain_no_go(pid_t pid, const System& system) {
  const auto process = inspect_process(pid, system);
  if (!process) return process.error();
  const std::string who =
      fmt::format("process {} ({})", pid, shortened(visible(process->name), 40));
  const auto error = [&who](std::string_view what, std::string hint) {
    return Error{.kind = Kind::unsupported,
                 .message = who + ": " + std::string(what),
                 .hint = std::move(hint)};
  };
  if (process->state == TaskState::zombie || process->state == TaskState::dead) {
    return {.kind = Kind::not_found, .message = who + ": it has ended meanwhile", .hint = {}};
  }
  if (is_32_bit(system, pid)) {
    return error("a program of 32 bit, and goknot reads those of 64 bit", other_way(pid));
  }
  if (base_name_of(process->executable).starts_with("qemu-")) {
    return error("it runs a program of another machine, which cannot be looked into",
                 other_way(pid));
  }
  if (const std::string release = go_release(system, pid); !release.empty()) {
    return error("built with " + release + ", whose memory is not understood", other_way(pid));
  }
  return error("there is no Go in it", "goknot ps lists the processes with Go");
}

}  // namespace goknot::target
