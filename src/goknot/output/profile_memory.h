// SPDX-License-Identifier: Apache-2.0
// What only memory and the kernel tell, as rows of a saved snapshot (model/profile_labels.h).
#pragma once

#include "goknot/base/json.h"
#include "goknot/model/snapshot.h"

namespace goknot::output {

// A goroutine's detail; a frame is the number of its location.
Json detail_row(const GoroutineDetail& detail, const Strings& strings);
// A call that a goroutine has deferred.
Json deferred_row(const DeferredCall& call, const Strings& strings);
// A wait for the world outside.
Json outside_row(const OutsideWait& wait, const Strings& strings);
// A process that has a file lock.
Json file_hold_row(const FileHold& hold, const Strings& strings);
// What the system and the program itself say of the program.
Json facts_row(const ProgramFacts& facts);
// What a second look showed.
Json second_look_row(const SecondLook& look);

}  // namespace goknot::output
