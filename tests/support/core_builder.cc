// SPDX-License-Identifier: Apache-2.0
#include "tests/support/core_builder.h"

#include <elf.h>

#include <cstring>
#include <utility>

namespace goknot::testing_support {

namespace {

constexpr std::uint32_t kFileNote = 0x46494c45;  // NT_FILE
constexpr std::size_t kStatusSize = 336;
constexpr std::size_t kProcessSize = 136;

std::string padded(std::string text) {
  text.resize((text.size() + 3) / 4 * 4);
  return text;
}

std::string note_bytes(std::uint32_t type, std::string_view description) {
  const Elf64_Nhdr header{
      .n_namesz = 5, .n_descsz = static_cast<Elf64_Word>(description.size()), .n_type = type};
  return raw(header) + std::string("CORE\0\0\0\0", 8) + padded(std::string(description));
}

template <typename T>
void put(std::string& bytes, std::size_t offset, T value) {
  std::memcpy(bytes.data() + offset, &value, sizeof(value));
}

}  // namespace

CoreBuilder& CoreBuilder::segment(target::Address begin, std::string_view rights, std::string bytes,
                                  std::uint64_t size) {
  const std::uint32_t flags = (rights.contains('r') ? PF_R : 0U) |
                              (rights.contains('w') ? PF_W : 0U) |
                              (rights.contains('x') ? PF_X : 0U);
  const std::uint64_t whole = size == 0 ? bytes.size() : size;
  segments_.push_back({PT_LOAD, flags, begin, std::move(bytes), whole});
  return *this;
}

CoreBuilder& CoreBuilder::note(std::uint32_t type, std::string_view description) {
  notes_ += note_bytes(type, description);
  return *this;
}

CoreBuilder& CoreBuilder::thread(std::int32_t tid, target::Address pc, target::Address sp,
                                 int signal) {
  std::string status(kStatusSize, '\0');
  put(status, 12, static_cast<std::int16_t>(signal));
  put(status, 32, tid);
  put(status, 112 + 16 * 8, pc);
  put(status, 112 + 19 * 8, sp);
  return note(NT_PRSTATUS, status);
}

CoreBuilder& CoreBuilder::process(std::int32_t pid, std::string_view name) {
  std::string info(kProcessSize, '\0');
  put(info, 24, pid);
  info.replace(40, name.size(), name);
  return note(NT_PRPSINFO, info);
}

CoreBuilder& CoreBuilder::headers(target::Address address) {
  return note(NT_AUXV, raw(std::uint64_t{AT_PHDR}) + raw(address) + std::string(16, '\0'));
}

CoreBuilder& CoreBuilder::file(target::MappedPart part) {
  files_.push_back(std::move(part));
  return *this;
}

CoreBuilder& CoreBuilder::machine(std::uint16_t machine) {
  machine_ = machine;
  return *this;
}

std::string CoreBuilder::file_note() const {
  std::string text = raw(std::uint64_t{files_.size()}) + raw(std::uint64_t{4096});
  for (const target::MappedPart& part : files_) {
    text += raw(part.begin) + raw(part.end) + raw(part.offset / 4096);
  }
  for (const target::MappedPart& part : files_) text += part.path + '\0';
  return note_bytes(kFileNote, text);
}

std::string CoreBuilder::build() const {
  Elf64_Ehdr header{};
  std::memcpy(header.e_ident, ELFMAG, SELFMAG);
  header.e_ident[EI_CLASS] = ELFCLASS64;
  header.e_ident[EI_DATA] = ELFDATA2LSB;
  header.e_ident[EI_VERSION] = EV_CURRENT;
  header.e_type = ET_CORE;
  header.e_machine = machine_;
  header.e_version = EV_CURRENT;
  header.e_phoff = sizeof(header);
  header.e_ehsize = sizeof(header);
  header.e_phentsize = sizeof(Elf64_Phdr);
  header.e_phnum = static_cast<Elf64_Half>(segments_.size() + 1);
  const std::string notes = notes_ + (files_.empty() ? "" : file_note());
  std::vector<Segment> all{{PT_NOTE, 0, 0, notes, 0}};
  all.insert(all.end(), segments_.begin(), segments_.end());
  std::string headers = raw(header);
  std::string contents;
  const std::size_t begin = sizeof(header) + all.size() * sizeof(Elf64_Phdr);
  for (const Segment& segment : all) {
    Elf64_Phdr entry{};
    entry.p_type = segment.type;
    entry.p_flags = segment.flags;
    entry.p_offset = begin + contents.size();
    entry.p_vaddr = segment.begin;
    entry.p_filesz = segment.bytes.size();
    entry.p_memsz = segment.size;
    headers += raw(entry);
    contents += segment.bytes;
  }
  return headers + contents;
}

}  // namespace goknot::testing_support
