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

func look(k int) bool {
	rb.mu.RLock()
	if k > rb.n {
		return false
	}
	rb.mu.RUnlock()
	return true
}

func main() {
	look(3)
	three(write)
	announce()
}
