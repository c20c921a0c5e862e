// needs go1.25
// SPDX-License-Identifier: Apache-2.0

// A test bubble in which everybody waits: the runtime ends the test.
package main

import (
	"sync"
	"testing"
	"testing/synctest"
)

func handshake(in <-chan int, out chan<- int) {
	<-in
	out <- 1
}

func testHandshake(t *testing.T) {
	synctest.Test(t, func(*testing.T) {
		there, back := make(chan int), make(chan int)
		var sides sync.WaitGroup
		sides.Add(2)
		go func() { defer sides.Done(); handshake(there, back) }()
		go func() { defer sides.Done(); handshake(back, there) }()
		sides.Wait()
	})
}

func matchAll(pattern, name string) (bool, error) { return true, nil }

func main() {
	declare(states{
		"running": 1, "chan receive": 1, // the test and the one who waits for it
		"chan receive (durable)": 3, "sync.WaitGroup.Wait (durable)": 1,
	})
	tests := []testing.InternalTest{{Name: "TestHandshake", F: testHandshake}}
	testing.Main(matchAll, tests, nil, nil)
}
