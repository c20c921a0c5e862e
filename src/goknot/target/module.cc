// SPDX-License-Identifier: Apache-2.0
#include "goknot/target/module.h"

#include <algorithm>
#include <array>

namespace goknot::target {

namespace {

// The bounds only tell a moduledata from other words; no program comes near them.
constexpr std::size_t kWord = 8;
constexpr std::size_t kChunk = std::size_t{256} << 10U;
constexpr std::uint64_t kMostCode = std::uint64_t{4} << 30U;
constexpr std::uint64_t kMostData = std::uint64_t{64} << 30U;
constexpr std::uint64_t kMostFunctions = std::uint64_t{1} << 28U;
constexpr std::size_t kMostTextSections = 1024;
constexpr std::size_t kTextSectionSize = 24;  // runtime.textsect: three words

// The words and ranges of a moduledata that was copied.
struct Fields {
  std::span<const std::byte> bytes;

  Address word(std::int32_t offset) const {
    return offset == kAbsent ? 0 : load<Address>(bytes, static_cast<std::size_t>(offset));
  }
  Slice slice(std::int32_t offset) const {
    return offset == kAbsent ? Slice{} : Slice{word(offset), word(offset + 8)};
  }
};

// A bit vector. Go: runtime.bitvector, a number of bits and where they lie.
Slice mask(const Layout& layout, const Fields& fields, std::int32_t offset) {
  if (offset == kAbsent) return {};
  const Address words = fields.word(offset + layout.bitvector.n);
  return {.data = fields.word(offset + layout.bitvector.bytedata), .size = words & 0xffffffffU};
}

bool is_range(const Range& range, std::uint64_t most) {
  return range.begin <= range.end && range.size() <= most;
}

// The order of the sections is the linker's business: the system's own put .data before .noptrdata.
bool is_plausible(const Module& module) {
  for (const Range* range : {&module.noptrdata, &module.data, &module.bss, &module.noptrbss}) {
    if (!is_range(*range, kMostData)) return false;
  }
  return is_range(module.code, kMostCode) && is_range(module.functions, kMostCode) &&
         module.functions.size() != 0 && module.code.begin <= module.functions.begin &&
         module.index.size >= 2 && module.index.size < kMostFunctions;
}

std::vector<TextSection> text_sections(const Memory& memory, const Slice& map) {
  std::vector<TextSection> sections;
  if (map.size < 2 || map.size > kMostTextSections) return sections;
  std::vector<std::byte> bytes(map.size * kTextSectionSize);
  if (!memory.read(map.data, bytes)) return sections;
  for (std::size_t at = 0; at < bytes.size(); at += kTextSectionSize) {
    sections.push_back({.offset = load<std::uint64_t>(bytes, at),
                        .offset_end = load<std::uint64_t>(bytes, at + 8),
                        .address = load<Address>(bytes, at + 16)});
  }
  return sections;
}

std::optional<TableFormat> format_of(std::uint32_t magic) {
  switch (magic) {
    case 0xfffffffb:
      return TableFormat::go1_2;
    case 0xfffffffa:
      return TableFormat::go1_16;
    case 0xfffffff0:
      return TableFormat::go1_18;
    case 0xfffffff1:
      return TableFormat::go1_20;
    default:
      return std::nullopt;
  }
}

// Calls `see(address, word)` for every aligned word that can be read in the range.
template <typename See>
void each_word(const Memory& memory, Range range, const See& see) {
  std::vector<std::byte> chunk(kChunk);
  for (Address at = range.begin; at < range.end; at += kChunk) {
    const std::size_t size = std::min<std::uint64_t>(kChunk, range.end - at);
    const std::size_t got = memory.read_some(at, std::span(chunk).first(size));
    for (std::size_t i = 0; i + kWord <= got; i += kWord) see(at + i, load<Address>(chunk, i));
  }
}

}  // namespace

// It is the same structure in all releases, with fields that come and go; what a release does not
// have reads as 0 (Layout::moduledata). In a live program all addresses are relocated already.
std::optional<Module> read_module(const Memory& memory, const Layout& layout, Address address) {
  const auto& at = layout.moduledata;
  std::vector<std::byte> bytes(static_cast<std::size_t>(at.size));
  if (!memory.read(address, bytes)) return std::nullopt;
  const Fields fields{bytes};
  Module module;
  module.address = address;
  module.records = fields.slice(at.pclntable);
  module.table = at.pc_header == kAbsent ? module.records.data : fields.word(at.pc_header);
  module.code = {fields.word(at.text), fields.word(at.etext)};
  module.functions = {fields.word(at.minpc), fields.word(at.maxpc)};
  module.noptrdata = {fields.word(at.noptrdata), fields.word(at.enoptrdata)};
  module.data = {fields.word(at.data), fields.word(at.edata)};
  module.bss = {fields.word(at.bss), fields.word(at.ebss)};
  module.noptrbss = {fields.word(at.noptrbss), fields.word(at.enoptrbss)};
  module.types = {fields.word(at.types), fields.word(at.etypes)};
  module.rodata = fields.word(at.rodata);
  module.gofunc = fields.word(at.gofunc);
  module.names = fields.slice(at.funcnametab);
  module.units = fields.slice(at.cutab);
  module.files = fields.slice(at.filetab);
  module.values = fields.slice(at.pctab);
  module.index = fields.slice(at.ftab);
  module.has_main = load<std::uint8_t>(bytes, static_cast<std::size_t>(at.hasmain)) != 0;
  module.next = fields.word(at.next);
  module.data_mask = mask(layout, fields, at.gcdatamask);
  module.bss_mask = mask(layout, fields, at.gcbssmask);
  if (!is_plausible(module)) return std::nullopt;
  // Before go1.18 functions are told by their addresses, and the sections do not matter.
  if (layout.textsect.end != kAbsent)
    module.sections = text_sections(memory, fields.slice(at.textsectmap));
  return module;
}

// cmd/link writes the header with a magic of its release (internal/abi/symtab.go): 0xfffffffb to
// go1.15, 0xfffffffa to go1.17, 0xfffffff0 to go1.19, 0xfffffff1 since. A string with these bytes
// is possible, so a place only counts if a moduledata points to it.
std::vector<TableStart> find_tables(const Memory& memory, Range range) {
  std::vector<TableStart> found;
  each_word(memory, range, [&found](Address address, Address word) {
    // magic, 0, 0, the quantum of instructions (1 or 4), the size of a pointer (8)
    const bool sizes = (word >> 32U) == 0x08010000U || (word >> 32U) == 0x08040000U;
    if (!sizes) return;
    const auto format = format_of(static_cast<std::uint32_t>(word));
    if (format) found.push_back({address, *format});
  });
  return found;
}

std::vector<Address> find_words(const Memory& memory, Range range,
                                std::span<const Address> values) {
  std::vector<Address> found;
  if (values.empty()) return found;
  const auto [least, most] = std::ranges::minmax(values);
  each_word(memory, range, [&, least, most](Address address, Address word) {
    if (word < least || word > most) return;
    if (std::ranges::find(values, word) != values.end()) found.push_back(address);
  });
  return found;
}

}  // namespace goknot::target
