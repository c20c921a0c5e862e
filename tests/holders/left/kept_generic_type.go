// SPDX-License-Identifier: Apache-2.0

package main

import (
	"sync"
	"time"
)

type gen[T any] struct {
	v  T
	mu sync.Mutex
}

func (g *gen[T]) start() { g.mu.Lock() }

func (g *gen[T]) stop() { g.mu.Unlock() }

func (g *gen[T]) get() T {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.v
}

var g gen[string]

func main() {
	g.start()
	time.AfterFunc(time.Hour, g.stop)
	three(func() { g.get() })
	announce()
}
