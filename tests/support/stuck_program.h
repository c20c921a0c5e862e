// SPDX-License-Identifier: Apache-2.0
// A program whose memory was read and in which nothing alive can wake some goroutines, in few
// words.
#pragma once

#include "goknot/model/series.h"

#include <cstdint>

namespace goknot::testing_support {

// Goroutines are named by their ids, objects by their addresses. Each goroutine stands in a
// function of its own, main.f7 for 7, unless it is said to stand where another one stands.
class StuckProgram {
 public:
  StuckProgram();

  // A goroutine that waits for an object, and that nothing alive can wake.
  StuckProgram& waits(std::int64_t id, Operation operation, ObjectKind kind, std::uint64_t address,
                      std::int64_t stands_where = 0);
  // It holds a lock.
  StuckProgram& holds(std::int64_t id, std::uint64_t address);
  // Its frames still refer to an object.
  StuckProgram& refers(std::int64_t id, std::uint64_t address);
  // It is going to do something to an object when its own wait has ended.
  StuckProgram& will(std::int64_t id, Operation operation, std::uint64_t address);
  // It has deferred the Done of a wait group; of one that is not known, if the address is 0.
  StuckProgram& owes(std::int64_t id, std::uint64_t address);
  // A wait group counts so many.
  StuckProgram& counts(std::uint64_t address, std::int64_t counter);
  // From now on goroutines are such that something alive may wake them.
  StuckProgram& from_now_on_alive();

  // What was said, as it is read. May be called once.
  Series take();

 private:
  std::uint32_t row(std::int64_t id) const;
  ObjectId object(std::uint64_t address) const;
  ObjectId add_object(ObjectKind kind, std::uint64_t address);
  StackId stack(std::int64_t id);

  Reach reach_ = Reach::never;
  Series series_;
  Snapshot& snapshot_;
};

}  // namespace goknot::testing_support
