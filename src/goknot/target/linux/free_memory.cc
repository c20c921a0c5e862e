// SPDX-License-Identifier: Apache-2.0
#include "goknot/target/linux/free_memory.h"

#include "goknot/target/linux/proc_file.h"

namespace goknot::target {

// linux Documentation/filesystems/proc.rst: "MemAvailable:   123456 kB".
std::uint64_t free_memory(const System& system) {
  constexpr std::uint64_t kUnknown = std::uint64_t{4} << 30U;
  const auto text = read_proc_file(system.proc + "/meminfo");
  if (!text) return kUnknown;
  std::string_view value = value_of_line(*text, "MemAvailable");
  const auto kilobytes = parse_number(take_word(value));
  return kilobytes ? *kilobytes << 10U : kUnknown;
}

}  // namespace goknot::target
