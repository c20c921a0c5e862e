// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "goknot/source/layers_survey.h"

#include <optional>
#include <string>
#include <string_view>

namespace goknot::testing_support {

using Peel = std::optional<source::Peeled> (*)(const source::Survey&);

// What a layer leaves of a text; "as it is" if it is not there.
inline std::string peeled(Peel peel, std::string_view text) {
  const auto found = peel(source::survey(text));
  return found ? found->text : "as it is";
}

}  // namespace goknot::testing_support
