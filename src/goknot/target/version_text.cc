// SPDX-License-Identifier: Apache-2.0
#include "goknot/target/version_text.h"

#include "goknot/target/go_version.h"

#include <algorithm>
#include <array>
#include <span>
#include <string_view>
#include <vector>

namespace goknot::target {

namespace {

constexpr std::size_t kWord = 8;
constexpr std::uint64_t kMostData = std::uint64_t{16}
                                    << 20U;  // bytes of variables that are searched
constexpr std::uint64_t kShortest = 5;       // "go1.9"
constexpr std::uint64_t kLongest = 12;       // "go1.12beta10"
constexpr std::size_t kMostTexts = 100'000;

struct Text {
  Address address = 0;
  std::uint64_t size = 0;
  std::array<char, kLongest> bytes{};
};

// The texts that may be it, by their headers (address, length) in a range of variables.
void add_texts(const Memory& memory, const Module& module, Range range, std::vector<Text>& texts) {
  std::vector<std::byte> bytes(std::min(range.size(), kMostData));
  bytes.resize(memory.read_some(range.begin, bytes));
  for (std::size_t at = 0; at + 2 * kWord <= bytes.size() && texts.size() < kMostTexts;
       at += kWord) {
    const auto address = load<Address>(bytes, at);
    const auto size = load<std::uint64_t>(bytes, at + kWord);
    // Read-only data lies between code and variables.
    const bool fits = address >= module.code.begin && address < range.begin && size >= kShortest &&
                      size <= kLongest;
    if (fits) texts.push_back({.address = address, .size = size});
  }
}

bool is_version(std::string_view text) {
  constexpr std::string_view kAllowed = "go1234567890.rcbeta";
  return parse_go_version(text) && text.find_first_not_of(kAllowed) == std::string_view::npos;
}

}  // namespace

std::string find_version_text(const Memory& memory, const Module& module) {
  std::vector<Text> texts;
  for (const Range& range : {module.noptrdata, module.data}) {
    add_texts(memory, module, range, texts);
  }
  std::vector<Piece> pieces;
  for (Text& text : texts) {
    pieces.push_back(
        {text.address, std::as_writable_bytes(std::span(text.bytes).first(text.size))});
  }
  memory.read_all(pieces);
  std::string found;
  for (std::size_t i = 0; i < texts.size(); ++i) {
    const std::string_view text(texts[i].bytes.data(), texts[i].size);
    if (!pieces[i].read || !is_version(text) || text == found) continue;
    if (!found.empty()) return {};
    found = text;
  }
  return found;
}

}  // namespace goknot::target
