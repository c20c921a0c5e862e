// SPDX-License-Identifier: Apache-2.0

// Healthy: a walk that waits for its next step deep below, so that dumps leave frames out.
package main

type node struct {
	child *node
	depth int
}

func (n *node) walk(steps <-chan int) int {
	if n.child == nil {
		return <-steps
	}
	return n.child.walk(steps) + n.depth
}

func chain(length int) *node {
	var top *node
	for depth := length; depth > 0; depth-- {
		top = &node{child: top, depth: depth}
	}
	return top
}

func main() {
	steps := make(chan int)
	for _, depth := range []int{20, 99, 100, 101, 250, 1000} {
		go chain(depth).walk(steps)
	}
	announce(states{"chan receive": 6})
	close(steps)
}
