// SPDX-License-Identifier: Apache-2.0
// Dumps in few words: tests show what matters, the rest is filled in as Go 1.26 prints it.
#pragma once

#include <string>
#include <string_view>

namespace goknot::testing_support {

// The text of a dump from a sketch of it, line by line:
//
//   7 [sync.Mutex.Lock, 3 minutes]        a goroutine; "20-39 [select]" is twenty of them
//     lock 0xc000012050                   the frames of sync.(*Mutex).Lock of that address
//     main.(*Cache).Get(0xc000012050) cache.go:14
//     by main.serve in 1                  created by; "in gone": each by another one that has ended
//
// Other frames that are filled in: "rlock", "wlock ADDRESS" (a writer that waits for readers),
// "wlock2 ADDRESS" (one behind another writer), "wait ADDRESS" (a WaitGroup), "cond ADDRESS",
// "sleep", "netread". "busy" is a goroutine 999 that wants to run. Lines that begin with "|" are
// copied without it.
std::string sketch(std::string_view lines);

}  // namespace goknot::testing_support
