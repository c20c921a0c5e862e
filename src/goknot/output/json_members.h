// SPDX-License-Identifier: Apache-2.0
// Sets members of JSON objects that are only there if they say something.
#pragma once

#include "goknot/base/json.h"

#include <optional>
#include <string_view>

namespace goknot::output {

// Sets a member unless the value is the usual one.
template <typename Value>
void set_unless(Json& json, std::string_view key, const Value& value, const Value& usual) {
  if (value != usual) json.set(key, value);
}

// Sets a member if there is a value.
template <typename Value>
void set_if(Json& json, std::string_view key, const std::optional<Value>& value) {
  if (value) json.set(key, *value);
}

// Sets a member unless the text is empty.
inline void set_text(Json& json, std::string_view key, std::string_view value) {
  if (!value.empty()) json.set(key, value);
}

}  // namespace goknot::output
