// SPDX-License-Identifier: Apache-2.0
// Our tables as virtual tables of SQLite.
#pragma once

#include "goknot/analysis/sql_tables.h"

struct sqlite3;

namespace goknot::analysis {

// Makes every table of sql_tables() known to a connection; `world` must outlive it. Returns an
// SQLite result code.
int add_tables(sqlite3* connection, SqlWorld& world);

}  // namespace goknot::analysis
