// SPDX-License-Identifier: Apache-2.0

// Healthy: a goroutine that went into C and from there back into Go, where it waits.
package main

/*
extern void goCallback(int);
static void callBack(int value) { goCallback(value); }
*/
import "C"

var release = make(chan bool)

//export goCallback
func goCallback(value C.int) { <-release }

func main() {
	go C.callBack(7)
	announce(states{"chan receive": 1})
	close(release)
}
