// SPDX-License-Identifier: Apache-2.0

// Tasks that hold a slot of a bounded pool start sub-tasks in the same pool and wait for a free slot.
package main

import "sync"

type Pool struct {
	slots chan struct{}
	tasks sync.WaitGroup
}

// Go waits for a slot, as errgroup.Group.Go does when it has a limit.
func (p *Pool) Go(task func()) {
	p.slots <- struct{}{}
	p.tasks.Add(1)
	go func() {
		defer p.tasks.Done()
		task()
		<-p.slots
	}()
}

var everySlotTaken sync.WaitGroup

func walk(p *Pool, depth int) {
	if depth == 0 {
		return
	}
	everySlotTaken.Done()
	everySlotTaken.Wait()
	p.Go(func() { walk(p, depth-1) })
}

func main() {
	const size = 8
	pool := &Pool{slots: make(chan struct{}, size)}
	everySlotTaken.Add(size)
	go announce(states{"chan send": size, "sync.WaitGroup.Wait": 1})
	for i := 0; i < size; i++ {
		pool.Go(func() { walk(pool, 1) })
	}
	pool.tasks.Wait()
}
