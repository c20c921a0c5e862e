// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "goknot/target/core/core_file.h"
#include "goknot/target/memory.h"

#include <cstddef>
#include <span>
#include <string>
#include <vector>

namespace goknot::target {

// The memory that a core holds, completed from the files that were mapped: the kernel leaves out
// what can be had from them. What is neither here nor there cannot be read.
// Two layers of bytes: those of the core, which may have been written to since they were mapped,
// and below them those of the files. Three lists describe it: mappings_ as they were; extents_, the
// bytes that are known; and regions_, what others see: mappings cut so that each piece is known
// whole or not at all.
class CoreMemory final : public Memory {
 public:
  explicit CoreMemory(CoreFile core);

  std::size_t read_some(Address address, std::span<std::byte> into) const override;
  void read_all(std::span<Piece> pieces) const override;
  // The mappings, cut where what is known of them begins and ends; the rest is not readable.
  std::span<const Region> regions() const override { return regions_; }

  // Takes what the core lacks of the mappings of `path` out of this file. Returns how many bytes.
  std::uint64_t fill(const std::string& path, ElfImage file);
  // The same for a core that does not say which files were mapped: `moved` is how far the file was
  // moved when it was loaded.
  std::uint64_t fill_moved(const std::string& path, ElfImage file, Address moved);

  const CoreFile& core() const { return core_; }

 private:
  // Bytes that are known, wherever they lie.
  struct Extent {
    Address begin = 0;
    std::span<const std::byte> bytes;

    Address end() const { return begin + bytes.size(); }
  };

  void add_segments();
  void add_files();
  std::uint64_t add_missing(const Region& region, std::span<const std::byte> bytes,
                            std::vector<Extent>& added) const;
  void cut_regions();
  const Extent* extent_of(Address address) const;

  CoreFile core_;
  std::vector<ElfImage> files_;
  std::vector<Region> mappings_;  // as they were, by address, none within another
  std::vector<Extent> extents_;   // by address, none within another
  std::vector<Region> regions_;
};

}  // namespace goknot::target
