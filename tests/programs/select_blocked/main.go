// SPDX-License-Identifier: Apache-2.0

// A loop selects on two channels that only it can reach.
package main

type job struct {
	work chan int
	quit chan bool
}

func (j job) loop() {
	for {
		select {
		case n := <-j.work:
			_ = n
		case <-j.quit:
			return
		}
	}
}

// start loses the only reference with which the job could be stopped.
func start() {
	j := job{work: make(chan int), quit: make(chan bool)}
	go j.loop()
	j.work <- 1
}

func main() {
	for i := 0; i < 4; i++ {
		start()
	}
	announce(states{"select": 4})
}
