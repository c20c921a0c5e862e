// SPDX-License-Identifier: Apache-2.0
// The memory of a program that does not exist.
#pragma once

#include "goknot/base/assert.h"
#include "goknot/target/memory.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstring>
#include <map>
#include <span>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

namespace goknot::testing_support {

// Mappings full of zeros, into which a test writes what it needs. Nothing outside of them can be
// read, nor what was made unreadable.
//
//   FakeMemory memory;
//   memory.map(0x1000, 0x3000);
//   memory.put(0x1008, std::uint64_t{42});
class FakeMemory : public target::Memory {
 public:
  using Address = target::Address;
  using Region = target::Region;

  // Adds a mapping. It must not overlap another.
  FakeMemory& map(Region region) {
    const auto after = std::ranges::upper_bound(regions_, region.begin, {}, &Region::begin);
    GOKNOT_ASSERT(after == regions_.end() || region.end <= after->begin);
    regions_.insert(after, std::move(region));
    return *this;
  }
  // Adds a mapping for data: readable and writable, without a file.
  FakeMemory& map(Address begin, Address end) {
    return map({.begin = begin, .end = end, .readable = true, .writable = true, .path = {}});
  }
  // Writes bytes, which must lie in mappings.
  FakeMemory& put(Address address, std::span<const std::byte> bytes) {
    while (!bytes.empty()) {
      const std::size_t size = std::min<std::size_t>(kPage - address % kPage, bytes.size());
      std::memcpy(&byte(address), bytes.data(), size);
      bytes = bytes.subspan(size);
      address += size;
    }
    return *this;
  }
  // Writes a value of plain bytes.
  template <typename T>
    requires std::is_arithmetic_v<T>
  FakeMemory& put(Address address, T value) {
    return put(address, std::as_bytes(std::span(&value, 1)));
  }
  // Writes text, without a zero behind it.
  FakeMemory& put(Address address, std::string_view text) {
    return put(address, std::as_bytes(std::span(text)));
  }
  // Makes [begin, end) unreadable, as if its pages were missing.
  FakeMemory& lose(Address begin, Address end) {
    lost_.emplace_back(begin, end);
    return *this;
  }
  // The byte at an address, to be changed.
  std::byte& byte(Address address) {
    GOKNOT_ASSERT(region_of(address) != nullptr);
    return pages_[address / kPage][address % kPage];
  }

  std::size_t read_some(Address address, std::span<std::byte> into) const override {
    std::size_t done = 0;
    while (done < into.size()) {
      const Address at = address + done;
      const std::size_t size = std::min(readable_from(at), into.size() - done);
      if (at < address || size == 0) break;
      copy(at, into.subspan(done, size));
      done += size;
    }
    return done;
  }
  void read_all(std::span<target::Piece> pieces) const override {
    for (target::Piece& piece : pieces) piece.read = read(piece.address, piece.into);
  }
  std::span<const Region> regions() const override { return regions_; }

 private:
  static constexpr Address kPage = 4096;
  using Page = std::array<std::byte, kPage>;

  // How many bytes from an address on can be read: up to the end of its page, mapping, or to what
  // was lost.
  std::size_t readable_from(Address address) const {
    const Region* region = region_of(address);
    if (region == nullptr || !region->readable) return 0;
    Address end = std::min((address / kPage + 1) * kPage, region->end);
    for (const auto& [from, to] : lost_) {
      if (from <= address && address < to) return 0;
      if (address < from) end = std::min(end, from);
    }
    return end - address;
  }
  void copy(Address address, std::span<std::byte> into) const {
    const auto page = pages_.find(address / kPage);
    if (page == pages_.end()) {
      std::ranges::fill(into, std::byte{0});
    } else {
      std::memcpy(into.data(), page->second.data() + address % kPage, into.size());
    }
  }

  std::vector<Region> regions_;
  std::vector<std::pair<Address, Address>> lost_;
  std::map<Address, Page> pages_;  // by address / kPage; a page that is not here is zero
};

}  // namespace goknot::testing_support
