// SPDX-License-Identifier: Apache-2.0
#include "goknot/source/containers.h"

#include <algorithm>
#include <string_view>

namespace goknot::source {

namespace {

using std::string_view_literals::operator""sv;

constexpr Container kContainers[] = {
#define STREAM(name, summary, offset, mark) \
  {#name, summary, ContainerKind::stream, offset, mark##sv},
#define ARCHIVE(name, summary, offset, mark) \
  {#name, summary, ContainerKind::archive, offset, mark##sv},
#include "goknot/source/containers.def"
#undef STREAM
#undef ARCHIVE
};

bool is(const Container& container, std::string_view bytes) {
  return bytes.size() >= container.offset &&
         bytes.substr(container.offset).starts_with(container.mark);
}

}  // namespace

std::span<const Container> containers() { return kContainers; }

const Container* find_container(std::string_view bytes) {
  for (const Container& container : kContainers) {
    if (is(container, bytes)) return &container;
  }
  return nullptr;
}

bool is_archive(std::string_view name) {
  return std::ranges::any_of(kContainers, [name](const Container& container) {
    return container.name == name && container.kind == ContainerKind::archive;
  });
}

}  // namespace goknot::source
