// SPDX-License-Identifier: Apache-2.0
#include "goknot/target/linux/go_files.h"

#include <algorithm>
#include <array>
#include <string_view>

namespace goknot::target {

namespace {

// Sections of Go's linker (go1.26 cmd/link/internal/ld); one of them is in every file with a
// runtime, whatever it is stripped of.
constexpr std::array<std::string_view, 4> kGoSections = {
    ".go.buildinfo", ".gopclntab", ".data.rel.ro.gopclntab", ".note.go.buildid"};

// Build information begins the writable data; more than this is not searched for it.
constexpr std::uint64_t kMostData = std::uint64_t{1} << 20U;

// A string header and its text, as the file has them.
StringReader strings_of(const ElfImage& image) {
  return [&image](Address header) -> std::optional<std::string> {
    const auto bytes = image.loaded_bytes(header, 16);
    if (bytes.size() != 16) return std::nullopt;
    const auto text = image.loaded_bytes(load<Address>(bytes, 0), load<std::uint64_t>(bytes, 8));
    return std::string(reinterpret_cast<const char*>(text.data()), text.size());
  };
}

std::optional<BuildInfo> search(const ElfImage& image, std::span<const std::byte> bytes) {
  const std::optional<std::size_t> at = find_build_info(bytes);
  return at ? parse_build_info(bytes.subspan(*at), strings_of(image)) : std::nullopt;
}

std::optional<BuildInfo> search_data(const ElfImage& image) {
  for (const ElfSegment& segment : image.segments()) {
    if (!segment.is_loaded() || !segment.is_writable()) continue;
    const auto size = std::min(segment.file_size, kMostData);
    if (auto info = search(image, image.bytes_at(segment.offset, size))) return info;
  }
  return std::nullopt;
}

}  // namespace

GoFile inspect_go_file(const ElfImage& image) {
  using Verdict = GoFile::Verdict;
  if (image.sections().size() <= 1) {  // the first one is always empty
    if (auto info = search_data(image)) return {.verdict = Verdict::go, .build = *std::move(info)};
    return {.verdict = Verdict::packed, .build = {}};
  }
  const bool go = std::ranges::any_of(
      kGoSections, [&image](std::string_view name) { return image.find_section(name) != nullptr; });
  if (!go) return {};
  GoFile file{.verdict = Verdict::go, .build = {}};
  const ElfSection* section = image.find_section(".go.buildinfo");
  std::optional<BuildInfo> info =
      section != nullptr ? search(image, image.bytes_of(*section)) : search_data(image);
  if (info) file.build = *std::move(info);
  return file;
}

const GoFile* GoFiles::find(Key key) const {
  const auto found = files_.find(key);
  return found == files_.end() ? nullptr : &found->second;
}

const GoFile& GoFiles::look(Key key, ScopedFd file) {
  const auto [place, is_new] = files_.try_emplace(key);
  if (!is_new) return place->second;
  if (const auto image = ElfImage::open(std::move(file), "file")) {
    place->second = inspect_go_file(*image);
  }
  return place->second;
}

}  // namespace goknot::target
