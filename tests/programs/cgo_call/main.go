// SPDX-License-Identifier: Apache-2.0

// Goroutines inside C, directly and through a callback into Go.
package main

/*
#include <unistd.h>
extern void goCallback(int);
static void sleepInC(int seconds) { sleep(seconds); }
static void callBack(int value) { goCallback(value); }
*/
import "C"

var release = make(chan bool)

//export goCallback
func goCallback(value C.int) { <-release }

func main() {
	for i := 0; i < 2; i++ {
		go C.sleepInC(600)
	}
	go C.callBack(7)
	defer close(release)
	announce(states{"syscall": 2, "chan receive": 1})
}
