// SPDX-License-Identifier: Apache-2.0
// Open files as a Go program keeps them: os.File.
#pragma once

#include "goknot/target/heap/spans.h"
#include "goknot/target/memory.h"

#include <absl/container/flat_hash_map.h>

#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace goknot::target {

// A descriptor whose os.File is looked for.
struct WantedFile {
  int fd = -1;
  std::string path;  // the file behind it, as the system knows it
};

// What an os.file (os/file_unix.go) says of itself.
struct FileObject {
  int fd = -1;
  std::string name;  // it was opened by
};

// The os.file at an address; none if what lies there cannot be one, or is closed.
std::optional<FileObject> read_file_object(const Memory& memory, Address address);

// Follows pointers to the os.File of some descriptors. An os.File is recognised by its descriptor
// and by its name, which must be that of the file behind it.
class FileObjects {
 public:
  // Neither is copied.
  FileObjects(const Memory& memory, const Spans& spans, std::span<const WantedFile> wanted)
      : memory_(memory), spans_(spans), wanted_(wanted) {}

  // The descriptors of the files that `pointer` leads to, directly or through at most `depth`
  // objects; each once, those found first in front.
  std::vector<int> reached(Address pointer, int depth);

 private:
  std::span<const Address> words_of(Address object);
  std::optional<int> file_at(Address address);
  std::optional<int> read_file(Address address) const;

  const Memory& memory_;
  const Spans& spans_;
  std::span<const WantedFile> wanted_;
  absl::flat_hash_map<Address, std::vector<Address>> words_;  // of an object, by its beginning
  absl::flat_hash_map<Address, std::optional<int>> files_;    // by address
};

// Whether a file that was opened under one name (os.File.Name) can be the one at a path: they end
// alike.
bool can_be_named(std::string_view opened, std::string_view path);

}  // namespace goknot::target
