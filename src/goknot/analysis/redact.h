// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "goknot/model/series.h"

namespace goknot::analysis {

// What is hidden before a snapshot is looked at or given away.
struct RedactOptions {
  bool labels = true;     // their values; keys stay
  bool arguments = true;  // of frames, and messages of panics
  bool hosts = true;      // names and addresses of machines
  bool paths = true;      // folders; names of files stay

  // Nothing is hidden.
  static RedactOptions nothing() {
    return {.labels = false, .arguments = false, .hosts = false, .paths = false};
  }
};

// The same snapshots without what is to be hidden. Equal things become equal placeholders ("dir1",
// "value3", "host1") in the whole series, so that grouping and comparing still work. What is hidden
// is gone: the new snapshots own no copy of it. Addresses of locks and channels stay; they say
// nothing outside the process.
Series redacted(const Series& series, const RedactOptions& options);

}  // namespace goknot::analysis
