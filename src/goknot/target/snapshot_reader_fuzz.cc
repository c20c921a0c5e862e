// SPDX-License-Identifier: Apache-2.0
// Reads the recorded memory of a real program after changes anywhere in it. The first byte chooses
// the release, then each six bytes are one change: what to do, where among the recorded bytes (four
// bytes), and a value.
#include "goknot/target/program.h"
#include "goknot/target/snapshot_reader.h"
#include "tests/support/recording.h"

#include <array>
#include <cstdlib>
#include <vector>

namespace {

using goknot::target::Address;
using goknot::testing_support::FakeMemory;

constexpr std::size_t kMostChanges = 64;
constexpr std::array<const char*, 5> kReleases{"go1.27", "go1.23", "go1.18", "go1.16", "go1.13"};

// A recording and where its bytes lie.
struct Recording {
  explicit Recording(const char* release)
      : text(goknot::testing_support::recording_text(release)),
        pieces(goknot::testing_support::recorded_pieces(text)) {
    for (const auto& piece : pieces) total += piece.size();
  }

  // The address of the byte with a number.
  Address address(std::uint32_t number) const {
    std::uint64_t left = number % total;
    for (const auto& piece : pieces) {
      if (left < piece.size()) return piece.begin + left;
      left -= piece.size();
    }
    return 0;
  }

  std::string text;
  std::vector<goknot::target::Range> pieces;
  std::uint64_t total = 0;
};

const Recording& recording(std::size_t number) {
  static const std::vector<Recording> all(kReleases.begin(), kReleases.end());
  return all[number % all.size()];
}

// Writes a word as an attacker would choose it.
void put_word(FakeMemory& memory, Address at, const Recording& from, std::uint8_t value) {
  at &= ~Address{7};
  const std::array<Address, 8> words{0,
                                     ~Address{0},
                                     at,
                                     at + 8,
                                     Address{1} << (value >> 3U & 31U),
                                     from.address(value * 997U) & ~Address{7},
                                     ~Address{0} << (value >> 3U & 31U),
                                     memory.read<Address>(at).value_or(0) + value};
  memory.put(at, words[value % words.size()]);
}

void change(FakeMemory& memory, const Recording& from, const std::uint8_t* data) {
  std::uint32_t number = 0;
  std::memcpy(&number, data + 1, sizeof(number));
  const Address at = from.address(number);
  const std::uint8_t value = data[5];
  switch (data[0] % 4) {
    case 0:
      memory.byte(at) = std::byte{value};
      break;
    case 1:
      memory.byte(at) ^= std::byte{1} << (value & 7U);
      break;
    case 2:
      put_word(memory, at, from, value);
      break;
    default:
      memory.lose(at, at + 1 + value);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const Recording& from = recording(size == 0 ? 0 : data[0]);
  const auto memory = goknot::testing_support::parse_recording(from.text);
  for (std::size_t i = 0; i < kMostChanges && 1 + (i + 1) * 6 <= size; ++i) {
    change(*memory, from, data + 1 + i * 6);
  }
  const auto programs = goknot::target::find_programs(*memory, goknot::target::Architecture::amd64);
  if (!programs) return 0;
  for (const auto& program : *programs) {
    const auto reading = goknot::target::read_snapshot(*memory, program);
    if (!reading) continue;
    const goknot::Snapshot& snapshot = reading->series.snapshots.front();
    if (reading->marks.size() != snapshot.goroutines.size()) std::abort();
    if (!snapshot.origin.complete && snapshot.gaps.empty()) std::abort();
  }
  return 0;
}
