// SPDX-License-Identifier: Apache-2.0
#include "goknot/base/strings.h"

#include <algorithm>
#include <cstring>

namespace goknot {

namespace {
constexpr std::size_t kBlock = std::size_t{64} << 10U;
}  // namespace

Strings::Strings() { add(""); }

StringId Strings::add(std::string_view text) {
  if (const StringId known = find(text)) return known;
  const StringId id(texts_.size());
  texts_.push_back(keep(text));
  numbers_.emplace(texts_.back(), id);
  return id;
}

StringId Strings::find(std::string_view text) const {
  const auto found = numbers_.find(text);
  return found == numbers_.end() ? StringId() : found->second;
}

// Texts lie in blocks that are never moved, so views into them stay valid; a text longer than a
// block gets one of its own.
std::string_view Strings::keep(std::string_view text) {
  if (text.empty()) return {};
  if (text.size() > room_) {
    room_ = std::max(kBlock, text.size());
    blocks_.push_back(std::make_unique_for_overwrite<char[]>(room_));
    next_ = blocks_.back().get();
  }
  std::memcpy(next_, text.data(), text.size());
  const std::string_view kept(next_, text.size());
  next_ += text.size();
  room_ -= text.size();
  return kept;
}

}  // namespace goknot
