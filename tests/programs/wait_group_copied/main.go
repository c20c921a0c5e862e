// SPDX-License-Identifier: Apache-2.0

// A wait group handed over by value: the workers count down their own copies, and all goroutines are asleep.
package main

import "sync"

func work(number int, group sync.WaitGroup) {
	defer group.Done()
	_ = number * number
}

func main() {
	declare(states{"sync.WaitGroup.Wait": 1})
	var group sync.WaitGroup
	for i := 0; i < 3; i++ {
		group.Add(1)
		go work(i, group)
	}
	group.Wait()
}
