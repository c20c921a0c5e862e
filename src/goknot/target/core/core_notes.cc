// SPDX-License-Identifier: Apache-2.0
#include "goknot/target/core/core_notes.h"

#include "goknot/target/linux/elf_notes.h"
#include "goknot/target/linux/maps.h"

#include <elf.h>

#include <algorithm>
#include <csignal>
#include <cstring>
#include <utility>

namespace goknot::target {

namespace {

constexpr std::uint32_t kSignalInfo = 0x53494749;  // NT_SIGINFO
constexpr std::uint32_t kFiles = 0x46494c45;       // NT_FILE

// linux include/uapi/linux/elfcore.h: elf_prstatus, elf_prpsinfo; the same on both machines.
// Offsets in bytes; pr_reg is the last part but pr_fpvalid.
constexpr std::size_t kStatusSignal = 12;
constexpr std::size_t kStatusPid = 32;
constexpr std::size_t kStatusRegisters = 112;
constexpr std::size_t kInfoUser = 16;
constexpr std::size_t kInfoPid = 24;
constexpr std::size_t kInfoName = 40;
constexpr std::size_t kInfoCommand = 56;
constexpr std::size_t kInfoSize = 136;

// A text in a field of fixed size.
std::string text_in(std::span<const std::byte> bytes, std::size_t at, std::size_t size) {
  const std::string_view field = text_of(bytes.subspan(at, size));
  return std::string(field.substr(0, field.find('\0')));
}

// Takes the notes apart one by one.
class Parser {
 public:
  explicit Parser(Architecture architecture) : architecture_(architecture) {}

  void add(const ElfNote& note);
  CoreNotes finish() &&;

 private:
  void add_status(std::span<const std::byte> bytes);
  void add_info(std::span<const std::byte> bytes);
  void add_vector(std::span<const std::byte> bytes);
  void add_files(std::span<const std::byte> bytes);

  Architecture architecture_;
  CoreNotes notes_;
};

void Parser::add(const ElfNote& note) {
  switch (note.type) {
    case NT_PRSTATUS:
      return add_status(note.description);
    case NT_PRPSINFO:
      return add_info(note.description);
    case NT_AUXV:
      return add_vector(note.description);
    case kFiles:
      return add_files(note.description);
    case kSignalInfo:
      if (note.description.size() >= 4) notes_.signal = load<std::int32_t>(note.description, 0);
      return;
    default:
      return;
  }
}

// One note for each thread. The kernel writes the one that got the signal first.
void Parser::add_status(std::span<const std::byte> bytes) {
  if (bytes.size() < kStatusRegisters) return;
  auto registers = parse_registers(architecture_, bytes.subspan(kStatusRegisters));
  if (!registers) return;
  if (notes_.threads.empty() && notes_.signal == 0) {
    notes_.signal = load<std::int16_t>(bytes, kStatusSignal);
  }
  notes_.threads.push_back(
      {.tid = load<std::int32_t>(bytes, kStatusPid), .registers = *std::move(registers)});
}

void Parser::add_info(std::span<const std::byte> bytes) {
  if (bytes.size() < kInfoSize) return;
  notes_.user = load<std::uint32_t>(bytes, kInfoUser);
  notes_.pid = load<std::int32_t>(bytes, kInfoPid);
  notes_.name = text_in(bytes, kInfoName, 16);
  notes_.command = text_in(bytes, kInfoCommand, 80);
}

void Parser::add_vector(std::span<const std::byte> bytes) {
  for (std::size_t at = 0; at + 16 <= bytes.size(); at += 16) {
    if (load<std::uint64_t>(bytes, at) == AT_PHDR) notes_.headers = load<Address>(bytes, at + 8);
  }
}

// A count, the size of a page, so many times begin, end and offset in pages, then as many paths.
// Written by linux fs/binfmt_elf.c fill_files_note.
void Parser::add_files(std::span<const std::byte> bytes) {
  if (bytes.size() < 16) return;
  const auto count = load<std::uint64_t>(bytes, 0);
  const auto page = load<std::uint64_t>(bytes, 8);
  if (count > (bytes.size() - 16) / 24) return;
  std::string_view paths = text_of(bytes.subspan(16 + count * 24));
  for (std::uint64_t i = 0; i < count; ++i) {
    const std::size_t at = 16 + i * 24;
    const std::size_t end = paths.find('\0');
    if (end == std::string_view::npos) return;
    MappedPart part{.begin = load<Address>(bytes, at),
                    .end = load<Address>(bytes, at + 8),
                    .offset = load<std::uint64_t>(bytes, at + 16) * page,
                    .path = std::string(without_deleted(paths.substr(0, end)))};
    paths.remove_prefix(end + 1);
    if (part.begin < part.end) notes_.files.push_back(std::move(part));
  }
}

CoreNotes Parser::finish() && {
  std::ranges::stable_sort(notes_.files, {}, &MappedPart::begin);
  if (notes_.pid == 0 && !notes_.threads.empty()) notes_.pid = notes_.threads.front().tid;
  return std::move(notes_);
}

}  // namespace

CoreNotes parse_core_notes(Architecture architecture, std::span<const std::byte> notes) {
  Parser parser(architecture);
  while (const auto note = take_note(notes)) {
    if (note->name == "CORE") parser.add(*note);
  }
  return std::move(parser).finish();
}

std::string signal_name(int signal) {
  const char* name = ::sigabbrev_np(signal);
  return name != nullptr ? std::string("SIG") + name : "signal " + std::to_string(signal);
}

// A core of a program that went on (gcore, a debugger) names the signal by which it was held for
// that. The program did not end by it.
bool is_stop_signal(int signal) {
  return signal == SIGSTOP || signal == SIGTSTP || signal == SIGTRAP || signal == SIGINT ||
         signal == SIGCONT;
}

}  // namespace goknot::target
