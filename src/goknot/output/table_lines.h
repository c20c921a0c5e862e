// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "goknot/model/report.h"
#include "goknot/output/pen.h"
#include "goknot/output/sink.h"

#include <cstddef>

namespace goknot::output {

// Writes a table with a head and aligned columns; columns without a title are for programs only.
// Where it is too wide, the widest columns are shortened; the last one never is when `width` is 0.
Result<Unit> write_table(const Table& table, const Pen& pen, std::size_t width, Sink& sink);

}  // namespace goknot::output
