// SPDX-License-Identifier: Apache-2.0
// The memory of a real program, recorded: what was read of it, and zeros elsewhere.
//
// A recording is a gzip stream of
//   goknot recording 1
//   region <begin> <end> <rwx or -> <path>     one line for each mapping, by address
//   bytes <begin> <size>                       and behind the line feed, these bytes and another
//   one
// with addresses and sizes in hexadecimal.
#pragma once

#include "goknot/base/result.h"
#include "goknot/source/inflate.h"
#include "goknot/target/module.h"
#include "tests/support/fake_memory.h"
#include "tests/support/source_folder.h"

#include <fmt/format.h>

#include <charconv>
#include <fstream>
#include <iterator>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>

namespace goknot::testing_support {

// Reads on behalf of others and remembers, in small blocks, what was there.
class RecordingMemory : public target::Memory {
 public:
  static constexpr target::Address kBlock = 64;

  // `memory` must outlive it.
  explicit RecordingMemory(const target::Memory& memory) : memory_(memory) {}

  std::size_t read_some(target::Address address, std::span<std::byte> into) const override {
    const std::size_t count = memory_.read_some(address, into);
    remember(address, into.first(count));
    return count;
  }
  void read_all(std::span<target::Piece> pieces) const override {
    memory_.read_all(pieces);
    for (const target::Piece& piece : pieces) {
      if (piece.read) remember(piece.address, piece.into);
    }
  }
  std::span<const target::Region> regions() const override { return memory_.regions(); }

  // What was read last of every block, by address / kBlock; bytes never read are zero.
  const std::map<target::Address, std::array<std::byte, kBlock>>& blocks() const { return blocks_; }

 private:
  void remember(target::Address address, std::span<const std::byte> bytes) const {
    const std::lock_guard lock(mutex_);
    for (std::size_t i = 0; i < bytes.size();) {
      const target::Address at = address + i;
      const std::size_t size = std::min<std::size_t>(kBlock - at % kBlock, bytes.size() - i);
      std::ranges::copy(bytes.subspan(i, size),
                        blocks_[at / kBlock].begin() + static_cast<std::ptrdiff_t>(at % kBlock));
      i += size;
    }
  }

  const target::Memory& memory_;
  mutable std::mutex mutex_;
  mutable std::map<target::Address, std::array<std::byte, kBlock>> blocks_;
};

namespace recording {

// Takes the text of a recording apart, line by line.
class Reader {
 public:
  explicit Reader(std::string_view text) : rest_(text) {}

  // The next word of the line; empty at its end.
  std::string_view word() { return take(rest_.find_first_of(" \n")); }
  std::string_view line() { return take(rest_.find('\n')); }
  target::Address number() {
    const std::string_view digits = word();
    target::Address value = 0;
    std::from_chars(digits.data(), digits.data() + digits.size(), value, 16);
    return value;
  }
  std::string_view bytes(std::size_t size) {
    const std::string_view taken = rest_.substr(0, size);
    rest_.remove_prefix(std::min(size + 1, rest_.size()));
    return taken;
  }
  bool at_end() const { return rest_.empty(); }

 private:
  std::string_view take(std::size_t size) { return bytes(std::min(size, rest_.size())); }

  std::string_view rest_;
};

}  // namespace recording

// The memory that was recorded, from the unpacked text of a recording.
inline std::unique_ptr<FakeMemory> parse_recording(std::string_view text) {
  auto memory = std::make_unique<FakeMemory>();
  recording::Reader reader(text);
  GOKNOT_ASSERT(reader.line() == "goknot recording 1");
  while (!reader.at_end()) {
    const std::string_view kind = reader.word();
    const target::Address begin = reader.number();
    const target::Address number = reader.number();
    if (kind == "bytes") {
      memory->put(begin, reader.bytes(number));
      continue;
    }
    const std::string_view rights = reader.word();
    memory->map({.begin = begin,
                 .end = number,
                 .readable = rights.contains('r'),
                 .writable = rights.contains('w'),
                 .executable = rights.contains('x'),
                 .path = std::string(reader.line())});
  }
  return memory;
}

// Where the bytes of a recording lie.
inline std::vector<target::Range> recorded_pieces(std::string_view text) {
  std::vector<target::Range> pieces;
  recording::Reader reader(text);
  reader.line();
  while (!reader.at_end()) {
    const bool bytes = reader.word() == "bytes";
    const target::Address begin = reader.number();
    if (!bytes) {
      reader.line();
      continue;
    }
    const target::Address size = reader.number();
    reader.bytes(size);
    pieces.push_back({begin, begin + size});
  }
  return pieces;
}

// The unpacked text of a file of tests/data/recordings: "go1.27".
inline std::string recording_text(const std::string& name) {
  std::ifstream file(source_path("tests/data/recordings/" + name + ".gz"), std::ios::binary);
  const std::string packed{std::istreambuf_iterator<char>(file), {}};
  source::Allowance allowance({}, packed.size());
  const auto expanded = source::inflate_gzip(packed, allowance);
  GOKNOT_ASSERT(expanded.has_value());
  return std::string(expanded->bytes.view());
}

// A recorded program: read_recording("go1.27").
inline std::unique_ptr<FakeMemory> read_recording(const std::string& name) {
  return parse_recording(recording_text(name));
}

}  // namespace goknot::testing_support
