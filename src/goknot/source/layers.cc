// SPDX-License-Identifier: Apache-2.0
#include "goknot/source/layers.h"

#include "goknot/source/layers_survey.h"

#include <algorithm>
#include <iterator>

namespace goknot::source {
namespace {

constexpr int kMostLayers = 16;  // around one text

using Peel = std::optional<Peeled> (*)(const Survey&);

constexpr Peel kLayers[] = {
#define LAYER(name) peel_##name,
#include "goknot/source/layers.def"
#undef LAYER
};

// Whether the beginning has control characters that no text has.
bool looks_binary(std::string_view text) {
  constexpr std::string_view kTextControls = "\t\n\r\f\b\a\x1b";
  return std::ranges::any_of(text.substr(0, 1024), [&](char c) {
    return c >= 0 && c < ' ' && kTextControls.find(c) == kTextControls.npos;
  });
}

// The outermost layer taken off; none if nothing is around the text any more.
std::optional<Peeled> peel(const Survey& seen) {
  const bool is_text = !seen.headers.empty() || !looks_binary(seen.text);
  for (const Peel layer : kLayers) {
    if (!is_text && layer != peel_utf16) continue;
    auto peeled = layer(seen);
    if (!peeled) continue;
    // What costs the dump was no layer.
    if (2 * survey(peeled->text).headers.size() >= seen.headers.size()) return peeled;
  }
  return std::nullopt;
}

}  // namespace

Clean clean(std::string_view bytes) {
  Clean clean;
  for (int i = 0; i < kMostLayers; ++i) {
    auto peeled = peel(survey(clean.text ? std::string_view(*clean.text) : bytes));
    if (!peeled) break;
    clean.text = std::move(peeled->text);
    clean.layers.push_back(std::move(peeled->name));
    std::ranges::move(peeled->gaps, std::back_inserter(clean.gaps));
  }
  return clean;
}

}  // namespace goknot::source
