// SPDX-License-Identifier: Apache-2.0

// Queues for a lock that move, or do not, in a program that runs all the time. Compiles with Go 1.13.
//
//	motion busy    a handful want a lock for a moment, again and again: healthy
//	motion crowd   hundreds want a lock that each keeps for a while: contention that moves
//	motion spin    one computes for ever with the lock held, and the others wait
package main

import (
	"fmt"
	"os"
	"sync"
	"time"
)

type Table struct {
	mu   sync.Mutex
	sums [16]uint64
}

//go:noinline
func mix(x uint64, rounds int) uint64 {
	for i := 0; i < rounds; i++ {
		x ^= x << 13
		x ^= x >> 7
		x ^= x << 17
	}
	return x
}

func (t *Table) add(x uint64, rounds int) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.sums[x%16] += mix(x|1, rounds)
}

func (t *Table) nap() {
	t.mu.Lock()
	defer t.mu.Unlock()
	time.Sleep(time.Millisecond)
}

// rebuild does not end: its argument is never 0.
func (t *Table) rebuild(x uint64) {
	t.mu.Lock()
	defer t.mu.Unlock()
	for x != 0 {
		x = mix(x, 1000)
	}
}

func busy(t *Table) {
	for i := 0; i < 6; i++ {
		go func(x uint64) {
			for ; ; x++ {
				t.add(x, 2000)
				mix(x|1, 8000)
				if x%64 == 0 {
					time.Sleep(time.Millisecond)
				}
			}
		}(uint64(i))
	}
}

func crowd(t *Table) {
	for i := 0; i < 300; i++ {
		go func() {
			for {
				t.nap()
			}
		}()
	}
}

func spin(t *Table) {
	go t.rebuild(1)
	time.Sleep(20 * time.Millisecond)
	for i := 0; i < 5; i++ {
		go t.add(1, 1)
	}
}

func main() {
	modes := map[string]func(*Table){"busy": busy, "crowd": crowd, "spin": spin}
	start := modes[os.Args[1]]
	start(&Table{})
	time.Sleep(100 * time.Millisecond)
	fmt.Println("ready")
	time.Sleep(10 * time.Minute)
}
