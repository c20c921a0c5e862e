// SPDX-License-Identifier: Apache-2.0
#include "goknot/target/core/core_file.h"

#include "goknot/base/text.h"

#include <elf.h>

#include <algorithm>
#include <utility>

namespace goknot::target {

namespace {

constexpr std::size_t kTypeOffset = 16;  // of e_type, in files of 32 and of 64 bits

// How many bytes of the segments lie behind the end of the file.
std::uint64_t missing_bytes(const ElfImage& image) {
  const std::uint64_t size = image.bytes().size();
  std::uint64_t most = size;
  for (const ElfSegment& segment : image.segments()) {
    if (segment.offset > UINT64_MAX - segment.file_size) continue;
    most = std::max(most, segment.offset + segment.file_size);
  }
  return most - size;
}

Result<CoreFile> make(ElfImage image, const std::string& name) {
  if (image.type() != ElfType::core) {
    return fail(Kind::unsupported, visible(name) + ": an ELF file, not a core");
  }
  CoreNotes notes;
  for (const ElfSegment& segment : image.segments()) {
    if (segment.type != PT_NOTE) continue;
    notes =
        parse_core_notes(image.architecture(), image.bytes_at(segment.offset, segment.file_size));
    if (!notes.threads.empty()) break;
  }
  if (image.segments().empty()) {
    return fail(Kind::damaged, visible(name) + ": a core without its table of memory",
                "it was cut, or its disk was full; look for another one");
  }
  const std::uint64_t missing = missing_bytes(image);
  return CoreFile{.image = std::move(image), .notes = std::move(notes), .missing_bytes = missing};
}

}  // namespace

bool CoreFile::is_core(std::string_view bytes) {
  if (!bytes.starts_with(ELFMAG) || bytes.size() < kTypeOffset + 2) return false;
  const bool big_endian = bytes[EI_DATA] == ELFDATA2MSB;
  return bytes[kTypeOffset + (big_endian ? 1 : 0)] == ET_CORE &&
         bytes[kTypeOffset + (big_endian ? 0 : 1)] == 0;
}

Result<CoreFile> CoreFile::open(ScopedFd file, const std::string& name) {
  return make(TRY(ElfImage::open(std::move(file), name)), name);
}

Result<CoreFile> CoreFile::parse(std::span<const std::byte> bytes, const std::string& name) {
  return make(TRY(ElfImage::parse(bytes, name)), name);
}

}  // namespace goknot::target
