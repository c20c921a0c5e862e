// SPDX-License-Identifier: Apache-2.0

// A reader asks for the write lock before it gives its read lock back.
package main

import "sync"

type Config struct {
	mu     sync.RWMutex
	values map[string]string
}

func (c *Config) GetOrLoad(key string) string {
	c.mu.RLock()
	defer c.mu.RUnlock()
	if value, ok := c.values[key]; ok {
		return value
	}
	return c.load(key)
}

func (c *Config) load(key string) string {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.values[key] = "loaded"
	return c.values[key]
}

func main() {
	config := &Config{values: map[string]string{}}
	go config.GetOrLoad("port")
	waitUntil("sync.RWMutex.Lock", 1)
	for i := 0; i < 4; i++ {
		go config.GetOrLoad("host")
	}
	announce(states{"sync.RWMutex.Lock": 1, "sync.RWMutex.RLock": 4})
}
