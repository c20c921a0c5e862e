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

func hold() {
	rb.mu.RLock()
	slow()
	rb.mu.RUnlock()
}

func main() {
	go hold()
	three(write)
	announce()
}
