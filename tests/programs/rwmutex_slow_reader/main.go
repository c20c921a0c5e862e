// SPDX-License-Identifier: Apache-2.0

// A reader keeps its read lock while it sleeps; a writer waits for it to leave, and new readers behind the writer: slow,
// not stuck.
package main

import (
	"sync"
	"time"
)

type Index struct {
	mu      sync.RWMutex
	entries map[string]int
}

func (x *Index) Export() int {
	x.mu.RLock()
	defer x.mu.RUnlock()
	time.Sleep(10 * time.Minute)
	return len(x.entries)
}

func (x *Index) Put(key string) {
	x.mu.Lock()
	defer x.mu.Unlock()
	x.entries[key]++
}

func (x *Index) Find(key string) int {
	x.mu.RLock()
	defer x.mu.RUnlock()
	return x.entries[key]
}

func main() {
	index := &Index{entries: map[string]int{}}
	go index.Export()
	waitUntil("sleep", 1)
	go index.Put("a")
	waitUntil("sync.RWMutex.Lock", 1)
	for i := 0; i < 12; i++ {
		go index.Find("a")
	}
	announce(states{"sleep": 1, "sync.RWMutex.Lock": 1, "sync.RWMutex.RLock": 12})
}
