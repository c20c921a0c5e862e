// SPDX-License-Identifier: Apache-2.0
#include "goknot/target/program.h"

#include "goknot/target/goroutine_list.h"
#include "goknot/target/image.h"
#include "goknot/target/module.h"
#include "goknot/target/version_text.h"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

namespace goknot::target {

namespace {

constexpr int kOldestMinor = 13;
constexpr std::size_t kMostModules = 256;
constexpr std::size_t kChunk = std::size_t{64} << 10U;
constexpr std::size_t kOverlap = 64;  // the mark is found also across two chunks

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

std::vector<TableStart> tables_in(const Memory& memory, const Image& image, Use use) {
  std::vector<TableStart> tables;
  for (const ImagePart& part : image.parts) {
    if (part.use == use)
      std::ranges::move(find_tables(memory, part.range), std::back_inserter(tables));
  }
  return tables;
}

// What refers to one of the tables from a part of the image.
std::vector<Candidate> candidates_in(const Memory& memory, const Image& image, Use use,
                                     std::span<const TableStart> tables) {
  std::vector<Address> addresses;
  for (const TableStart& table : tables) addresses.push_back(table.address);
  std::vector<Candidate> found;
  for (const ImagePart& part : image.parts) {
    if (part.use != use) continue;
    for (const Address address : find_words(memory, part.range, addresses)) {
      const auto value = memory.read<Address>(address);
      const auto table = std::ranges::find(tables, value.value_or(0), &TableStart::address);
      if (table != tables.end()) found.push_back({table->format, address});
    }
  }
  return found;
}

// How much of an image is searched.
enum class Search : std::uint8_t { usual_places, everywhere };

// Where the linker puts them, the table is constant and moduledata is a variable (cmd/link,
// data.go: .gopclntab, .noptrdata). All else is searched only if nothing is there, for it is most
// of the image: of variables that began as zero there are 32 MB since go1.26.
std::vector<Candidate> candidates(const Memory& memory, const Image& image, Search search) {
  std::vector<TableStart> tables = tables_in(memory, image, Use::constants);
  std::vector<Candidate> found = candidates_in(memory, image, Use::variables, tables);
  if (!found.empty() || search == Search::usual_places) return found;
  for (const Use use : {Use::variables, Use::zeros, Use::code}) {
    std::ranges::move(tables_in(memory, image, use), std::back_inserter(tables));
  }
  for (const Use use : {Use::variables, Use::zeros, Use::constants, Use::code}) {
    std::ranges::move(candidates_in(memory, image, use, tables), std::back_inserter(found));
  }
  return found;
}

// The tables of the modules behind `first`: plugins and shared libraries of the program.
void add_others(const Memory& memory, const Layout& layout, std::vector<FunctionTable>& tables) {
  Address next = tables.front().module().next;
  while (next != 0 && tables.size() < kMostModules) {
    const auto is_here = [next](const FunctionTable& t) { return t.module().address == next; };
    if (std::ranges::any_of(tables, is_here)) return;  // a ring
    const auto module = read_module(memory, layout, next);
    if (!module) return;
    auto table = FunctionTable::read(memory, layout, *module);
    next = module->next;
    if (table) tables.push_back(*std::move(table));
  }
}

// The proof of a layout is that it works: with wrong offsets is_sound() or the list of goroutines
// fails.
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

std::optional<BuildInfo> build_info_in(const Memory& memory, const Range& range) {
  std::vector<std::byte> chunk(kChunk + kOverlap);
  for (Address at = range.begin; at < range.end; at += kChunk) {
    const std::size_t size = std::min<std::uint64_t>(chunk.size(), range.end - at);
    const std::size_t got = memory.read_some(at, std::span(chunk).first(size));
    const auto mark = find_build_info(std::span(chunk).first(got));
    if (!mark) continue;
    if (auto info = read_build_info(memory, at + *mark)) return info;
  }
  return std::nullopt;
}

// What the linker noted of the build, wherever it stands in the image; mostly among the variables.
BuildInfo build_info_of(const Memory& memory, const Image& image) {
  for (const Use use : {Use::variables, Use::constants, Use::code, Use::zeros}) {
    for (const ImagePart& part : image.parts) {
      if (part.use != use) continue;
      if (auto info = build_info_in(memory, part.range)) return *std::move(info);
    }
  }
  return {};
}

// Older releases look much alike, and are not known well enough.
bool is_ancient(const std::string& version) {
  const auto told = parse_go_version(version);
  return told && told->minor < kOldestMinor;
}

// A version that was wiped, or is made up, costs some tries.
std::optional<Program> open(const Memory& memory, Architecture architecture, const Image& image,
                            const Candidate& candidate, const BuildInfo& build) {
  std::vector<GoVersion> versions = versions_of(candidate.format);
  if (const auto told = parse_go_version(build.version)) versions.insert(versions.begin(), *told);
  for (const GoVersion version : versions) {
    auto program = try_version(memory, architecture, candidate.moduledata, version);
    if (!program) continue;
    program->path = image.path;
    program->build = build;
    if (build.version.empty()) {
      program->build.version = find_version_text(memory, program->tables.front().module());
    }
    return program;
  }
  return std::nullopt;
}

bool is_main(const Program& program) { return program.tables.front().module().has_main; }

// Whether a moduledata belongs to one of the programs, as those of plugins do.
bool is_part_of(std::span<const Program> programs, Address moduledata) {
  return std::ranges::any_of(programs, [moduledata](const Program& program) {
    return std::ranges::any_of(program.tables, [moduledata](const FunctionTable& table) {
      return table.module().address == moduledata;
    });
  });
}

// The program in an image; none if there is none, or it is part of one of those `known`.
std::optional<Program> find_in(const Memory& memory, Architecture architecture, const Image& image,
                               std::span<const Program> known) {
  // Beside a Go program there are few other runtimes, and much else.
  const Search search =
      std::ranges::any_of(known, is_main) ? Search::usual_places : Search::everywhere;
  if (search == Search::usual_places && image.path.empty()) return std::nullopt;
  std::vector<Candidate> starts = candidates(memory, image, search);
  std::erase_if(starts, [&](const Candidate& c) { return is_part_of(known, c.moduledata); });
  if (starts.empty()) return std::nullopt;
  const BuildInfo build = build_info_of(memory, image);
  for (const Candidate& candidate : starts) {
    auto program = open(memory, architecture, image, candidate, build);
    if (!program) continue;
    const auto same = std::ranges::find(known, program->goroutines, &Program::goroutines);
    return same != known.end() ? std::nullopt : std::move(program);
  }
  return std::nullopt;
}

}  // namespace

Result<std::vector<Program>> find_programs(const Memory& memory, Architecture architecture) {
  std::vector<Program> programs;
  std::string ancient;
  for (const Image& image : images(memory.regions())) {
    auto program = find_in(memory, architecture, image, programs);
    if (!program) continue;
    if (is_ancient(program->build.version)) {
      ancient = program->build.version;
    } else {
      programs.push_back(*std::move(program));
    }
  }
  if (programs.empty() && !ancient.empty()) {
    return fail(Kind::unsupported, "built with " + ancient + ", which is too old to be read",
                "goknot reads the memory of Go 1.13 and later, and the text of any; a Go program "
                "prints its goroutines when it gets SIGQUIT, and ends");
  }
  if (programs.empty()) return fail(Kind::unsupported, "there is no Go runtime in it");
  std::ranges::stable_partition(programs, is_main);
  return programs;
}

}  // namespace goknot::target
