// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace goknot::source {

enum class ContainerKind : std::uint8_t { stream, archive };

// Something a dump may be packed in.
struct Container {
  std::string_view name;     // "gzip", as in Origin::wrapped_in
  std::string_view summary;  // for `goknot formats`
  ContainerKind kind = ContainerKind::stream;
  std::size_t offset = 0;  // where its mark stands …
  std::string_view mark;   // … and what it is
};

// All containers that are unpacked, in the order they are tried.
std::span<const Container> containers();

// The container that these bytes are, or none.
const Container* find_container(std::string_view bytes);

// Whether a name of Origin::wrapped_in is an archive's.
bool is_archive(std::string_view name);

}  // namespace goknot::source
