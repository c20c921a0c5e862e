// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "goknot/model/report.h"
#include "goknot/output/pen.h"

#include <cstddef>
#include <cstdint>
#include <string>

namespace goknot::output {

// One goroutine of a list with everything that is known of it, for people, in lines of at most
// `width` columns:
//
//   goroutine 308 · sync.Mutex.Lock · 14 min · started by goroutine 1 at main.main main.go:12
//     labels  request=/message
//     queue   mutex Hub.mu: 88, 461 and 817 more wait, too
//     sync.(*Mutex).Lock(...)          mutex.go:90
//   ▸ node.(*Hub).Add(0xc000105e00)    hub.go:281  waits: lock mutex Hub.mu (locked, 820 waiting)
//         h.mu.Lock()
//   ▸ node.serve()                     serve.go:12  defers (*Conn).Close
std::string goroutine_text(const GoroutineList& list, std::uint32_t row, const Pen& pen,
                           std::size_t width);

}  // namespace goknot::output
