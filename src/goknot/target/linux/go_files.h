// SPDX-License-Identifier: Apache-2.0
// Whether there is Go in an ELF file, found out cheaply and only once for each file.
#pragma once

#include "goknot/target/build_info.h"
#include "goknot/target/linux/elf_image.h"
#include "goknot/target/linux/scoped_fd.h"

#include <absl/container/flat_hash_map.h>

#include <cstdint>
#include <optional>
#include <string>
#include <utility>

namespace goknot::target {

// What a look at a file told.
struct GoFile {
  enum class Verdict : std::uint8_t {
    none,    // no Go in it
    go,      // Go
    packed,  // cannot be told from the file: it has no sections, and unpacks itself maybe
  };
  Verdict verdict = Verdict::none;
  BuildInfo build;  // empty where it was wiped, or has to be read from memory (go1.13 to 1.17, PIE)
};

// Looks for the sections that Go's linker writes, and for build information.
GoFile inspect_go_file(const ElfImage& image);

// The verdicts on files seen so far, by device and inode.
// A machine runs many processes of few files: bash is looked at once.
class GoFiles {
 public:
  using Key = std::pair<std::uint64_t, std::uint64_t>;

  // The verdict on a file that was seen, null if it was not.
  const GoFile* find(Key key) const;
  // Looks at an open file; what is no ELF file has no Go in it. Valid until the next call.
  const GoFile& look(Key key, ScopedFd file);

 private:
  absl::flat_hash_map<Key, GoFile> files_;
};

}  // namespace goknot::target
