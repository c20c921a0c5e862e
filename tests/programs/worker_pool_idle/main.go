// SPDX-License-Identifier: Apache-2.0

// Healthy: sixty-four workers without work, most on a channel, some on a condition.
package main

import "sync"

type Queue struct {
	mu    sync.Mutex
	ready *sync.Cond
	items []func()
}

func (q *Queue) pop() func() {
	q.mu.Lock()
	defer q.mu.Unlock()
	for len(q.items) == 0 {
		q.ready.Wait()
	}
	item := q.items[0]
	q.items = q.items[1:]
	return item
}

func (q *Queue) push(item func()) {
	q.mu.Lock()
	q.items = append(q.items, item)
	q.mu.Unlock()
	q.ready.Signal()
}

func (q *Queue) work() {
	for {
		q.pop()()
	}
}

func worker(jobs <-chan func()) {
	for job := range jobs {
		job()
	}
}

func main() {
	jobs := make(chan func())
	queue := &Queue{}
	queue.ready = sync.NewCond(&queue.mu)
	for i := 0; i < 48; i++ {
		go worker(jobs)
	}
	for i := 0; i < 16; i++ {
		go queue.work()
	}
	var ran sync.WaitGroup
	ran.Add(2)
	jobs <- ran.Done
	queue.push(ran.Done)
	ran.Wait()
	announce(states{"chan receive": 48, "sync.Cond.Wait": 16})
	close(jobs)
	queue.push(ran.Done)
}
