// SPDX-License-Identifier: Apache-2.0
#include "goknot/source/memory_facts.h"

#include "goknot/target/answerers.h"
#include "goknot/target/heap/referrers.h"
#include "goknot/target/object_names.h"

namespace goknot::source {

void add_memory_facts(const target::Memory& memory, const target::Program& program,
                      const target::Reading& reading, target::Motion motion,
                      const target::FollowLimits& limits, Snapshot& snapshot) {
  target::name_fields(memory, program, reading.pointers, snapshot);
  target::follow_heap(memory, program, reading, motion, limits, snapshot);
  target::find_references(memory, program, reading.marks, limits.bytes, snapshot);
  target::find_answerers(memory, program, reading.marks, snapshot);
}

}  // namespace goknot::source
