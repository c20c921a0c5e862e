// SPDX-License-Identifier: Apache-2.0
// Delve's lists of goroutines, with or without stacks in the same session (docs/formats/delve.md).
//
//   (dlv) goroutines
//   * Goroutine 1 - User: ./main.go:54 main.main (0x4dc9d0) (thread 18849)
//     Goroutine 18 - User: ./main.go:17 main.(*hub).send (0x4dc4b8) [chan send 3410560547997]
//   [2 goroutines]
#include "goknot/source/delve_session.h"
#include "goknot/source/format.h"

namespace goknot::source {

const Format delve_goroutines_format{.name = "dlv-goroutines",
                                     .summary = "Delve's list of goroutines, as pasted",
                                     .sniff = has_delve_list,
                                     .read = read_delve_session};

}  // namespace goknot::source
