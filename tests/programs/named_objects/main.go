// SPDX-License-Identifier: Apache-2.0

// Locks, channels and wait groups that a person knows by the fields and variables they are.
package main

import "sync"

type queue struct {
	name string
	work chan func()
	wg   sync.WaitGroup
	mu   sync.Mutex
	news *sync.Cond
}

type server struct {
	ports  [3]int
	queue  *queue
	done   chan struct{}
	shards [4]shard
}

type shard struct {
	items map[string]int
	sync.RWMutex
}

type cache struct {
	size int
	hot  struct{ mu sync.Mutex }
}

var (
	theCache cache
	registry sync.Mutex
	jobs     = make(chan int)
)

//go:noinline
func (s *server) submit() { s.queue.put(func() {}) }

//go:noinline
func (s *server) wait() { <-s.done }

//go:noinline
func (s *server) look(i int) {
	s.shards[i].RLock()
	s.shards[i].RUnlock()
}

//go:noinline
func (q *queue) put(task func()) { q.work <- task }

//go:noinline
func (q *queue) join() { q.wg.Wait() }

//go:noinline
func (q *queue) rename(name string) {
	q.mu.Lock()
	q.name = name
	q.mu.Unlock()
}

//go:noinline
func (q *queue) listen() {
	q.news.L.Lock()
	q.news.Wait()
	q.news.L.Unlock()
}

func register() {
	registry.Lock()
	registry.Unlock()
}

func warm() {
	theCache.hot.mu.Lock()
	theCache.hot.mu.Unlock()
}

func produce() { jobs <- 1 }

func main() {
	s := &server{queue: &queue{work: make(chan func())}, done: make(chan struct{})}
	s.queue.news = sync.NewCond(&sync.Mutex{})
	s.queue.wg.Add(1)
	s.queue.mu.Lock()
	s.shards[2].Lock()
	registry.Lock()
	theCache.hot.mu.Lock()
	for _, task := range []func(){s.submit, s.wait, func() { s.look(2) }, s.queue.join, func() { s.queue.rename("b") },
		s.queue.listen, register, warm, produce} {
		go task()
	}
	announce(states{"chan send": 2, "chan receive": 1, "sync.RWMutex.RLock": 1, "sync.WaitGroup.Wait": 1,
		"sync.Mutex.Lock": 3, "sync.Cond.Wait": 1})
	s.queue.mu.Unlock()
	s.shards[2].Unlock()
	registry.Unlock()
	theCache.hot.mu.Unlock()
	s.queue.wg.Done()
	close(s.done)
	<-jobs
}
