// SPDX-License-Identifier: Apache-2.0
#include "goknot/target/image.h"

#include <algorithm>

namespace goknot::target {

namespace {

constexpr Address kNear = Address{64} << 20U;         // what a packer leaves between its pieces
constexpr Address kMostUnpacked = Address{1} << 30U;  // an unpacked program is no larger

bool is_special(const Region& region) {
  return region.path.starts_with('[') || region.path.starts_with("/dev/");
}

Use use_of(const Image& image, const Region& region) {
  if (region.executable) return Use::code;
  if (!region.writable) return Use::constants;
  return region.path == image.path ? Use::variables : Use::zeros;
}

void add(Image& image, const Region& region) {
  if (!region.readable) return;
  const Use use = use_of(image, region);
  ImagePart* const last = image.parts.empty() ? nullptr : &image.parts.back();
  if (last != nullptr && last->use == use && last->range.end == region.begin) {
    last->range.end = region.end;
  } else {
    image.parts.push_back({{region.begin, region.end}, use});
  }
}

std::vector<Image> of_files(std::span<const Region> regions) {
  std::vector<Image> found;
  for (std::size_t i = 0; i < regions.size();) {
    Image image{.path = regions[i].path, .parts = {}};
    bool executable = false;
    Address end = regions[i].begin;
    std::size_t next = i;
    // The variables that are all zero have no file behind them; they follow without a gap.
    for (; next < regions.size(); ++next) {
      const Region& region = regions[next];
      const bool same = region.path == image.path;
      const bool behind = region.path.empty() && region.begin == end && region.writable;
      if (!same && !behind) break;
      executable = executable || (same && region.executable);
      add(image, region);
      end = region.end;
    }
    if (!image.path.empty() && executable && !is_special(regions[i]))
      found.push_back(std::move(image));
    i = std::max(next, i + 1);
  }
  return found;
}

std::vector<Image> unpacked(std::span<const Region> regions) {
  std::vector<Image> found;
  for (const Region& code : regions) {
    if (!code.executable || !code.path.empty() || code.size() > kMostUnpacked) continue;
    Image image;
    for (const Region& region : regions) {
      const bool near = region.end + kNear >= code.begin && region.begin <= code.end + kNear;
      if (near && !is_special(region) && region.size() <= kMostUnpacked) add(image, region);
    }
    found.push_back(std::move(image));
  }
  return found;
}

}  // namespace

std::vector<Image> images(std::span<const Region> regions) {
  std::vector<Image> all = of_files(regions);
  std::ranges::move(unpacked(regions), std::back_inserter(all));
  return all;
}

}  // namespace goknot::target
