// SPDX-License-Identifier: Apache-2.0

package main

import (
	"fmt"
	"sync"
	"time"
)

// door is closed in one goroutine and opened in another one.
type door struct {
	n  int
	mu sync.Mutex
}

func (d *door) close() {
	d.mu.Lock()
	time.AfterFunc(time.Hour, d.open)
}

//go:noinline
func (d *door) open() { d.mu.Unlock() }

func (b *box) put(n int) bool {
	b.mu.Lock()
	if n < 0 {
		return false
	}
	b.n = n
	b.mu.Unlock()
	return true
}

var (
	front *door
	p     *box
)

func main() {
	p, front = new(box), new(door)
	fmt.Sprintf("%p %p", p, front)
	go front.close()
	p.put(-1)
	three(func() { p.total() })
	announce()
}
