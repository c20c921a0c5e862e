// SPDX-License-Identifier: Apache-2.0

// A heap in which every word is a pointer to some object, near or anywhere, and a goroutine that nobody can wake. Says when
// all is there, and stays.
package main

import (
	"flag"
	"fmt"
	"math/rand"
	"runtime/debug"
	"time"
)

var (
	bytes = flag.Int("bytes", 1_200_000_000, "of heap")
	near  = flag.Int("near", 0, "most objects between a pointer and what it points to; 0: all")
	first *node
)

type node [8]*node

func main() {
	flag.Parse()
	debug.SetGCPercent(-1)
	nodes := make([]*node, *bytes/64)
	for i := range nodes {
		nodes[i] = new(node)
	}
	first = nodes[0]
	random := rand.New(rand.NewSource(1))
	for at, n := range nodes {
		for i := range n {
			if *near == 0 {
				n[i] = nodes[random.Intn(len(nodes))]
			} else {
				n[i] = nodes[(at+random.Intn(*near))%len(nodes)]
			}
		}
	}
	go func() { <-make(chan int) }()
	time.Sleep(100 * time.Millisecond)
	fmt.Println("ready")
	time.Sleep(time.Hour)
}
