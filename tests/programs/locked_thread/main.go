// SPDX-License-Identifier: Apache-2.0

// Healthy: goroutines locked to their threads, waiting for calls as user interfaces and C libraries need it.
package main

import "runtime"

type mainThread struct {
	calls chan func()
	quit  chan bool
}

func (t *mainThread) loop() {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	for {
		select {
		case call := <-t.calls:
			call()
		case <-t.quit:
			return
		}
	}
}

func receiveLocked(calls <-chan func()) {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	for call := range calls {
		call()
	}
}

func main() {
	thread := &mainThread{calls: make(chan func()), quit: make(chan bool)}
	go thread.loop()
	called := make(chan bool)
	thread.calls <- func() { called <- true }
	<-called
	calls := make(chan func())
	for i := 0; i < 3; i++ {
		go receiveLocked(calls)
	}
	announce(states{"select": 1, "chan receive": 3})
	close(thread.quit)
	close(calls)
}
