// SPDX-License-Identifier: Apache-2.0
// Reads what only memory and the kernel tell out of the rows of a saved snapshot
// (model/profile_labels.h). What is missing or damaged has its usual value.
#pragma once

#include "goknot/base/json.h"
#include "goknot/model/snapshot.h"

namespace goknot::source {

// The inside of an object.
ObjectState parse_state(const Json& json);
// A goroutine's detail but for the function it was started with, which is a location.
GoroutineDetail parse_detail(const Json& json, Strings& strings);
// A call that a goroutine has deferred.
DeferredCall parse_deferred(const Json& json, Strings& strings);
// A wait for the world outside.
OutsideWait parse_outside(const Json& json, Strings& strings);
// A process that has a file lock.
FileHold parse_file_hold(const Json& json, Strings& strings);
// What the system and the program itself say of the program.
ProgramFacts parse_facts(const Json& json);
// What a second look showed, of a snapshot with so many goroutines and objects.
SecondLook parse_second_look(const Json& json, std::size_t goroutines, std::size_t objects);

}  // namespace goknot::source
