// SPDX-License-Identifier: Apache-2.0
// Stacks of a Delve session without a list of goroutines (docs/formats/delve.md).
//
//   (dlv) goroutine 18 bt
//   0  0x000000000047dc0e in runtime.gopark
//      at /usr/local/go/src/runtime/proc.go:463
#include "goknot/source/delve_session.h"
#include "goknot/source/format.h"

namespace goknot::source {

const Format dlv_stack_format{.name = "dlv-stack",
                              .summary = "stacks of a Delve session, as pasted",
                              .sniff = has_delve_stack,
                              .read = read_delve_session};

}  // namespace goknot::source
