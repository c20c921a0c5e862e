// SPDX-License-Identifier: Apache-2.0

// A field that nobody has made a channel for: receive and send on nil wait forever.
package main

type Watcher struct {
	events chan string
	stop   chan bool
}

func (w *Watcher) loop() {
	for event := range w.events {
		_ = event
	}
}

func (w *Watcher) Stop() { w.stop <- true }

func main() {
	watcher := &Watcher{}
	go watcher.loop()
	go watcher.Stop()
	announce(states{"chan receive (nil chan)": 1, "chan send (nil chan)": 1})
}
