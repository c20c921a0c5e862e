// SPDX-License-Identifier: Apache-2.0

// Healthy: goroutines that sleep inside C.
package main

/*
#include <unistd.h>
static void sleepInC(int seconds) { sleep(seconds); }
*/
import "C"

func main() {
	for i := 0; i < 2; i++ {
		go C.sleepInC(600)
	}
	announce(states{"syscall": 2})
}
