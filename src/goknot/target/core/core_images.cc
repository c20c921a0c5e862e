// SPDX-License-Identifier: Apache-2.0
#include "goknot/target/core/core_images.h"

#include <absl/container/flat_hash_set.h>
#include <elf.h>

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

namespace goknot::target {

namespace {

constexpr std::size_t kHead = std::size_t{64} << 10U;  // headers and notes lie within
constexpr std::size_t kMostImages = 4096;
constexpr std::size_t kCompared = std::size_t{1} << 20U;  // bytes of code that are compared

BuildIds ids_at(const CoreMemory& memory, Address begin) {
  std::vector<std::byte> head(kHead);
  head.resize(memory.read_some(begin, head));
  const auto image = ElfImage::parse(head, "first page");
  return image ? image->build_ids() : BuildIds();
}

// What two ids say of each other.
Match compare(std::string_view a, std::string_view b) {
  if (a.empty() || b.empty()) return Match::unknown;
  return a == b ? Match::same : Match::different;
}

// Whether code that is in the core is also in the file.
Match compare_code(const CoreMemory& memory, const CoreImage& image, const ElfImage& file) {
  std::size_t compared = 0;
  std::vector<std::byte> bytes;
  for (const Region& region : memory.regions()) {
    if (region.path != image.path || !region.executable || region.writable) continue;
    if (!region.readable || compared >= kCompared) continue;
    bytes.resize(std::min<std::uint64_t>(region.size(), kCompared - compared));
    bytes.resize(memory.read_some(region.begin, bytes));
    const auto there = file.bytes_at(region.offset, bytes.size());
    if (!std::ranges::equal(there, std::span(bytes).first(there.size()))) return Match::different;
    compared += there.size();
  }
  return compared == 0 ? Match::unknown : Match::same;
}

}  // namespace

std::vector<CoreImage> core_images(const CoreMemory& memory) {
  const CoreNotes& notes = memory.core().notes;
  std::vector<CoreImage> images;
  absl::flat_hash_set<std::string_view> seen;
  for (const MappedPart& part : notes.files) {
    if (part.offset != 0 || images.size() == kMostImages) continue;
    std::array<std::byte, SELFMAG> mark{};
    const bool read = memory.read(part.begin, mark);
    const bool is_elf = read && std::ranges::equal(mark, std::as_bytes(std::span(ELFMAG, SELFMAG)));
    if (read && !is_elf) continue;
    if (!seen.insert(part.path).second) continue;
    images.push_back({.path = part.path, .begin = part.begin, .ids = ids_at(memory, part.begin)});
  }
  // AT_PHDR leads to the headers of the program, not to those of its loader or a library.
  const auto main = std::ranges::find_if(notes.files, [&notes](const MappedPart& part) {
    return part.begin <= notes.headers && notes.headers < part.end;
  });
  if (main == notes.files.end()) return images;
  const auto found = std::ranges::find(images, main->path, &CoreImage::path);
  if (found == images.end()) return images;
  found->main = true;
  std::rotate(images.begin(), found, found + 1);
  return images;
}

// The id that Go writes is asked first: it depends on the sources; that of the linker may be
// missing.
Match match(const CoreMemory& memory, const CoreImage& image, const ElfImage& file) {
  const BuildIds ids = file.build_ids();
  for (const Match by_id : {compare(ids.go, image.ids.go), compare(ids.gnu, image.ids.gnu)}) {
    if (by_id != Match::unknown) return by_id;
  }
  return compare_code(memory, image, file);
}

std::string words_of(const BuildIds& ids) {
  std::string words;
  if (!ids.go.empty()) words = "Go build id " + ids.go;
  if (ids.gnu.empty()) return words;
  return words + (words.empty() ? "" : ", ") + "GNU build id " + ids.gnu;
}

std::optional<Address> moved_by_headers(const CoreNotes& notes, const ElfImage& file) {
  if (notes.headers == 0) return std::nullopt;
  for (const ElfSegment& segment : file.segments()) {
    if (segment.type == PT_PHDR) return notes.headers - segment.address;
  }
  return std::nullopt;
}

}  // namespace goknot::target
