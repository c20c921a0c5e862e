// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "goknot/target/layouts/layout.h"
#include "goknot/target/memory.h"

#include <optional>
#include <vector>

namespace goknot::target {

// Addresses [begin, end).
struct Range {
  Address begin = 0;
  Address end = 0;

  std::uint64_t size() const { return end - begin; }
  bool contains(Address address) const { return begin <= address && address < end; }
};

// A slice of Go: where its elements lie and how many there are.
struct Slice {
  Address data = 0;
  std::uint64_t size = 0;
};

// A part of the text that was linked at another place than its offset says: large programs linked
// externally. Go: runtime.textsect.
struct TextSection {
  std::uint64_t offset = 0;      // of its first byte, as function entries count
  std::uint64_t offset_end = 0;  // behind its last byte
  Address address = 0;           // where that first byte is
};

// What one linked piece of Go code (program, plugin, shared library) says of itself. Go:
// runtime.moduledata, written by cmd/link/internal/ld/symtab.go.
// All sections are ranges of one mapping or two; the runtime keeps them because the collector needs
// to know which variables may hold pointers: data and bss have masks, the noptr ones have none.
struct Module {
  Address address = 0;  // of the moduledata
  Address table = 0;    // of the pclntab's header
  Range code;           // [text, etext)
  Range functions;      // [minpc, maxpc)
  Range noptrdata, data, bss, noptrbss;
  Range types;
  Address rodata = 0;  // stack objects' masks count from here (go1.18)
  Address gofunc = 0;  // funcdata offsets count from here (go1.18)
  Slice names, units, files, values, records, index;  // tables: see FunctionTable
  std::vector<TextSection> sections;                  // empty: the text is in one piece
  Slice data_mask,
      bss_mask;           // bit vectors: which words of data and bss hold pointers; size in bits
  bool has_main = false;  // it is the program, not a library
  Address next = 0;       // the next moduledata, 0: none

  // Whether an address lies in its variables.
  bool is_data(Address a) const {
    return noptrdata.contains(a) || data.contains(a) || bss.contains(a) || noptrbss.contains(a);
  }
};

// Reads the moduledata at `address`; none if what stands there cannot be one.
std::optional<Module> read_module(const Memory& memory, const Layout& layout, Address address);

// How a pclntab begins: its magic number and the two sizes behind it (go-runtime: internal/abi
// CurrentPCLnTabMagic).
enum class TableFormat : std::uint8_t { go1_2, go1_16, go1_18, go1_20 };

// A place that looks like the beginning of a pclntab.
struct TableStart {
  Address address = 0;
  TableFormat format = TableFormat::go1_20;
};

// The places in `range` where a pclntab of this machine may begin.
std::vector<TableStart> find_tables(const Memory& memory, Range range);

// The addresses in `range`, aligned to words, that hold one of the `values`.
std::vector<Address> find_words(const Memory& memory, Range range, std::span<const Address> values);

}  // namespace goknot::target
