// SPDX-License-Identifier: Apache-2.0
#include "goknot/target/linux/elf_image.h"

#include "goknot/base/text.h"
#include "goknot/target/linux/elf_notes.h"

#include <elf.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <gelf.h>
#include <libelf.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>

namespace goknot::target {

namespace {

// More than any linker writes; what is beyond is left out.
constexpr std::size_t kMostHeaders = 200'000;
constexpr std::size_t kLongestName = 4096;

Kind kind_of(int error) {
  if (error == ENOENT || error == ESRCH || error == ENOTDIR) return Kind::not_found;
  return error == EACCES || error == EPERM ? Kind::denied : Kind::io;
}

std::string_view machine_name(unsigned machine) {
  switch (machine) {
    case EM_386:
      return "386";
    case EM_ARM:
      return "arm";
    case EM_RISCV:
      return "riscv64";
    case EM_PPC64:
      return "ppc64";
    case EM_S390:
      return "s390x";
    case EM_MIPS:
      return "mips";
    case 258:  // EM_LOONGARCH, newer than some headers
      return "loong64";
    default:
      return "another machine";
  }
}

ElfType type_of(unsigned type) {
  switch (type) {
    case ET_EXEC:
      return ElfType::executable;
    // Programs built with -buildmode=pie, too.
    case ET_DYN:
      return ElfType::shared;
    case ET_CORE:
      return ElfType::core;
    default:
      return ElfType::other;
  }
}

void add_ids(BuildIds& ids, std::span<const std::byte> notes) {
  constexpr std::uint32_t kGoBuildId =
      4;  // go1.19 cmd/link/internal/ld/elf.go: ELF_NOTE_GOBUILDID_TAG
  while (const std::optional<ElfNote> note = take_note(notes)) {
    if (note->name == "Go" && note->type == kGoBuildId) ids.go = text_of(note->description);
    if (note->name != "GNU" || note->type != NT_GNU_BUILD_ID) continue;
    ids.gnu.clear();
    for (const std::byte byte :
         note->description.first(std::min<std::size_t>(64, note->description.size()))) {
      ids.gnu += fmt::format("{:02x}", std::to_integer<unsigned>(byte));
    }
  }
}

}  // namespace

ElfVariables::ElfVariables(std::vector<ElfVariable> variables) : by_address_(std::move(variables)) {
  std::ranges::stable_sort(by_address_, {}, &ElfVariable::address);
}

const ElfVariable* ElfVariables::find(std::string_view name) const {
  const auto found = std::ranges::find(by_address_, name, &ElfVariable::name);
  return found == by_address_.end() ? nullptr : &*found;
}

const ElfVariable* ElfVariables::at(Address address) const {
  auto after = std::ranges::upper_bound(by_address_, address, {}, &ElfVariable::address);
  // Marks without a size (runtime.bss) share addresses with variables.
  for (int tries = 0; after != by_address_.begin() && tries < 8; ++tries) {
    --after;
    if (address - after->address < after->size) return &*after;
  }
  return nullptr;
}

void ElfImage::Closer::operator()(Elf* elf) const { ::elf_end(elf); }

Result<ElfImage> ElfImage::open(const std::string& path) {
  ScopedFd file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK));
  if (!file.is_open()) {
    const int error = errno;
    return fail(kind_of(error), visible(path) + ": " + std::strerror(error));
  }
  return open(std::move(file), path);
}

Result<ElfImage> ElfImage::open(ScopedFd file, const std::string& name) {
  ::elf_version(EV_CURRENT);
  Handle handle(::elf_begin(file.get(), ELF_C_READ_MMAP, nullptr));
  return make(std::move(file), std::move(handle), name);
}

Result<ElfImage> ElfImage::parse(std::span<const std::byte> bytes, const std::string& name) {
  ::elf_version(EV_CURRENT);
  // Not written to: what libelf would convert is already in this machine's order.
  auto* start = const_cast<char*>(reinterpret_cast<const char*>(bytes.data()));
  return make(ScopedFd(), Handle(::elf_memory(start, bytes.size())), name);
}

Result<ElfImage> ElfImage::make(ScopedFd file, Handle handle, const std::string& name) {
  if (!handle || ::elf_kind(handle.get()) != ELF_K_ELF) {
    return fail(Kind::unsupported, visible(name) + ": not an ELF file");
  }
  ElfImage image(std::move(file), std::move(handle));
  TRY(image.read_header(visible(name)));
  image.read_segments();
  image.read_sections();
  return image;
}

Result<Unit> ElfImage::read_header(const std::string& name) {
  std::size_t size = 0;
  const char* start = ::elf_rawfile(handle_.get(), &size);
  GElf_Ehdr header{};
  if (start == nullptr || ::gelf_getehdr(handle_.get(), &header) == nullptr) {
    return fail(Kind::damaged, name + ": its ELF header is damaged");
  }
  if (header.e_ident[EI_CLASS] != ELFCLASS64) {
    return fail(Kind::unsupported, name + ": a 32-bit program; only 64-bit ones can be read");
  }
  const bool amd64 = header.e_machine == EM_X86_64;
  if (header.e_ident[EI_DATA] != ELFDATA2LSB || (!amd64 && header.e_machine != EM_AARCH64)) {
    return fail(Kind::unsupported, fmt::format("{}: made for {}; only amd64 and arm64 can be read",
                                               name, machine_name(header.e_machine)));
  }
  bytes_ = std::as_bytes(std::span(start, size));
  type_ = type_of(header.e_type);
  architecture_ = amd64 ? Architecture::amd64 : Architecture::arm64;
  return Unit();
}

void ElfImage::read_segments() {
  std::size_t count = 0;
  if (::elf_getphdrnum(handle_.get(), &count) != 0) return;
  for (std::size_t i = 0; i < std::min(count, kMostHeaders); ++i) {
    GElf_Phdr header{};
    if (::gelf_getphdr(handle_.get(), static_cast<int>(i), &header) == nullptr) return;
    segments_.push_back({.type = header.p_type,
                         .flags = header.p_flags,
                         .offset = header.p_offset,
                         .address = header.p_vaddr,
                         .file_size = header.p_filesz,
                         .memory_size = header.p_memsz});
  }
}

// Names are looked up last: the section that holds them may come behind all others.
void ElfImage::read_sections() {
  std::size_t names = 0;
  if (::elf_getshdrstrndx(handle_.get(), &names) != 0) return;
  std::vector<std::uint32_t> name_offsets;
  sections_.push_back({});  // the first one is always empty and not visited below
  name_offsets.push_back(0);
  Elf_Scn* section = nullptr;
  while ((section = ::elf_nextscn(handle_.get(), section)) != nullptr) {
    GElf_Shdr header{};
    if (sections_.size() >= kMostHeaders || ::gelf_getshdr(section, &header) == nullptr) break;
    name_offsets.push_back(header.sh_name);
    sections_.push_back({.name = {},
                         .type = header.sh_type,
                         .address = header.sh_addr,
                         .offset = header.sh_offset,
                         .size = header.sh_size,
                         .link = header.sh_link});
  }
  if (names >= sections_.size()) return;
  for (std::size_t i = 0; i < sections_.size(); ++i) {
    sections_[i].name = text_at(sections_[names], name_offsets[i]);
  }
}

std::string_view ElfImage::text_at(const ElfSection& strings, std::uint64_t offset) const {
  const std::string_view all = text_of(bytes_of(strings));
  if (offset >= all.size()) return {};
  const std::string_view text = all.substr(offset, kLongestName);
  const std::size_t end = text.find('\0');
  return end == std::string_view::npos ? std::string_view() : text.substr(0, end);
}

const ElfSection* ElfImage::find_section(std::string_view name) const {
  const auto found = std::ranges::find(sections_, name, &ElfSection::name);
  return found == sections_.end() ? nullptr : &*found;
}

std::span<const std::byte> ElfImage::bytes_at(std::uint64_t offset, std::uint64_t size) const {
  if (offset >= bytes_.size()) return {};
  return bytes_.subspan(offset, std::min<std::uint64_t>(size, bytes_.size() - offset));
}

std::span<const std::byte> ElfImage::bytes_of(const ElfSection& section) const {
  if (section.type == SHT_NOBITS || section.type == SHT_NULL) return {};
  return bytes_at(section.offset, section.size);
}

std::span<const std::byte> ElfImage::loaded_bytes(Address address, std::uint64_t size) const {
  for (const ElfSegment& segment : segments_) {
    if (!segment.is_loaded() || address < segment.address) continue;
    const std::uint64_t within = address - segment.address;
    if (within >= segment.file_size || segment.file_size - within < size) continue;
    if (segment.offset > UINT64_MAX - within) continue;
    const std::span<const std::byte> found = bytes_at(segment.offset + within, size);
    return found.size() == size ? found : std::span<const std::byte>();
  }
  return {};
}

// A stripped program has no .symtab; a library keeps the names that others link to.
const ElfSection* ElfImage::symbol_table() const {
  for (const unsigned type : {unsigned{SHT_SYMTAB}, unsigned{SHT_DYNSYM}}) {
    const auto found = std::ranges::find(sections_, type, &ElfSection::type);
    if (found != sections_.end()) return &*found;
  }
  return nullptr;
}

// Elf64_Sym: name, info, other, section, value, size; 24 bytes each (elf(5)).
ElfVariables ElfImage::variables() const {
  std::vector<ElfVariable> variables;
  const ElfSection* table = symbol_table();
  if (table == nullptr || table->link >= sections_.size()) return ElfVariables({});
  const std::span<const std::byte> symbols = bytes_of(*table);
  const ElfSection& strings = sections_[table->link];
  for (std::size_t at = 0; at + sizeof(Elf64_Sym) <= symbols.size(); at += sizeof(Elf64_Sym)) {
    const auto symbol = load<Elf64_Sym>(symbols, at);
    if (ELF64_ST_TYPE(symbol.st_info) != STT_OBJECT || symbol.st_shndx == SHN_UNDEF) continue;
    const std::string_view name = text_at(strings, symbol.st_name);
    if (name.empty()) continue;
    variables.push_back({.name = name, .address = symbol.st_value, .size = symbol.st_size});
  }
  return ElfVariables(std::move(variables));
}

// What is left of a file in memory has segments, an object file has sections; a program has both,
// and they say the same twice.
BuildIds ElfImage::build_ids() const {
  BuildIds ids;
  for (const ElfSegment& segment : segments_) {
    if (segment.type == PT_NOTE) add_ids(ids, bytes_at(segment.offset, segment.file_size));
  }
  for (const ElfSection& section : sections_) {
    if (section.type == SHT_NOTE) add_ids(ids, bytes_of(section));
  }
  return ids;
}

}  // namespace goknot::target
