// SPDX-License-Identifier: Apache-2.0

// A cache locks itself and then calls a method of its own that locks it again.
package main

import "sync"

type Cache struct {
	mu      sync.Mutex
	entries map[string]string
}

func (c *Cache) Get(key string) string {
	c.mu.Lock()
	defer c.mu.Unlock()
	if _, ok := c.entries[key]; !ok {
		c.refresh(key)
	}
	return c.entries[key]
}

func (c *Cache) refresh(key string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.entries[key] = "fresh"
}

func main() {
	cache := &Cache{entries: map[string]string{}}
	go cache.Get("first")
	waitUntil("sync.Mutex.Lock", 1)
	for i := 0; i < 3; i++ {
		go cache.Get("later")
	}
	announce(states{"sync.Mutex.Lock": 4})
}
