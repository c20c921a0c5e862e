// SPDX-License-Identifier: Apache-2.0
#include "goknot/analysis/confirm.h"

#include "goknot/analysis/second_look.h"

#include <cstdint>
#include <vector>

namespace goknot::analysis {

namespace {

// How often the participants of findings are looked at again, at most.
constexpr int kLooks = 4;

// A diagnosis that is true of one instant.
// A program is copied over some milliseconds. Each goroutine by itself was copied when it stood
// still, but A may have been seen with a lock before, and B waiting for it after, it changed hands.
// Looked at again at once, all participants must be where they were: then there was an instant,
// after the last was copied and before the first was looked at again, at which all of it was true.
Result<Diagnosis> diagnose_instant(Series& series, const DiagnoseOptions& options) {
  Snapshot& snapshot = series.snapshots.back();
  for (int look = 0; look < kLooks; ++look) {
    Diagnosis diagnosis = TRY(diagnose(series, options));
    const auto moved = series.live->moved(participants(snapshot, diagnosis));
    if (moved.empty()) return diagnosis;
    set_moving(snapshot, moved);
  }
  return diagnose(series, options);
}

// The same, and of a while if need be.
// A lock that is held for a millisecond makes the same picture as one that is held for ever. The
// pause tells them apart; who moved during it is not accused, and the rules are asked once more
// without them.
Result<Diagnosis> diagnose_while(Series& series, const DiagnoseOptions& options,
                                 std::chrono::milliseconds pause) {
  Diagnosis diagnosis = TRY(diagnose_instant(series, options));
  if (pause == pause.zero()) return diagnosis;
  Snapshot& snapshot = series.snapshots.back();
  const Questions questions = open_questions(snapshot, diagnosis);
  if (questions.empty()) return diagnosis;
  snapshot.second_look = look_again(*series.live, snapshot, questions, pause);
  for (int look = 0; look < kLooks; ++look) {
    // Something woke them.
    for (const std::uint32_t row : snapshot.second_look->moved) {
      snapshot.goroutines[row].reach = Reach::unknown;
    }
    diagnosis = TRY(diagnose(series, options));
    // Who comes into view only now may have moved as well.
    const auto named = participants(snapshot, diagnosis);
    if (!look_at_more(*series.live, named, *snapshot.second_look)) return diagnosis;
  }
  return diagnose(series, options);
}

// Those of whom the kernel can tell more, what they wait for outside of the program.
std::vector<std::uint32_t> describable(const Snapshot& snapshot, const Diagnosis& diagnosis) {
  std::vector<std::uint32_t> rows = members(snapshot, diagnosis);
  std::erase_if(rows, [&snapshot](std::uint32_t row) {
    const GoroutineDetail* const detail = snapshot.detail(row);
    if (detail == nullptr || detail->descriptor || detail->call) return true;
    return detail->fd < 0 && snapshot.goroutines[row].state != State::syscall;
  });
  return rows;
}

}  // namespace

Result<Diagnosis> confirm(Series& series, const DiagnoseOptions& options,
                          std::chrono::milliseconds pause) {
  if (series.live == nullptr) return diagnose(series, options);
  Diagnosis diagnosis = TRY(diagnose_while(series, options, pause));
  const std::vector<std::uint32_t> rows = describable(series.snapshots.back(), diagnosis);
  if (rows.empty()) return diagnosis;
  series.live->describe(rows, series.snapshots.back());
  return diagnose(series, options);
}

}  // namespace goknot::analysis
