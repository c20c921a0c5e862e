// SPDX-License-Identifier: Apache-2.0
#include "goknot/target/build_info.h"

#include <cstdlib>
#include <vector>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto whole = std::as_bytes(std::span(data, size));
  const std::vector<std::byte> bytes(whole.begin(), whole.end());
  const auto strings = [](goknot::target::Address address) -> std::optional<std::string> {
    return std::string(address % 64, '\n');
  };
  const auto at = goknot::target::find_build_info(bytes);
  const auto info =
      goknot::target::parse_build_info(std::span(bytes).subspan(at.value_or(0)), strings);
  if (info && info->version.empty()) std::abort();
  return 0;
}
