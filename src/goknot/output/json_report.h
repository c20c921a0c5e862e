// SPDX-License-Identifier: Apache-2.0
// The diagnosis as JSON values, word for word as docs/report.md has it.
#pragma once

#include "goknot/base/json.h"
#include "goknot/base/result.h"
#include "goknot/model/diagnosis.h"
#include "goknot/model/report.h"

#include <cstddef>
#include <string>

namespace goknot::output {

// The members of the report that describe the diagnosis, in the order of the contract. `groups` is
// left empty: it is large, and written row by row.
Json diagnosis_json(const Diagnosis& diagnosis);

// One row of `groups`, and one of `findings`.
Json group_json(const GroupView& group);
Json finding_json(const Finding& finding);

// A cell: numbers stay numbers, what is not known is null.
Json value_json(const Value& value);

// A place in code; the file is null where it is not known.
Json place_json(const Place& place);

// A row of a tree with the rows behind it.
Json knot_json(const Knot& knot);

// The inside of an object: only what is known of it.
Json state_json(const ObjectState& state);

// What is written instead of a report when the target cannot be read:
// {"schema":"goknot.report/1","error":{"kind":…,"message":…,"hint":…}} and a line break.
std::string error_json(const Error& error);

}  // namespace goknot::output
