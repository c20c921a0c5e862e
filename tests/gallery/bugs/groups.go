// SPDX-License-Identifier: Apache-2.0

package main

import (
	"sync"
	"time"
)

// stage runs its items as a group of its own, and is itself one of an outer group.
type stage struct{ bad int }

func (s *stage) item(i int, items *sync.WaitGroup) {
	if i == s.bad {
		return // without Done
	}
	items.Done()
}

func (s *stage) run(stages *sync.WaitGroup) {
	defer stages.Done()
	var items sync.WaitGroup
	for i := 0; i < 3; i++ {
		items.Add(1)
		go s.item(i, &items)
	}
	items.Wait()
}

// nested is what waits for both stages, of which one ends.
func nested() {
	var stages sync.WaitGroup
	stages.Add(2)
	go (&stage{1}).run(&stages)
	go (&stage{-1}).run(&stages)
	stages.Wait()
}

// handlers counts the calls that are going on; one of them waits until there are none.
type handlers struct {
	calls sync.WaitGroup
}

func (h *handlers) serve(call func()) {
	h.calls.Add(1)
	defer h.calls.Done()
	call()
}

func (h *handlers) drain() { h.calls.Wait() }

var globalHandlers handlers

// leases are revoked one by one by timers, which stop waits for under the lock that each needs.
type leases struct {
	mu      sync.RWMutex
	timers  sync.WaitGroup
	pending map[int]bool
}

func (l *leases) expire(id int) {
	defer l.timers.Done()
	time.Sleep(30 * time.Millisecond)
	l.mu.Lock()
	delete(l.pending, id)
	l.mu.Unlock()
}

func (l *leases) stop() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.timers.Wait()
}

func (l *leases) count() int {
	l.mu.RLock()
	defer l.mu.RUnlock()
	return len(l.pending)
}

func stopLeases() {
	l := &leases{pending: map[int]bool{}}
	go l.expireAll()
	time.Sleep(10 * time.Millisecond)
	go l.stop()
	time.Sleep(10 * time.Millisecond)
	for i := 0; i < 3; i++ {
		go l.count()
	}
	time.Sleep(50 * time.Millisecond)
}

func (l *leases) expireAll() {
	for id := 0; id < 2; id++ {
		l.timers.Add(1)
		go l.expire(id)
	}
}

func init() {
	proved("group_in_group", "orphan", "deadlock", "main.(*stage).run", func() { go nested() })
	proved("group_of_itself", "self", "deadlock", "main.(*handlers).drain main.(*handlers).serve", func() {
		h := &handlers{}
		go h.serve(h.drain)
	})
	stuck("group_of_itself_global", "self", "deadlock", "main.(*handlers).drain main.(*handlers).serve", func() {
		go globalHandlers.serve(globalHandlers.drain)
	})
	proved("group_and_queue", "cycle", "deadlock", "main.(*leases).stop main.(*leases).expire", stopLeases)
}
