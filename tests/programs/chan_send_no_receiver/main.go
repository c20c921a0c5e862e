// SPDX-License-Identifier: Apache-2.0

// A caller that takes the first of two answers and leaves: the other sender waits for good.
package main

func sum(numbers []int, out chan<- int) {
	total := 0
	for _, number := range numbers {
		total += number
	}
	out <- total
}

// sumConcurrent returns early when the first half alone is too much.
func sumConcurrent(numbers []int, limit int) int {
	left, right := make(chan int), make(chan int)
	go sum(numbers[:len(numbers)/2], left)
	go sum(numbers[len(numbers)/2:], right)
	total := <-left
	if total > limit {
		return limit
	}
	return total + <-right
}

func main() {
	for i := 0; i < 50; i++ {
		sumConcurrent([]int{3, 4, 5, 6}, 5)
	}
	announce(states{"chan send": 50})
}
