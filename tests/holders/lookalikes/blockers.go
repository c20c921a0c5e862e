// SPDX-License-Identifier: Apache-2.0

package main

import (
	"runtime"
	"time"
)

// How many suspects wait for their lock themselves.
const blocked = 4

func exit() { runtime.Goexit() }

// blockers starts suspects that come when the lock is taken already, and wait for it.
func blockers() {
	for _, suspect := range []func(*object){suspectBefore, suspectBeforeReading, suspectRetakes, suspectWoken} {
		o := fresh("blocked")
		has := make(chan bool)
		go suspect(o)
		time.Sleep(2 * time.Millisecond)
		go keeper(o, has)
		<-has
		close(o.done)
		time.Sleep(2 * time.Millisecond)
		go waiter(o)
	}
}

// The release is deferred before the lock is asked for.
//
//go:noinline
func suspectBefore(o *object) {
	<-o.done
	defer o.mu.Unlock()
	o.mu.Lock()
	o.name += "."
}

//go:noinline
func suspectBeforeReading(o *object) {
	<-o.done
	func() {
		defer o.mu.Unlock()
		o.mu.Lock()
	}()
	park()
}

// It has given the lock up, and wants it back.
//
//go:noinline
func suspectRetakes(o *object) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.mu.Unlock()
	<-o.done
	o.mu.Lock()
}

// It was woken in Wait, which has to take the lock again.
//
//go:noinline
func suspectWoken(o *object) {
	o.mu.Lock()
	go func() {
		<-o.done
		o.cond.Broadcast()
	}()
	o.cond.Wait()
	o.mu.Unlock()
}
