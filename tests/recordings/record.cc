// SPDX-License-Identifier: Apache-2.0
// Records what is needed to read the goroutines of a running Go program: `record PID` writes the
// text of a recording (tests/support/recording.h) to standard output, `record --text PID` the
// goroutines it must be read as. `record --small FILE` writes a recording again, without the bytes
// that do not matter for that text.
#include "goknot/target/linux/process_memory.h"
#include "goknot/target/program.h"
#include "goknot/target/references.h"
#include "goknot/target/snapshot_reader.h"
#include "tests/support/recording.h"
#include "tests/support/traceback_text.h"

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>

namespace {

using goknot::target::Address;
using goknot::target::Architecture;
using goknot::target::Memory;
using goknot::testing_support::FakeMemory;
using goknot::testing_support::RecordingMemory;
constexpr Address kBlock = RecordingMemory::kBlock;

// All that must stay the same: the goroutines, and what is found on the way to them.
std::string outcome(const Memory& memory, Architecture architecture) {
  std::string text = goknot::testing_support::traceback_text(memory, architecture);
  const auto programs = goknot::target::find_programs(memory, architecture);
  if (!programs) return text;
  text += programs->front().build.version;
  for (const auto& table : programs->front().tables) {
    for (const Address address :
         references(memory, programs->front().layout, table, "runtime.allgadd")) {
      text += fmt::format(" {:x}", address);
    }
  }
  return text;
}

void write_regions(const Memory& memory) {
  fmt::print("goknot recording 1\n");
  for (const auto& region : memory.regions()) {
    const std::string path = region.path.starts_with('/') ? "/subject" : region.path;
    fmt::print("region {:x} {:x} {}{}{} {}\n", region.begin, region.end,
               region.readable ? 'r' : '-', region.writable ? 'w' : '-',
               region.executable ? 'x' : '-', path);
  }
}

// Writes blocks, those that follow each other in one piece and without the zeros around them.
template <typename Blocks>
void write_blocks(const Blocks& blocks) {
  std::string piece;
  Address begin = 0;
  const auto flush = [&] {
    if (!piece.empty()) fmt::print("bytes {:x} {:x}\n", begin, piece.size());
    std::fwrite(piece.data(), 1, piece.size(), stdout);
    if (!piece.empty()) fmt::print("\n");
    piece.clear();
  };
  for (const auto& [number, block] : blocks) {
    const std::string_view bytes(reinterpret_cast<const char*>(block.data()), block.size());
    if (bytes.find_first_not_of('\0') == std::string_view::npos) continue;
    if (begin + piece.size() != number * kBlock) flush();
    if (piece.empty()) begin = number * kBlock;
    piece += bytes;
  }
  flush();
}

void record(pid_t pid, Architecture architecture) {
  const auto memory = goknot::target::open_process_memory(pid);
  if (!memory) std::exit(1);
  const RecordingMemory recorder(**memory);
  outcome(recorder, architecture);
  write_regions(recorder);
  write_blocks(recorder.blocks());
}

// Takes away what does not matter, in ever smaller pieces.
class Shrinker {
 public:
  using Blocks = std::map<Address, std::array<std::byte, kBlock>>;

  Shrinker(FakeMemory& memory, Architecture architecture)
      : memory_(memory), architecture_(architecture), wanted_(outcome(memory, architecture)) {
    for (const auto& region : memory.regions()) collect(region.begin, region.end);
  }

  const Blocks& shrink() {
    std::vector<Address> all;
    for (const auto& block : blocks_) all.push_back(block.first);
    drop(all);
    return blocks_;
  }

 private:
  void collect(Address begin, Address end) {
    if (end - begin > Address{1} << 28U) return;
    for (Address at = begin; at < end; at += kBlock) {
      std::array<std::byte, kBlock> block{};
      memory_.read_some(at, block);
      if (std::ranges::any_of(block, [](std::byte b) { return b != std::byte{0}; })) {
        blocks_[at / kBlock] = block;
      }
    }
  }
  void put(std::span<const Address> numbers, bool there) {
    const std::array<std::byte, kBlock> zeros{};
    for (const Address number : numbers)
      memory_.put(number * kBlock, there ? blocks_[number] : zeros);
  }
  void drop(std::span<const Address> numbers) {
    if (numbers.empty()) return;
    put(numbers, false);
    if (outcome(memory_, architecture_) == wanted_) {
      for (const Address number : numbers) blocks_.erase(number);
      return;
    }
    put(numbers, true);
    if (numbers.size() == 1) return;
    drop(numbers.first(numbers.size() / 2));
    drop(numbers.subspan(numbers.size() / 2));
  }

  FakeMemory& memory_;
  Architecture architecture_;
  std::string wanted_;
  Blocks blocks_;
};

void shrink(const char* path, Architecture architecture) {
  std::ifstream file(path, std::ios::binary);
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  const auto memory = goknot::testing_support::parse_recording(text);
  Shrinker shrinker(*memory, architecture);
  const auto& blocks = shrinker.shrink();
  write_regions(*memory);
  write_blocks(blocks);
}

}  // namespace

int main(int argc, char** argv) {
  const std::string_view way = argc > 2 ? argv[1] : "";
  const Architecture architecture =
      std::getenv("ARM64") != nullptr ? Architecture::arm64 : Architecture::amd64;
  if (way == "--small") {
    shrink(argv[2], architecture);
  } else if (way == "--text") {
    const auto memory = goknot::target::open_process_memory(std::atoi(argv[2]));
    if (memory) fmt::print("{}", goknot::testing_support::traceback_text(**memory, architecture));
  } else if (argc == 2) {
    record(std::atoi(argv[1]), architecture);
  } else {
    fmt::print(stderr, "usage: record [--text] PID, record --small FILE\n");
    return 2;
  }
  return 0;
}
