// SPDX-License-Identifier: Apache-2.0

package main

import "sync"

type other struct{ mu sync.Mutex }

//go:noinline
func lend(x *sync.Mutex) {
	x.Unlock()
	slow()
	x.Lock()
}

func hold(x *sync.Mutex) {
	b.mu.Lock()
	x.Lock()
	lend(x)
	x.Unlock()
	b.mu.Unlock()
}

func main() {
	go hold(&mu)
	waiters()
}
