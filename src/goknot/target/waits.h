// SPDX-License-Identifier: Apache-2.0
// What every parked goroutine waits for, read from memory.
#pragma once

#include "goknot/model/snapshot.h"
#include "goknot/target/batch.h"
#include "goknot/target/code.h"
#include "goknot/target/object_table.h"
#include "goknot/target/type_names.h"

#include <cstdint>

namespace goknot::target {

// Asks for everything that tells what a goroutine waits for.
void want_waits(const Code& code, const Specimen& specimen, Surroundings& surroundings);

// Adds waits and the objects waited for to a snapshot. Owners of objects, which have to be guessed
// from arguments, are left to whoever completes the snapshot (source/waits.h).
class WaitRows {
 public:
  // All must outlive it.
  WaitRows(const Layout& layout, TypeNames& types, ObjectTable& objects, Snapshot& snapshot)
      : layout_(layout), types_(types), objects_(objects), snapshot_(snapshot) {}

  // Adds what the goroutine of a row waits for. `frame` is the depth of the frame that waits.
  void add(const Specimen& specimen, const Surroundings& surroundings, std::uint32_t row,
           std::uint32_t frame);
  // How many goroutines have cases of a select that were not read.
  std::uint64_t cut() const { return cut_; }

 private:
  void add_channels(const Specimen& specimen, const Surroundings& surroundings, const Wait& form);
  ObjectId channel(Address address, std::span<const std::byte> bytes);
  bool add_sync(const Specimen& specimen, const Surroundings& surroundings, const Wait& form);

  const Layout& layout_;
  TypeNames& types_;
  ObjectTable& objects_;
  Snapshot& snapshot_;
  std::uint64_t cut_ = 0;
};

}  // namespace goknot::target
