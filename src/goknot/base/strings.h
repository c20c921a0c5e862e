// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "goknot/base/id.h"

#include <absl/container/flat_hash_map.h>

#include <cstddef>
#include <memory>
#include <string_view>
#include <vector>

namespace goknot {

// Text kept once however often it is met. Views it hands out live as long as it does; it may be
// moved.
class Strings {
 public:
  struct Text;  // what an id numbers
  using StringId = Id<Text>;

  Strings();

  // The number of `text`, new or known. The empty text is always number 0.
  StringId add(std::string_view text);
  // The number of `text` if it is known, else none.
  StringId find(std::string_view text) const;
  // The text of a number; empty for none.
  std::string_view operator[](StringId id) const {
    return id ? texts_[id.index()] : std::string_view();
  }
  // How many different texts there are.
  std::size_t size() const { return texts_.size(); }

 private:
  std::string_view keep(std::string_view text);

  std::vector<std::string_view> texts_;
  std::vector<std::unique_ptr<char[]>> blocks_;
  std::size_t room_ = 0;
  char* next_ = nullptr;
  absl::flat_hash_map<std::string_view, StringId> numbers_;
};

using StringId = Strings::StringId;

}  // namespace goknot
