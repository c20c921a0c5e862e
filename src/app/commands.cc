// SPDX-License-Identifier: Apache-2.0
#include "app/command.h"

#include <algorithm>

namespace goknot::app {

namespace {

constexpr const Command* kCommands[] = {
#define COMMAND(name) &name##_command,
#include "app/commands.def"
#undef COMMAND
};

}  // namespace

std::string_view Args::value(std::string_view flag, std::string_view otherwise) const {
  const auto found = flags_.find(flag);
  return found == flags_.end() ? otherwise : std::string_view(found->second.back());
}

std::span<const std::string> Args::values(std::string_view flag) const {
  const auto found = flags_.find(flag);
  if (found == flags_.end()) return {};
  return found->second;
}

std::span<const Command* const> commands() { return kCommands; }

const Command* find_command(std::string_view name) {
  const auto* const found = std::ranges::find(kCommands, name, &Command::name);
  return found == std::end(kCommands) ? nullptr : *found;
}

}  // namespace goknot::app
