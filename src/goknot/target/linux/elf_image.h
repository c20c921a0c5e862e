// SPDX-License-Identifier: Apache-2.0
// An ELF file as far as reading a process needs it: where what lies, who it is, names of variables.
#pragma once

#include "goknot/base/result.h"
#include "goknot/target/architecture.h"
#include "goknot/target/linux/scoped_fd.h"
#include "goknot/target/memory.h"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

struct Elf;

namespace goknot::target {

// What an ELF file is for.
enum class ElfType : std::uint8_t {
  executable,  // loaded where it says
  shared,      // loaded anywhere: a library or a position-independent program
  core,
  other,
};

// A program header.
struct ElfSegment {
  std::uint32_t type = 0;   // PT_LOAD, PT_NOTE, …
  std::uint32_t flags = 0;  // PF_R, PF_W, PF_X
  std::uint64_t offset = 0;
  Address address = 0;  // before it is moved
  std::uint64_t file_size = 0;
  std::uint64_t memory_size = 0;

  bool is_loaded() const { return type == 1; }
  bool is_writable() const { return (flags & 2U) != 0; }
};

// A section header.
struct ElfSection {
  std::string_view name;
  std::uint32_t type = 0;
  Address address = 0;  // before it is moved; 0: not loaded
  std::uint64_t offset = 0;
  std::uint64_t size = 0;
  std::uint32_t link = 0;  // the number of a section that belongs to it
};

// A variable of the symbol table.
struct ElfVariable {
  std::string_view name;  // "runtime.allgs"
  Address address = 0;    // before it is moved
  std::uint64_t size = 0;
};

// The variables of a file by name and address. Points into its ElfImage.
class ElfVariables {
 public:
  explicit ElfVariables(std::vector<ElfVariable> variables);

  bool empty() const { return by_address_.empty(); }
  // The variable of a name, null if there is none. Looks at all of them.
  const ElfVariable* find(std::string_view name) const;
  // The variable that holds an address, null if none does.
  const ElfVariable* at(Address address) const;

 private:
  std::vector<ElfVariable> by_address_;
};

// Marks that tell builds apart, as text; empty: not there.
struct BuildIds {
  std::string go;   // .note.go.buildid: "abc/def/ghi/jkl"
  std::string gnu;  // .note.gnu.build-id, in hexadecimal
};

// An ELF file for a 64-bit little-endian machine that Go programs are read on. It is mapped, not
// copied: if it is shortened meanwhile, the kernel sends SIGBUS, which a program that opens files
// handles. Everything in it is taken for hostile: what lies outside of it is left out.
class ElfImage {
 public:
  // Opens a file. Errors: not_found, denied, io, those of `open`.
  static Result<ElfImage> open(const std::string& path);
  // The same with an open file. Errors: unsupported (another machine, not ELF), damaged.
  static Result<ElfImage> open(ScopedFd file, const std::string& name);
  // The same with bytes that outlive it.
  static Result<ElfImage> parse(std::span<const std::byte> bytes, const std::string& name);

  ElfType type() const { return type_; }
  Architecture architecture() const { return architecture_; }
  std::span<const ElfSegment> segments() const { return segments_; }
  std::span<const ElfSection> sections() const { return sections_; }
  // The whole file.
  std::span<const std::byte> bytes() const { return bytes_; }

  // The section of a name (".go.buildinfo"), null if there is none.
  const ElfSection* find_section(std::string_view name) const;
  // The bytes of a part of the file; fewer if it ends before.
  std::span<const std::byte> bytes_at(std::uint64_t offset, std::uint64_t size) const;
  // Those of a section; none if it has none in the file.
  std::span<const std::byte> bytes_of(const ElfSection& section) const;
  // Those of the file which are loaded at [address, address + size), before it is moved; empty if
  // not all of them are in the file.
  std::span<const std::byte> loaded_bytes(Address address, std::uint64_t size) const;

  // The variables of .symtab, else of .dynsym; none in a stripped file.
  ElfVariables variables() const;
  BuildIds build_ids() const;

 private:
  struct Closer {
    void operator()(Elf* elf) const;
  };
  using Handle = std::unique_ptr<Elf, Closer>;

  ElfImage(ScopedFd file, Handle handle) : file_(std::move(file)), handle_(std::move(handle)) {}
  static Result<ElfImage> make(ScopedFd file, Handle handle, const std::string& name);
  Result<Unit> read_header(const std::string& name);
  void read_segments();
  void read_sections();
  std::string_view text_at(const ElfSection& strings, std::uint64_t offset) const;
  const ElfSection* symbol_table() const;

  ScopedFd file_;
  Handle handle_;
  std::span<const std::byte> bytes_;
  ElfType type_ = ElfType::other;
  Architecture architecture_ = Architecture::amd64;
  std::vector<ElfSegment> segments_;
  std::vector<ElfSection> sections_;
};

}  // namespace goknot::target
