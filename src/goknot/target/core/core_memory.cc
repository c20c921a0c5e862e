// SPDX-License-Identifier: Apache-2.0
#include "goknot/target/core/core_memory.h"

#include <elf.h>

#include <algorithm>
#include <cstring>
#include <utility>

namespace goknot::target {

namespace {

constexpr Address kPage = 4096;
constexpr Address kMostAddress = Address{1} << 57U;  // of programs, on all machines
constexpr std::uint64_t kMostUses = 4;  // a file is mapped once, piece by piece, or little more

// The part of a file that was mapped at an address, null if none was.
const MappedPart* part_at(std::span<const MappedPart> files, Address address) {
  const auto after = std::ranges::upper_bound(files, address, {}, &MappedPart::begin);
  if (after == files.begin()) return nullptr;
  const MappedPart& part = *std::prev(after);
  return address < part.end ? &part : nullptr;
}

// Whether the part of a file that begins at an offset is mapped as code.
bool holds_code(const ElfImage& file, std::uint64_t offset) {
  return std::ranges::any_of(file.segments(), [offset](const ElfSegment& segment) {
    const std::uint64_t skipped = segment.offset % kPage;
    const std::uint64_t begin = segment.offset - skipped;
    return segment.is_loaded() && (segment.flags & PF_X) != 0 && begin <= offset &&
           offset - begin < segment.file_size + skipped;
  });
}

// What of [begin, end) is behind `from`; empty if nothing is.
Region behind(const Region& region, Address from) {
  Region rest = region;
  rest.begin = std::min(std::max(region.begin, from), region.end);
  rest.offset += rest.begin - region.begin;
  return rest;
}

}  // namespace

CoreMemory::CoreMemory(CoreFile core) : core_(std::move(core)) {
  add_segments();
  add_files();
  cut_regions();
}

// What the core itself says. A segment that lies over an earlier one loses that part, and bytes of
// the file are used once: whoever says otherwise wants us to look at more than there is.
void CoreMemory::add_segments() {
  std::vector<ElfSegment> segments;
  std::ranges::copy_if(core_.image.segments(), std::back_inserter(segments),
                       &ElfSegment::is_loaded);
  std::ranges::stable_sort(segments, {}, &ElfSegment::address);
  std::uint64_t allowed = core_.image.bytes().size();
  Address end = 0;
  for (const ElfSegment& segment : segments) {
    const std::uint64_t size = std::max(segment.memory_size, segment.file_size);
    if (segment.address < end || size == 0 || size > kMostAddress) continue;
    if (segment.address > kMostAddress - size) continue;
    if (segment.flags == 0 && segment.file_size == 0) continue;  // reserved, nothing is there
    end = segment.address + size;
    Region region{.begin = segment.address,
                  .end = end,
                  .readable = (segment.flags & PF_R) != 0,
                  .writable = segment.is_writable(),
                  .executable = (segment.flags & PF_X) != 0,
                  .path = {}};
    if (const MappedPart* part = part_at(core_.notes.files, region.begin)) {
      region.path = part->path;
      region.offset = part->offset + (region.begin - part->begin);
    }
    mappings_.push_back(std::move(region));
    const auto bytes = core_.image.bytes_at(segment.offset, segment.file_size);
    if (bytes.empty() || bytes.size() > allowed) continue;
    allowed -= bytes.size();
    extents_.push_back({segment.address, bytes});
  }
}

// Mappings of files that the core only names. Whether they were code is not told.
void CoreMemory::add_files() {
  std::vector<Region> unknown;
  std::size_t next = 0;
  Address end = 0;
  for (const MappedPart& part : core_.notes.files) {
    while (next < mappings_.size() && mappings_[next].begin <= part.begin) {
      end = std::max(end, mappings_[next++].end);
    }
    const Address limit = next < mappings_.size() ? mappings_[next].begin : kMostAddress;
    const Region whole{.begin = part.begin,
                       .end = std::min(part.end, limit),
                       .offset = part.offset,
                       .readable = true,
                       .path = part.path};
    if (whole.begin >= whole.end) continue;
    Region region = behind(whole, end);
    end = std::max(end, whole.end);
    if (region.size() != 0) unknown.push_back(std::move(region));
  }
  std::ranges::move(unknown, std::back_inserter(mappings_));
  std::ranges::sort(mappings_, {}, &Region::begin);
}

// Adds bytes for what is missing of a mapping; they belong to its beginning.
std::uint64_t CoreMemory::add_missing(const Region& region, std::span<const std::byte> bytes,
                                      std::vector<Extent>& added) const {
  const Address end = region.begin + std::min<std::uint64_t>(bytes.size(), region.size());
  Address at = region.begin;
  auto next = std::ranges::upper_bound(extents_, at, {}, &Extent::begin);
  if (next != extents_.begin()) at = std::max(at, std::prev(next)->end());
  std::uint64_t total = 0;
  while (at < end) {
    const Address until = next == extents_.end() ? end : std::min(end, next->begin);
    if (at < until) {
      added.push_back({at, bytes.subspan(at - region.begin, until - at)});
      total += until - at;
    }
    if (next == extents_.end()) break;
    at = std::max(at, next->end());
    ++next;
  }
  return total;
}

std::uint64_t CoreMemory::fill(const std::string& path, ElfImage file) {
  const std::uint64_t most = kMostUses * file.bytes().size();
  std::uint64_t total = 0;
  std::vector<Extent> added;
  for (Region& mapping : mappings_) {
    if (path.empty() || mapping.path != path || total > most) continue;
    mapping.executable = mapping.executable || holds_code(file, mapping.offset);
    total += add_missing(mapping, file.bytes_at(mapping.offset, mapping.size()), added);
  }
  std::ranges::move(added, std::back_inserter(extents_));
  std::ranges::sort(extents_, {}, &Extent::begin);
  files_.push_back(std::move(file));
  cut_regions();
  return total;
}

// For cores without NT_FILE: where a segment must have been follows from where the program headers
// were, and where the file has them.
std::uint64_t CoreMemory::fill_moved(const std::string& path, ElfImage file, Address moved) {
  for (const ElfSegment& segment : file.segments()) {
    if (!segment.is_loaded() || segment.file_size == 0) continue;
    const std::uint64_t skipped = segment.offset % kPage;
    const Address begin = segment.address + moved - skipped;
    const Address end = segment.address + moved + segment.file_size;
    if (begin > kMostAddress || end > kMostAddress || begin >= end) continue;
    MappedPart part{.begin = begin, .end = end, .offset = segment.offset - skipped, .path = path};
    for (Region& mapping : mappings_) {
      if (mapping.begin < begin || mapping.begin >= end || !mapping.path.empty()) continue;
      mapping.path = path;
      mapping.offset = part.offset + (mapping.begin - begin);
    }
    core_.notes.files.push_back(std::move(part));
  }
  std::ranges::stable_sort(core_.notes.files, {}, &MappedPart::begin);
  add_files();
  return fill(path, std::move(file));
}

//     mappings    |--------------------------|     what the program had
//     extents          |======|     |===|          what of it is in the core or in a file
//     regions     |----|======|-----|===|----|     mappings cut at the ends of extents
// Only where there are bytes is a region readable: who looks through memory passes over the rest.
void CoreMemory::cut_regions() {
  regions_.clear();
  auto next = extents_.begin();
  for (const Region& mapping : mappings_) {
    Address at = mapping.begin;
    while (next != extents_.end() && next->end() <= at) ++next;
    for (auto extent = next; at < mapping.end; ++extent) {
      const bool more = extent != extents_.end() && extent->begin < mapping.end;
      const Address known = more ? std::max(at, extent->begin) : mapping.end;
      const auto add = [&](Address from, Address to, bool readable) {
        if (from >= to) return;
        Region piece = behind(mapping, from);
        piece.end = to;
        piece.readable = readable;
        regions_.push_back(std::move(piece));
      };
      add(at, known, false);
      if (!more) break;
      at = std::min(extent->end(), mapping.end);
      add(known, at, mapping.readable);
    }
  }
}

const CoreMemory::Extent* CoreMemory::extent_of(Address address) const {
  const auto after = std::ranges::upper_bound(extents_, address, {}, &Extent::begin);
  if (after == extents_.begin()) return nullptr;
  const Extent& extent = *std::prev(after);
  return address < extent.end() ? &extent : nullptr;
}

std::size_t CoreMemory::read_some(Address address, std::span<std::byte> into) const {
  std::size_t done = 0;
  while (done < into.size()) {
    const Address at = address + done;
    const Extent* extent = at < address ? nullptr : extent_of(at);
    if (extent == nullptr) break;
    const std::size_t size = std::min<std::uint64_t>(extent->end() - at, into.size() - done);
    std::memcpy(into.data() + done, extent->bytes.data() + (at - extent->begin), size);
    done += size;
  }
  return done;
}

void CoreMemory::read_all(std::span<Piece> pieces) const {
  for (Piece& piece : pieces) piece.read = read(piece.address, piece.into);
}

}  // namespace goknot::target
