// SPDX-License-Identifier: Apache-2.0
#include "goknot/target/build_info.h"

#include <algorithm>
#include <cstdint>
#include <cstring>

namespace goknot::target {

namespace {

// Go: debug/buildinfo/buildinfo.go, cmd/link/internal/ld/data.go.
//
//      0  "\xff Go buildinf:"
//     14  size of a pointer
//     15  flags
//     16  to go1.17: pointers to two string headers, the version and the modules
//     32  from go1.18 on: the two texts themselves, each behind its length
constexpr std::string_view kMark = "\xff Go buildinf:";
constexpr std::size_t kAlignment = 16;
constexpr std::size_t kHeader = 32;
// Longer than any list of modules seen; what is longer is not believed.
constexpr std::size_t kLongest = std::size_t{4} << 20U;
constexpr std::size_t kMostSettings = 256;

enum Flag : unsigned { kBigEndian = 1, kInline = 2 };

std::string_view text_of(std::span<const std::byte> bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

bool begins_with_mark(std::span<const std::byte> bytes) {
  return bytes.size() >= kHeader && text_of(bytes).starts_with(kMark);
}

// Takes a number of 7 bits a byte, lowest first, off `rest`.
std::optional<std::uint64_t> take_uvarint(std::string_view& rest) {
  std::uint64_t number = 0;
  for (unsigned shift = 0; shift < 63 && !rest.empty(); shift += 7) {
    const auto byte = static_cast<unsigned char>(rest.front());
    rest.remove_prefix(1);
    number |= std::uint64_t{byte & 0x7fU} << shift;
    if (byte < 0x80) return number;
  }
  return std::nullopt;
}

// Takes a text behind its length off `rest`.
std::optional<std::string> take_text(std::string_view& rest) {
  const std::optional<std::uint64_t> size = take_uvarint(rest);
  if (!size || *size > rest.size() || *size > kLongest) return std::nullopt;
  std::string text(rest.substr(0, *size));
  rest.remove_prefix(*size);
  return text;
}

std::string_view take_until(std::string_view& rest, char end) {
  const std::size_t at = rest.find(end);
  const std::string_view taken = rest.substr(0, at);
  rest.remove_prefix(at == std::string_view::npos ? rest.size() : at + 1);
  return taken;
}

// "vcs.revision=abc"; keys and values may be quoted, which is left as it is.
void add_setting(BuildInfo& info, std::string_view line) {
  if (info.settings.size() >= kMostSettings) return;
  const std::size_t at = line.find('=');
  if (at == std::string_view::npos) return;
  info.settings.emplace_back(line.substr(0, at), line.substr(at + 1));
}

// Lines of a word, a tab and what it is about (go1.19 runtime/debug/mod.go: ParseBuildInfo).
//     path    example.com/hub/cmd/hub
//     mod     example.com/hub   v1.4.0   h1:…
//     dep     golang.org/x/sys  v0.30.0  h1:…
//     build   vcs.revision=3f2c91…
void add_modules(BuildInfo& info, std::string_view text) {
  // Marks of 16 bytes stand around it, for programs that look for it in files.
  if (text.size() >= 33 && text[text.size() - 17] == '\n') text = text.substr(16, text.size() - 32);
  while (!text.empty()) {
    std::string_view line = take_until(text, '\n');
    const std::string_view word = take_until(line, '\t');
    if (word == "path") {
      info.path = line;
    } else if (word == "mod") {
      info.module = take_until(line, '\t');
      info.module_version = take_until(line, '\t');
    } else if (word == "dep") {
      ++info.dependencies;
    } else if (word == "build") {
      add_setting(info, line);
    }
  }
}

// Texts behind pointers, as to go1.17.
std::optional<BuildInfo> parse_pointers(std::span<const std::byte> bytes,
                                        const StringReader& string_at) {
  std::optional<std::string> version = string_at(load<Address>(bytes, 16));
  if (!version || version->empty()) return std::nullopt;
  BuildInfo info{.version = *std::move(version),
                 .path = {},
                 .module = {},
                 .module_version = {},
                 .settings = {}};
  if (const auto modules = string_at(load<Address>(bytes, 24))) add_modules(info, *modules);
  return info;
}

}  // namespace

std::string_view BuildInfo::setting(std::string_view key) const {
  const auto found = std::ranges::find(
      settings, key, [](const auto& pair) -> std::string_view { return pair.first; });
  return found == settings.end() ? std::string_view() : found->second;
}

std::optional<std::size_t> find_build_info(std::span<const std::byte> bytes) {
  const std::string_view text = text_of(bytes);
  for (std::size_t at = text.find(kMark); at != std::string_view::npos;
       at = text.find(kMark, at + 1)) {
    if (at % kAlignment == 0 && begins_with_mark(bytes.subspan(at))) return at;
  }
  return std::nullopt;
}

std::optional<BuildInfo> parse_build_info(std::span<const std::byte> bytes,
                                          const StringReader& string_at) {
  if (!begins_with_mark(bytes)) return std::nullopt;
  const auto pointer_size = std::to_integer<unsigned>(bytes[14]);
  const auto flags = std::to_integer<unsigned>(bytes[15]);
  if ((flags & kInline) == 0) {
    if (pointer_size != 8 || (flags & kBigEndian) != 0) return std::nullopt;
    return parse_pointers(bytes, string_at);
  }
  std::string_view rest = text_of(bytes).substr(kHeader);
  std::optional<std::string> version = take_text(rest);
  if (!version || version->empty()) return std::nullopt;
  BuildInfo info{.version = *std::move(version),
                 .path = {},
                 .module = {},
                 .module_version = {},
                 .settings = {}};
  if (const auto modules = take_text(rest)) add_modules(info, *modules);
  return info;
}

StringReader strings_of(const Memory& memory) {
  return [&memory](Address header) -> std::optional<std::string> {
    const auto data = memory.read<Address>(header);
    const auto size = memory.read<std::uint64_t>(header + sizeof(Address));
    if (!data || !size || *size > kLongest) return std::nullopt;
    std::string text(*size, '\0');
    if (!memory.read(*data, std::as_writable_bytes(std::span(text)))) return std::nullopt;
    return text;
  };
}

std::optional<BuildInfo> read_build_info(const Memory& memory, Address mark) {
  // Most fit into the first read; a list of modules that does not is read with its whole bound.
  std::optional<BuildInfo> info;
  for (const std::size_t size : {std::size_t{64} << 10U, kLongest + 64}) {
    std::vector<std::byte> bytes(size);
    bytes.resize(memory.read_some(mark, bytes));
    info = parse_build_info(bytes, strings_of(memory));
    if ((info && !info->path.empty()) || bytes.size() < size) break;
  }
  return info;
}

}  // namespace goknot::target
