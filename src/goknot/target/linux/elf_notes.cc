// SPDX-License-Identifier: Apache-2.0
#include "goknot/target/linux/elf_notes.h"

#include "goknot/target/memory.h"

#include <elf.h>

#include <algorithm>

namespace goknot::target {

std::optional<ElfNote> take_note(std::span<const std::byte>& bytes) {
  constexpr std::size_t kHeader = sizeof(Elf64_Nhdr);
  if (bytes.size() < kHeader) return std::nullopt;
  const auto header = load<Elf64_Nhdr>(bytes, 0);
  const std::uint64_t name_size = (std::uint64_t{header.n_namesz} + 3) & ~std::uint64_t{3};
  const std::uint64_t size = (std::uint64_t{header.n_descsz} + 3) & ~std::uint64_t{3};
  const std::uint64_t end = kHeader + name_size + header.n_descsz;
  if (end > bytes.size()) return std::nullopt;
  const std::string_view name = text_of(bytes.subspan(kHeader, header.n_namesz));
  ElfNote note{.name = name.substr(0, name.find('\0')),
               .type = header.n_type,
               .description = bytes.subspan(kHeader + name_size, header.n_descsz)};
  bytes = bytes.subspan(std::min<std::size_t>(kHeader + name_size + size, bytes.size()));
  return note;
}

}  // namespace goknot::target
