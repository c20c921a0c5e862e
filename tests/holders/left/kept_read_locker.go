// SPDX-License-Identifier: Apache-2.0

package main

import "sync"

var rb struct {
	mu sync.RWMutex
	n  int
}

func write() {
	rb.mu.Lock()
	rb.n++
	rb.mu.Unlock()
}

func hold(l sync.Locker) {
	l.Lock()
	slow()
	l.Unlock()
}

func main() {
	go hold(rb.mu.RLocker())
	three(write)
	announce()
}
