// SPDX-License-Identifier: Apache-2.0
// Most lines of a dump stand in it many times. Two lines that were read before are recognised here
// by their bytes, for the price of a hash of the function's name and two comparisons.
#pragma once

#include "goknot/model/snapshot.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace goknot::source {

// What two lines of a stack are.
enum class PlaceKind : std::uint8_t {
  call,     // "main.f(0x1)"
  inlined,  // "main.f(...)"
  creator,  // "created by main.f in goroutine 7"
};

// The first of two lines, split into what is the same each time and what is not.
struct PlaceHead {
  std::string_view head;            // "main.f(", "main.f(...)\n", "created by main.f"
  std::string_view arguments = {};  // of a call
  std::size_t end = 0;              // where the second line begins
  std::int64_t parent = -1;         // of a creator
  PlaceKind kind = PlaceKind::call;
};

// Splits the line at `at`; none if Go would not print it so.
std::optional<PlaceHead> split_place_head(std::string_view text, std::size_t at);

// Two lines of a stack as Go prints them, however they are indented.
struct CleanLines {
  PlaceHead head;
  std::string_view function_line, file_line;  // without their line ends
  std::string_view fixed_file;  // "\t/src/a.go:12 +0x1d\n", or up to and with " fp=0x"
};

// Splits the two lines at `at`; none if they are anything else.
std::optional<CleanLines> split_clean_lines(std::string_view text, std::size_t at);

// The places of one snapshot, found by their text.
class KnownPlaces {
 public:
  // Two lines that were recognised.
  struct Match {
    FrameId frame;
    PlaceHead head;
    std::size_t end = 0;  // where the next line begins
  };

  // `text` is what positions refer to; it outlives this.
  explicit KnownPlaces(std::string_view text);

  // The place whose two lines stand at `at`; none if they are new or not clean.
  std::optional<Match> find(std::size_t at) const;
  // Remembers two lines that are `frame`. They must not be known.
  void add(const CleanLines& lines, FrameId frame);

 private:
  // What stands before the text of a place in records_; the text is the head, then the file line.
  struct Record {
    FrameId frame;
    std::uint32_t head_size = 0, file_size = 0;
    std::uint32_t has_registers = 0;  // 1: the file line goes on behind " fp=0x"
  };
  // Open addressing by the hash of the head.
  struct Slot {
    std::uint32_t hash = 0;
    std::uint32_t record = 0;  // where in records_; 0: empty
  };

  std::size_t end_of(const Record& record, const char* file_text, std::size_t at) const;
  void grow();

  std::string_view text_;
  std::string records_;
  std::vector<Slot> slots_;  // a power of two of them, at most half full
  std::size_t size_ = 0;
};

}  // namespace goknot::source
