// SPDX-License-Identifier: Apache-2.0
#include "goknot/target/linux/global_names.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <string>

namespace goknot::target {

namespace {

// How far the file was moved when it was loaded; none if it is not the file that lies there.
std::optional<Address> moved_by(const ElfImage& file, const Memory& memory, Address code) {
  const Region* region = memory.region_of(code);
  if (region == nullptr) return std::nullopt;
  const std::uint64_t offset = region->offset + (code - region->begin);
  for (const ElfSegment& segment : file.segments()) {
    if (!segment.is_loaded() || offset < segment.offset) continue;
    if (offset - segment.offset >= segment.file_size) continue;
    return code - (segment.address + (offset - segment.offset));
  }
  return std::nullopt;
}

// Whether a person gave a variable its name. The linker's and the compiler's have two dots
// ("main..stmp_0"), a colon ("go:buildid") or no package.
bool is_given(std::string_view name) {
  return name.contains('.') && !name.contains("..") && !name.contains(':');
}

bool may_be_global(const Snapshot& snapshot, const WaitObject& object) {
  return object.address && object.identity == Identity::exact &&
         object.kind != ObjectKind::channel && snapshot.strings[object.name].empty();
}

}  // namespace

void name_globals(const ElfImage& file, const Memory& memory, Address code, Snapshot& snapshot) {
  const auto moved = moved_by(file, memory, code);
  const bool any = std::ranges::any_of(
      snapshot.objects, [&](const WaitObject& object) { return may_be_global(snapshot, object); });
  if (!moved || !any) return;
  const ElfVariables variables = file.variables();
  if (variables.empty()) return;
  for (WaitObject& object : snapshot.objects) {
    if (!may_be_global(snapshot, object)) continue;
    const Address address = *object.address - *moved;
    const ElfVariable* variable = variables.at(address);
    if (variable == nullptr || !is_given(variable->name)) continue;
    std::string name(variable->name);
    if (address != variable->address) name += fmt::format("+{:#x}", address - variable->address);
    object.name = snapshot.strings.add(name);
  }
}

}  // namespace goknot::target
