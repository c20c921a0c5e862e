// SPDX-License-Identifier: Apache-2.0
// print_layout VERSION amd64|arm64: what goknot believes of a release of Go, a line for each fact:
// "g sched_pc 64", "wait_reason 42 chan receive (durable)", "func_id 8 goexit". Absent is -1.
#include "goknot/target/layouts/layout.h"

#include <fmt/format.h>

#include <cstdint>
#include <cstdlib>
#include <optional>
#include <string_view>

namespace goknot::target {
namespace {

void print_offsets(const Layout& layout) {
#define STRUCT(Type, name)
#define FIELD(name, field, runs) fmt::print("{} {} {}\n", #name, #field, layout.name.field);
#define ARM64(name, field, runs)
#define END(name)
#include "goknot/target/layouts/structures.def"
#undef STRUCT
#undef FIELD
#undef ARM64
#undef END
}

std::string_view func_id_name(FuncId id) {
  constexpr std::string_view kNames[] = {
      "normal",
#define FUNC_ID(name, runs) #name,
#include "goknot/target/layouts/func_id.def"
#undef FUNC_ID
  };
  return kNames[static_cast<std::size_t>(id)];
}

void print_numbers(const Layout& layout) {
  for (int number = 0; number < 256; ++number) {
    const auto byte = static_cast<std::uint8_t>(number);
    if (const Parked parked = layout.wait_reason(byte); parked != Parked{}) {
      fmt::print("wait_reason {} {}{}\n", number, wait_reason_text(parked.reason),
                 parked.durable ? " (durable)" : "");
    }
    if (const FuncId id = layout.func_id(byte); id != FuncId::normal) {
      fmt::print("func_id {} {}\n", number, func_id_name(id));
    }
  }
}

int run(std::string_view version, std::string_view arch) {
  const std::optional<GoVersion> parsed = parse_go_version(version);
  const Result<Layout> layout =
      layout_of(parsed.value_or(GoVersion{}),
                arch == goarch(Architecture::arm64) ? Architecture::arm64 : Architecture::amd64);
  if (!layout) {
    fmt::print(stderr, "print_layout: {}\n", layout.error().message);
    return EXIT_FAILURE;
  }
  fmt::print("exact {}\n", layout->exact());
  print_offsets(*layout);
  print_numbers(*layout);
  return EXIT_SUCCESS;
}

}  // namespace
}  // namespace goknot::target

int main(int argc, char** argv) {
  if (argc != 3) {
    fmt::print(stderr, "usage: print_layout VERSION amd64|arm64\n");
    return EXIT_FAILURE;
  }
  return goknot::target::run(argv[1], argv[2]);
}
