// SPDX-License-Identifier: Apache-2.0
#include "goknot/target/file_objects.h"

#include <absl/container/flat_hash_set.h>

#include <algorithm>
#include <utility>

namespace goknot::target {

namespace {

constexpr Address kWord = 8;
constexpr std::size_t kMostWords = 512;     // of one object that are looked at
constexpr std::size_t kMostObjects = 4000;  // that one pointer leads to
constexpr std::uint64_t kLongestName = 4096;
constexpr std::int64_t kLargestFd = std::int64_t{1} << 30U;

// os.file, go1.13 to go1.27 os/file_unix.go: an internal/poll.FD, which begins with an fdMutex and
// Sysfd, and behind it the name.
constexpr Address kSysfd = 16;
constexpr Address kName = 56;

std::string_view last_element(std::string_view path) { return path.substr(path.rfind('/') + 1); }

}  // namespace

// The kernel tells an absolute path, the program may have used another way to the same file; only
// the last element must be the same.
bool can_be_named(std::string_view opened, std::string_view path) {
  return !opened.empty() && last_element(opened) == last_element(path);
}

std::optional<FileObject> read_file_object(const Memory& memory, Address address) {
  const auto fd = memory.read<std::int64_t>(address + kSysfd);
  const auto text = memory.read<Address>(address + kName);
  const auto size = memory.read<std::uint64_t>(address + kName + kWord);
  if (!fd || *fd < 0 || *fd > kLargestFd) return std::nullopt;
  if (!text || !size || *size == 0 || *size > kLongestName) return std::nullopt;
  std::string name(*size, '\0');
  if (!memory.read(*text, std::as_writable_bytes(std::span(name)))) return std::nullopt;
  return FileObject{.fd = static_cast<int>(*fd), .name = std::move(name)};
}

std::span<const Address> FileObjects::words_of(Address pointer) {
  const auto object = spans_.find(pointer);
  if (!object || !spans_.spans()[object->span].has_pointers) return {};
  const Address begin = spans_.begin_of(*object);
  const auto [entry, added] = words_.try_emplace(begin);
  if (!added) return entry->second;
  std::vector<Address>& words = entry->second;
  words.resize(std::min<std::size_t>(spans_.spans()[object->span].object_size / kWord, kMostWords));
  const std::size_t got = memory_.read_some(begin, std::as_writable_bytes(std::span(words)));
  words.resize(got / kWord);
  std::erase_if(words, [](Address word) { return word < 4096; });
  return words;
}

std::optional<int> FileObjects::read_file(Address address) const {
  const auto object = spans_.find(address);
  if (!object || spans_.begin_of(*object) != address) return std::nullopt;
  const auto file = read_file_object(memory_, address);
  if (!file) return std::nullopt;
  const auto wanted = std::ranges::find(wanted_, file->fd, &WantedFile::fd);
  const bool same = wanted != wanted_.end() && can_be_named(file->name, wanted->path);
  return same ? std::optional(file->fd) : std::nullopt;
}

std::optional<int> FileObjects::file_at(Address address) {
  const auto [entry, added] = files_.try_emplace(address);
  if (added) entry->second = read_file(address);
  return entry->second;
}

std::vector<int> FileObjects::reached(Address pointer, int depth) {
  std::vector<int> found;
  absl::flat_hash_set<Address> seen;
  std::vector<Address> level{pointer};
  // An os.File is one more object: a pointer to the os.file.
  for (int left = depth + 1; left >= 0 && !level.empty(); --left) {
    std::vector<Address> next;
    for (const Address address : level) {
      if (const auto fd = file_at(address)) {
        if (std::ranges::find(found, *fd) == found.end()) found.push_back(*fd);
        continue;
      }
      if (left == 0) continue;
      for (const Address word : words_of(address)) {
        if (seen.size() < kMostObjects && seen.insert(word).second) next.push_back(word);
      }
    }
    level = std::move(next);
  }
  return found;
}

}  // namespace goknot::target
