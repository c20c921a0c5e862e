// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <string>
#include <string_view>

namespace goknot::app {

// The candidate that somebody who wrote `word` most likely meant: at most a third of its letters,
// and no more than three, were mistyped, left out or added. Empty: none.
std::string_view nearest(std::string_view word, std::span<const std::string_view> candidates);

// "did you mean NAME?" with that candidate, or an empty text.
std::string did_you_mean(std::string_view word, std::span<const std::string_view> candidates);

}  // namespace goknot::app
