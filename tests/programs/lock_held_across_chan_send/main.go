// SPDX-License-Identifier: Apache-2.0

// A broker publishes to a listener that is gone, with its lock held; everybody else queues for the lock.
package main

import "sync"

type Broker struct {
	mu        sync.Mutex
	listeners []chan string
}

func (b *Broker) Publish(event string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, listener := range b.listeners {
		listener <- event
	}
}

func (b *Broker) Subscribe() chan string {
	b.mu.Lock()
	defer b.mu.Unlock()
	listener := make(chan string)
	b.listeners = append(b.listeners, listener)
	return listener
}

// listenOnce forgets to unsubscribe.
func listenOnce(b *Broker, subscribed chan<- bool) {
	events := b.Subscribe()
	subscribed <- true
	<-events
}

func main() {
	broker := &Broker{}
	subscribed := make(chan bool)
	go listenOnce(broker, subscribed)
	<-subscribed
	broker.Publish("first")
	go broker.Publish("second")
	waitUntil("chan send", 1)
	for i := 0; i < 10; i++ {
		go broker.Subscribe()
	}
	announce(states{"chan send": 1, "sync.Mutex.Lock": 10})
}
