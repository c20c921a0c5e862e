// SPDX-License-Identifier: Apache-2.0

// A client sleeps between its retries with the lock held: slow, not stuck.
package main

import (
	"sync"
	"time"
)

type Client struct {
	mu        sync.Mutex
	connected bool
}

func (c *Client) Reconnect() {
	c.mu.Lock()
	defer c.mu.Unlock()
	for attempt := 0; !c.connected; attempt++ {
		time.Sleep(10 * time.Minute)
	}
}

func (c *Client) Send() {
	c.mu.Lock()
	defer c.mu.Unlock()
}

func main() {
	client := &Client{}
	go client.Reconnect()
	waitUntil("sleep", 1)
	for i := 0; i < 20; i++ {
		go client.Send()
	}
	announce(states{"sleep": 1, "sync.Mutex.Lock": 20})
}
