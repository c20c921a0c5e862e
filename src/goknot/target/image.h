// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "goknot/target/memory.h"
#include "goknot/target/module.h"

#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace goknot::target {

// What memory is for, as its rights tell, and whether a file stands behind it.
enum class Use : std::uint8_t {
  constants,
  variables,
  zeros,  // variables that began as zero: the linker put nothing there
  code,
};

// A part of an image that can be read.
struct ImagePart {
  Range range;
  Use use = Use::constants;
};

// Mappings that belong together because one file was loaded there; or, without a file, because they
// lie side by side around code (a program that unpacked itself).
struct Image {
  std::string path;              // empty: no file
  std::vector<ImagePart> parts;  // by address
};

// The images of a program that may hold Go code, by address, those of files first. What is mapped
// for data only (databases, archives) is none.
std::vector<Image> images(std::span<const Region> regions);

}  // namespace goknot::target
