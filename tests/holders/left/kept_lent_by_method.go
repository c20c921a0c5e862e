// SPDX-License-Identifier: Apache-2.0

package main

import "sync"

type other struct{ mu sync.Mutex }

//go:noinline
func (x *other) lend() {
	x.mu.Unlock()
	slow()
	x.mu.Lock()
}

func hold(x *other) {
	b.mu.Lock()
	x.mu.Lock()
	x.lend()
	x.mu.Unlock()
	b.mu.Unlock()
}

func main() {
	go hold(&other{})
	waiters()
}
