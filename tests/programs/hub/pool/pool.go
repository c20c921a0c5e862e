// SPDX-License-Identifier: Apache-2.0

// Package pool runs tasks on a fixed number of workers.
package pool

// Pool hands each task to the next free worker; nothing is buffered.
type Pool struct {
	work chan func()
}

// New starts the workers.
func New(size int) *Pool {
	p := &Pool{work: make(chan func())}
	for i := 0; i < size; i++ {
		go p.worker()
	}
	return p
}

// Schedule waits until a worker takes the task.
func (p *Pool) Schedule(task func()) {
	p.work <- task
}

func (p *Pool) worker() {
	for task := range p.work {
		task()
	}
}
