// SPDX-License-Identifier: Apache-2.0
#include "goknot/target/program.h"

#include "goknot/target/goroutine_list.h"
#include "goknot/target/image.h"
#include "goknot/target/module.h"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

namespace goknot::target {

namespace {

constexpr std::size_t kMostModules = 256;

// The minor releases whose pclntab has a format, newest first.
std::vector<GoVersion> versions_of(TableFormat format) {
  switch (format) {
    case TableFormat::go1_2:
      return {{15}, {14}, {13}};
    case TableFormat::go1_16:
      return {{17}, {16}};
    case TableFormat::go1_18:
      return {{19}, {18}};
    case TableFormat::go1_20:
      return {{27}, {26}, {25}, {24}, {23}, {22}, {21}, {20}};
  }
  return {};
}

// What may be the beginning of a Go program in an image.
struct Candidate {
  TableFormat format = TableFormat::go1_20;
  Address moduledata = 0;
};

std::vector<Candidate> candidates(const Memory& memory, const Image& image) {
  std::vector<TableStart> tables;
  for (const Range& range : image.ranges) {
    std::ranges::move(find_tables(memory, range), std::back_inserter(tables));
  }
  std::vector<Address> addresses;
  for (const TableStart& table : tables) addresses.push_back(table.address);
  std::vector<Candidate> found;
  for (const Range& range : image.ranges) {
    for (const Address address : find_words(memory, range, addresses)) {
      const auto value = memory.read<Address>(address);
      const auto table = std::ranges::find(tables, value.value_or(0), &TableStart::address);
      if (table != tables.end()) found.push_back({table->format, address});
    }
  }
  return found;
}

// The tables of the modules behind `first`: plugins and shared libraries of the program.
void add_others(const Memory& memory, const Layout& layout, std::vector<FunctionTable>& tables) {
  Address next = tables.front().module().next;
  while (next != 0 && tables.size() < kMostModules) {
    const auto module = read_module(memory, layout, next);
    if (!module) return;
    auto table = FunctionTable::read(memory, layout, *module);
    next = module->next;
    if (table) tables.push_back(*std::move(table));
  }
}

std::optional<Program> try_version(const Memory& memory, Architecture architecture,
                                   Address moduledata, GoVersion version) {
  const auto layout = layout_of(version, architecture);
  if (!layout) return std::nullopt;
  const auto module = read_module(memory, *layout, moduledata);
  if (!module) return std::nullopt;
  auto table = FunctionTable::read(memory, *layout, *module);
  if (!table) return std::nullopt;
  const auto goroutines = find_goroutine_list(memory, *layout, *table);
  if (!goroutines) return std::nullopt;
  Program program;
  program.layout = *layout;
  program.tables.push_back(*std::move(table));
  program.goroutines = *goroutines;
  add_others(memory, *layout, program.tables);
  return program;
}

// Says the version that a program says of itself; found where the linker puts it.
std::string find_version(const Memory& memory, const Image& image);

std::optional<Program> open(const Memory& memory, Architecture architecture, const Image& image,
                            const Candidate& candidate, const std::string& version_text) {
  std::vector<GoVersion> versions = versions_of(candidate.format);
  if (const auto told = parse_go_version(version_text)) versions.insert(versions.begin(), *told);
  for (const GoVersion version : versions) {
    auto program = try_version(memory, architecture, candidate.moduledata, version);
    if (!program) continue;
    program->path = image.path;
    program->version_text = version_text;
    return program;
  }
  return std::nullopt;
}

std::string find_version(const Memory& memory, const Image& image) {
  constexpr std::string_view kMagic = "\xff Go buildinf:";
  constexpr std::size_t kChunk = std::size_t{64} << 10U;
  std::vector<std::byte> chunk(kChunk + 256);
  for (const Range& range : image.ranges) {
    for (Address at = range.begin; at < range.end; at += kChunk) {
      const std::size_t size = std::min<std::uint64_t>(chunk.size(), range.end - at);
      const std::size_t got = memory.read_some(at, std::span(chunk).first(size));
      const std::string_view text(reinterpret_cast<const char*>(chunk.data()), got);
      for (std::size_t i = text.find(kMagic); i < kChunk && i != std::string_view::npos;
           i = text.find(kMagic, i + 1)) {
        if (i % 16 != 0 || i + 32 > got) continue;
        if ((text[i + 15] & 2) != 0) {
          const auto length = static_cast<unsigned char>(text[i + 32]);
          return std::string(text.substr(i + 33, length));
        }
        const auto header = memory.read<Address>(load<Address>(chunk, i + 16));
        const auto length = memory.read<std::uint64_t>(load<Address>(chunk, i + 16) + 8);
        if (!header || !length || *length > 200) continue;
        std::string version(*length, '\0');
        if (memory.read(*header, std::as_writable_bytes(std::span(version)))) return version;
      }
    }
  }
  return {};
}

}  // namespace

Result<std::vector<Program>> find_programs(const Memory& memory, Architecture architecture) {
  std::vector<Program> programs;
  for (const Image& image : images(memory.regions())) {
    const auto starts = candidates(memory, image);
    if (starts.empty()) continue;
    const std::string version = find_version(memory, image);
    for (const Candidate& candidate : starts) {
      auto program = open(memory, architecture, image, candidate, version);
      if (!program) continue;
      programs.push_back(*std::move(program));
      break;
    }
    if (!programs.empty() && programs.front().tables.front().module().has_main) break;
  }
  if (programs.empty()) return fail(Kind::unsupported, "there is no Go runtime in it");
  return programs;
}

}  // namespace goknot::target
