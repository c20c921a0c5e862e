// SPDX-License-Identifier: Apache-2.0

// Consumers range over a channel whose producer has ended without closing it.
package main

func produce(items chan<- int, done chan<- bool) {
	for i := 0; i < 100; i++ {
		items <- i
	}
	done <- true
}

func consume(items <-chan int) {
	for item := range items {
		_ = item * item
	}
}

func runBatch(consumers int) {
	items, done := make(chan int), make(chan bool)
	for i := 0; i < consumers; i++ {
		go consume(items)
	}
	go produce(items, done)
	<-done
}

func main() {
	for batch := 0; batch < 5; batch++ {
		runBatch(4)
	}
	announce(states{"chan receive": 20})
}
