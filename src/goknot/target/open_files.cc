// SPDX-License-Identifier: Apache-2.0
#include "goknot/target/open_files.h"

#include "goknot/target/file_objects.h"
#include "goknot/target/heap/spans.h"
#include "goknot/target/heap/specials.h"

#include <absl/container/flat_hash_map.h>

#include <algorithm>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace goknot::target {

namespace {

// Tells one finalizer from others.
class Closers {
 public:
  Closers(const Memory& memory, const Program& program, std::string_view name)
      : memory_(memory), program_(program), name_(name) {}

  bool is_closer(Address funcval) {
    const auto [entry, added] = known_.try_emplace(funcval);
    if (added) entry->second = name_of(funcval) == name_;
    return entry->second;
  }

 private:
  std::string_view name_of(Address funcval) const {
    const auto code = memory_.read<Address>(funcval);
    for (const FunctionTable& table : program_.tables) {
      const auto function = code ? table.find(*code) : std::nullopt;
      if (function && function->entry == *code) return table.name(*function);
    }
    return {};
  }

  const Memory& memory_;
  const Program& program_;
  std::string_view name_;
  absl::flat_hash_map<Address, bool> known_;
};

bool contains(std::span<const int> fds, int fd) { return std::ranges::find(fds, fd) != fds.end(); }

void add(std::vector<int>& fds, int fd) {
  if (!contains(fds, fd)) fds.push_back(fd);
}

ContendedFile open_as(std::string path, const std::vector<int>& fds) {
  ContendedFile file;
  file.path = std::move(path);
  file.owners = fds;
  file.others = fds;
  file.listed = false;
  return file;
}

// What goroutines do with the descriptors of one file.
// Of a file that is open twice, who wants the lock is who tries, and who has it is the one whose
// deferred call will close the other descriptor. Anything less clear is not told.
class Dealings {
 public:
  Dealings(const ContendedFile& file, std::span<const FileUse> uses) {
    for (const FileUse& use : uses) {
      if (!use.supported || !file.has_other(use.fd)) continue;
      if (use.kind == FileUse::Kind::wants) wants_[use.goroutine].push_back(use.fd);
      if (use.kind == FileUse::Kind::closes) closes_[use.goroutine].push_back(use.fd);
    }
  }

  // The descriptors that somebody tries to lock.
  std::vector<int> wanted() const {
    std::vector<int> fds;
    for (const auto& [goroutine, reached] : wants_) {
      if (const auto fd = wanted_by(goroutine, reached)) add(fds, *fd);
    }
    return fds;
  }
  // Those that a deferred call will close.
  std::vector<int> closed() const {
    std::vector<int> fds;
    for (const auto& [goroutine, closed] : closes_) {
      for (const int fd : closed) add(fds, fd);
    }
    return fds;
  }

 private:
  bool closes(std::int64_t goroutine, int fd) const {
    const auto found = closes_.find(goroutine);
    return found != closes_.end() && contains(found->second, fd);
  }
  bool another_closes(std::int64_t goroutine, int fd) const {
    return std::ranges::any_of(closes_, [&](const auto& other) {
      return other.first != goroutine && contains(other.second, fd);
    });
  }

  // Of the descriptors in the variables of who tries: what somebody else will close is not its own,
  // and what it will close itself may be one that it has had for long.
  std::optional<int> wanted_by(std::int64_t goroutine, std::vector<int> fds) const {
    std::erase_if(fds, [&](int fd) { return another_closes(goroutine, fd); });
    if (fds.size() > 1) std::erase_if(fds, [&](int fd) { return closes(goroutine, fd); });
    return fds.size() == 1 ? std::optional(fds.front()) : std::nullopt;
  }

  std::map<std::int64_t, std::vector<int>> wants_, closes_;  // by goroutine
};

}  // namespace

std::vector<ContendedFile> find_files_opened_twice(const Memory& memory, const Program& program,
                                                   std::string_view finalizer) {
  const Layout& layout = program.layout;
  const auto spans = Spans::read(memory, layout, program.tables.front().module());
  if (!spans) return {};
  Closers closers(memory, program, finalizer);
  std::map<std::string, std::vector<int>> open;
  for_each_special(memory, layout, *spans, [&](const Special& special) {
    if (special.kind != layout.special_kind.finalizer) return;
    const auto offset = static_cast<std::size_t>(layout.specialfinalizer.fn);
    if (!closers.is_closer(load<Address>(special.record, offset))) return;
    if (const auto file = read_file_object(memory, special.object)) add(open[file->name], file->fd);
  });
  std::vector<ContendedFile> files;
  for (const auto& [name, fds] : open) {
    if (fds.size() > 1) files.push_back(open_as(name, fds));
  }
  return files;
}

std::vector<ContendedFile> contended_by_use(std::span<const ContendedFile> files,
                                            std::span<const FileUse> uses) {
  std::vector<ContendedFile> contended;
  for (const ContendedFile& file : files) {
    const Dealings dealings(file, uses);
    ContendedFile told = open_as(file.path, {});
    told.others = dealings.wanted();
    told.owners = dealings.closed();
    std::erase_if(told.owners, [&](int fd) { return told.has_other(fd); });
    if (told.owners.size() == 1 && !told.others.empty()) contended.push_back(std::move(told));
  }
  return contended;
}

}  // namespace goknot::target
