// SPDX-License-Identifier: Apache-2.0
#include "goknot/target/linux/debug_info.h"

#include <dwarf.h>
#include <elfutils/libdw.h>
#include <fcntl.h>
#include <gelf.h>

#include <utility>

namespace goknot::target {

namespace {

constexpr std::uint64_t kMostBytes = std::uint64_t{128} << 20U;  // of sections, as they are packed
constexpr int kDeepest = 16;
constexpr unsigned kGoEmbedded = 0x2903;  // cmd/internal/dwarf/dwarf.go: DW_AT_go_embedded_field

std::string_view name_of(Dwarf_Die& die) {
  const char* name = ::dwarf_diename(&die);
  return name == nullptr ? std::string_view() : std::string_view(name);
}

// The type of a variable, field or array, its other names taken off.
std::optional<Dwarf_Die> type_of(Dwarf_Die& die) {
  Dwarf_Attribute attribute;
  Dwarf_Die type;
  Dwarf_Die peeled;
  if (::dwarf_attr(&die, DW_AT_type, &attribute) == nullptr) return std::nullopt;
  if (::dwarf_formref_die(&attribute, &type) == nullptr) return std::nullopt;
  if (::dwarf_peel_type(&type, &peeled) != 0) return std::nullopt;
  return peeled;
}

std::optional<std::uint64_t> size_of(Dwarf_Die& type) {
  Dwarf_Word size = 0;
  return ::dwarf_aggregate_size(&type, &size) == 0 ? std::optional<std::uint64_t>(size)
                                                   : std::nullopt;
}

std::uint64_t number(Dwarf_Die& die, unsigned attribute) {
  Dwarf_Attribute found;
  Dwarf_Word value = 0;
  if (::dwarf_attr(&die, attribute, &found) == nullptr) return 0;
  if (::dwarf_formudata(&found, &value) == 0) return value;
  bool flag = false;
  return ::dwarf_formflag(&found, &flag) == 0 && flag ? 1 : 0;
}

// The package-level variable of a name, in the unit of its package.
// Go writes one unit for each package, named after it, and its variables as children of the unit
// with their full names ("main.cache"). Units of others are not entered.
std::optional<Dwarf_Die> find_variable(Dwarf* dwarf, std::string_view name) {
  const std::string_view package = name.substr(0, name.rfind('.'));
  Dwarf_CU* unit = nullptr;
  Dwarf_Die root;
  while (::dwarf_get_units(dwarf, unit, &unit, nullptr, nullptr, &root, nullptr) == 0) {
    Dwarf_Die child;
    if (name_of(root) != package || ::dwarf_child(&root, &child) != 0) continue;
    do {
      if (::dwarf_tag(&child) == DW_TAG_variable && name_of(child) == name) return child;
    } while (::dwarf_siblingof(&child, &child) == 0);
  }
  return std::nullopt;
}

// A way into a variable, step by step.
// The same as target/field_path.cc does with the descriptions of types in memory; variables have
// such a description only if their type is used by reflection.
class Descent {
 public:
  Descent(Dwarf_Die type, std::uint64_t offset) : type_(type), offset_(offset) {}

  bool step() {
    switch (::dwarf_tag(&type_)) {
      case DW_TAG_structure_type:
        return into_struct();
      case DW_TAG_array_type:
        return into_array();
      default:
        return false;
    }
  }
  bool has_arrived() { return offset_ == 0 && name_of(type_).starts_with("sync."); }
  // Embedded fields at the end are left out where something stands before them.
  std::string path() const { return path_.substr(0, named_ == 0 ? path_.size() : named_); }

 private:
  bool into_struct() {
    Dwarf_Die member;
    if (::dwarf_child(&type_, &member) != 0) return false;
    do {
      auto type = type_of(member);
      const std::uint64_t begin = number(member, DW_AT_data_member_location);
      const auto size = type ? size_of(*type) : std::nullopt;
      if (!size || offset_ < begin || offset_ - begin >= *size) continue;
      path_ += "." + std::string(name_of(member));
      if (number(member, kGoEmbedded) == 0) named_ = path_.size();
      offset_ -= begin;
      type_ = *type;
      return true;
    } while (::dwarf_siblingof(&member, &member) == 0);
    return false;
  }
  bool into_array() {
    auto element = type_of(type_);
    const auto size = element ? size_of(*element) : std::nullopt;
    if (!size || *size == 0) return false;
    path_ += "[" + std::to_string(offset_ / *size) + "]";
    named_ = path_.size();
    offset_ %= *size;
    type_ = *element;
    return true;
  }

  Dwarf_Die type_;
  std::uint64_t offset_;
  std::string path_;
  std::size_t named_ = 0;  // where the part ends that is not embedded
};

// How much debugging information a file has.
std::uint64_t debug_bytes(Elf* elf) {
  std::size_t names = 0;
  if (elf == nullptr || ::elf_getshdrstrndx(elf, &names) != 0) return 0;
  std::uint64_t bytes = 0;
  Elf_Scn* section = nullptr;
  while ((section = ::elf_nextscn(elf, section)) != nullptr) {
    GElf_Shdr header{};
    if (::gelf_getshdr(section, &header) == nullptr) return 0;
    const char* name = ::elf_strptr(elf, names, header.sh_name);
    const std::string_view text = name == nullptr ? std::string_view() : name;
    if (text.starts_with(".debug") || text.starts_with(".zdebug")) bytes += header.sh_size;
  }
  return bytes;
}

}  // namespace

void DebugInfo::Closer::operator()(Dwarf* dwarf) const {
  Elf* elf = ::dwarf_getelf(dwarf);
  ::dwarf_end(dwarf);
  ::elf_end(elf);
}

std::optional<DebugInfo> DebugInfo::open(const std::string& path) {
  ::elf_version(EV_CURRENT);
  ScopedFd file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK));
  if (!file.is_open()) return std::nullopt;
  Elf* elf = ::elf_begin(file.get(), ELF_C_READ_MMAP, nullptr);
  const std::uint64_t bytes = debug_bytes(elf);
  const bool bearable = bytes > 0 && bytes <= kMostBytes;
  Dwarf* dwarf = bearable ? ::dwarf_begin_elf(elf, DWARF_C_READ, nullptr) : nullptr;
  if (dwarf == nullptr) {
    ::elf_end(elf);
    return std::nullopt;
  }
  return DebugInfo(std::move(file), Handle(dwarf));
}

std::optional<std::string> DebugInfo::field(std::string_view variable, std::uint64_t offset) const {
  auto found = find_variable(handle_.get(), variable);
  auto type = found ? type_of(*found) : std::nullopt;
  const auto size = type ? size_of(*type) : std::nullopt;
  if (!size || offset >= *size) return std::nullopt;
  Descent descent(*type, offset);
  for (int depth = 0; depth < kDeepest; ++depth) {
    if (descent.has_arrived()) return descent.path();
    if (!descent.step()) return std::nullopt;
  }
  return std::nullopt;
}

}  // namespace goknot::target
