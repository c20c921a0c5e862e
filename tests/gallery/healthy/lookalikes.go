// SPDX-License-Identifier: Apache-2.0

package main

import (
	"sync"
	"time"
)

// part is inside its own methods without holding its own lock, which somebody else has for long.
type part struct {
	mu    sync.Mutex
	other *part
	n     int
}

func (p *part) get() int {
	p.mu.Lock()
	n := p.n
	p.mu.Unlock()
	return n
}

func (p *part) refresh() int { return p.get() + 1 }

func (p *part) compare() bool { return p.other.get() > p.n }

func (p *part) await(answer <-chan int) { p.n = <-answer }

// occupy holds a lock for long, and shows it nowhere but in its code.
func occupy(mu *sync.Mutex) {
	mu.Lock()
	time.Sleep(time.Hour)
	mu.Unlock()
}

func init() {
	well("like_self_lock", func() {
		p := &part{}
		go occupy(&p.mu)
		time.Sleep(50 * time.Millisecond)
		go p.refresh()
		go p.get()
	})
	well("like_self_lock_once", func() {
		p := &part{}
		go occupy(&p.mu)
		time.Sleep(50 * time.Millisecond)
		go p.refresh()
	})
	well("like_lock_cycle", func() {
		a, b := &part{}, &part{}
		a.other, b.other = b, a
		go occupy(&a.mu)
		go occupy(&b.mu)
		time.Sleep(50 * time.Millisecond)
		go a.compare()
		go b.compare()
	})
	well("like_lock_cycle_in_queue", func() {
		a, b := &part{}, &part{}
		a.other, b.other = b, a
		go occupy(&a.mu)
		time.Sleep(50 * time.Millisecond)
		go func() {
			b.mu.Lock()
			b.compare()
			b.mu.Unlock()
		}()
		time.Sleep(50 * time.Millisecond)
		go a.compare()
	})
	well("like_held_across_wait", func() {
		p, answer := &part{}, make(chan int)
		go occupy(&p.mu)
		go func() { time.Sleep(time.Hour); answer <- 1 }()
		time.Sleep(50 * time.Millisecond)
		go p.await(answer)
		go p.get()
	})
	well("like_mixed_cycle", func() {
		// Who would answer waits for the lock, which the one that asks does not have.
		p, answer := &part{}, make(chan int)
		go occupy(&p.mu)
		time.Sleep(50 * time.Millisecond)
		go func() { answer <- p.get() }()
		go p.await(answer)
	})
	well("like_recursive_read", func() {
		var mu sync.RWMutex
		go func() {
			mu.RLock()
			time.Sleep(time.Hour)
			mu.RUnlock()
		}()
		time.Sleep(20 * time.Millisecond)
		go func() { mu.Lock(); mu.Unlock() }()
		time.Sleep(20 * time.Millisecond)
		go func() { mu.RLock(); mu.RUnlock() }()
	})
}
