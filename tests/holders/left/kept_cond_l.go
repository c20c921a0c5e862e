// SPDX-License-Identifier: Apache-2.0

package main

import "sync"

var c = sync.NewCond(&b.mu)

func hold() {
	c.L.Lock()
	slow()
	c.L.Unlock()
}

func main() {
	go hold()
	waiters()
}
