// SPDX-License-Identifier: Apache-2.0

// Each program of this folder is this file and another one. Some goroutines wait for a lock; in those that are called
// kept_… somebody will release it one day, though it may be hard to see who; in lost_… nobody will.
package main

import (
	"fmt"
	"sync"
	"time"
)

type box struct {
	mu sync.Mutex
	n  int
}

func (b *box) total() int {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.n
}

var (
	b  box
	mu sync.Mutex
)

// three of them do something that comes to wait, after what was started before.
func three(wait func()) {
	time.Sleep(50 * time.Millisecond)
	for i := 0; i < 3; i++ {
		go wait()
	}
}

// announce says ready when all of them wait, and does not come back.
func announce() {
	time.Sleep(50 * time.Millisecond)
	fmt.Println("ready")
	for {
		time.Sleep(time.Hour)
	}
}

func waiters() {
	three(func() { b.total() })
	announce()
}

//go:noinline
func slow() { time.Sleep(time.Hour) }
