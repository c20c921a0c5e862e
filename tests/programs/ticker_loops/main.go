// SPDX-License-Identifier: Apache-2.0

// Healthy: loops that wait for their ticker, some of them also for the end.
package main

import "time"

func report(every time.Duration) {
	for range time.NewTicker(every).C {
		work()
	}
}

func refresh(every time.Duration, done <-chan struct{}) {
	ticker := time.NewTicker(every)
	defer ticker.Stop()
	for {
		select {
		case <-ticker.C:
			work()
		case <-done:
			return
		}
	}
}

var turns = make(chan int, 1)

func work() {
	select {
	case turns <- 1:
	default:
		<-turns
	}
}

func main() {
	done := make(chan struct{})
	for i := 0; i < 5; i++ {
		go report(20 * time.Second)
		go refresh(30*time.Second, done)
	}
	announce(states{"chan receive": 5, "select": 5})
	close(done)
}
