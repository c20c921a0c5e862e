// SPDX-License-Identifier: Apache-2.0

package main

import (
	"sync"
	"time"
)

type guard struct{ m *sync.Mutex }

//go:noinline
func (g guard) release() { g.m.Unlock() }

var guards = make(chan guard, 1)

func main() {
	b.mu.Lock()
	guards <- guard{&b.mu}
	time.AfterFunc(time.Hour, func() { g := <-guards; g.release() })
	waiters()
}
