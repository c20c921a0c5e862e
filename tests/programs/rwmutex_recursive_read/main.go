// SPDX-License-Identifier: Apache-2.0

// A reader takes its read lock a second time while a writer is queued in between.
package main

import "sync"

type Registry struct {
	mu    sync.RWMutex
	names map[string]string
}

var (
	reading = make(chan bool)
	writing = make(chan bool)
)

func (r *Registry) Describe(name string) string {
	r.mu.RLock()
	defer r.mu.RUnlock()
	reading <- true
	<-writing
	return name + " is " + r.lookup(name)
}

func (r *Registry) lookup(name string) string {
	r.mu.RLock()
	defer r.mu.RUnlock()
	return r.names[name]
}

func (r *Registry) Register(name, value string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.names[name] = value
}

func main() {
	registry := &Registry{names: map[string]string{}}
	go registry.Describe("disk")
	<-reading
	go registry.Register("disk", "full")
	waitUntil("sync.RWMutex.Lock", 1)
	close(writing)
	waitUntil("sync.RWMutex.RLock", 1)
	for i := 0; i < 3; i++ {
		go registry.lookup("fan")
	}
	announce(states{"sync.RWMutex.RLock": 4, "sync.RWMutex.Lock": 1})
}
