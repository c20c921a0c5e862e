// SPDX-License-Identifier: Apache-2.0

// Two stages each wait for the other's first message, main for both: the runtime gives up.
package main

import "sync"

func stage(in <-chan int, out chan<- int, stages *sync.WaitGroup) {
	defer stages.Done()
	value := <-in
	out <- value + 1
}

func main() {
	declare(states{"chan receive": 2, "sync.WaitGroup.Wait": 1})
	var stages sync.WaitGroup
	stages.Add(2)
	there, back := make(chan int), make(chan int)
	go stage(there, back, &stages)
	go stage(back, there, &stages)
	stages.Wait()
}
