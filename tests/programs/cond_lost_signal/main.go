// SPDX-License-Identifier: Apache-2.0

// The signal is sent before anybody waits for it, and nothing is checked before the wait.
package main

import "sync"

type Gate struct {
	mu   sync.Mutex
	cond *sync.Cond
	open bool
}

func (g *Gate) Open() {
	g.mu.Lock()
	g.open = true
	g.mu.Unlock()
	g.cond.Signal()
}

func (g *Gate) Pass() {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.cond.Wait()
}

func main() {
	gate := &Gate{}
	gate.cond = sync.NewCond(&gate.mu)
	gate.Open()
	for i := 0; i < 2; i++ {
		go gate.Pass()
	}
	announce(states{"sync.Cond.Wait": 2})
}
