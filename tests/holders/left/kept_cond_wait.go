// SPDX-License-Identifier: Apache-2.0

package main

import "sync"

var c = sync.NewCond(&mu)

func hold() {
	b.mu.Lock()
	mu.Lock()
	c.Wait()
	mu.Unlock()
	b.mu.Unlock()
}

func main() {
	go hold()
	waiters()
}
