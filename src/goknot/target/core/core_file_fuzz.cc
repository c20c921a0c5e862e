// SPDX-License-Identifier: Apache-2.0
#include "goknot/target/core/core_images.h"
#include "goknot/target/core/core_memory.h"
#include "goknot/target/program.h"

#include <cstddef>
#include <cstdint>
#include <vector>

// Cores that may say anything: what is read lies within them, and nothing takes long.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace goknot::target;
  const std::span input(reinterpret_cast<const std::byte*>(data), size);
  const std::vector<std::byte> bytes(input.begin(), input.end());
  auto core = CoreFile::parse(bytes, "core");
  if (!core) return 0;
  CoreMemory memory(*std::move(core));
  for (const CoreImage& image : core_images(memory)) {
    if (auto file = ElfImage::parse(bytes, "file")) memory.fill(image.path, *std::move(file));
  }
  if (auto file = ElfImage::parse(bytes, "file")) memory.fill_moved("moved", *std::move(file), 64);
  std::vector<std::byte> into(256);
  for (const Region& region : memory.regions()) {
    memory.read_some(region.begin, into);
    memory.read_some(region.end - 8, into);
  }
  static_cast<void>(find_programs(memory, memory.core().image.architecture()));
  return 0;
}
