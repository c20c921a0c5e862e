// SPDX-License-Identifier: Apache-2.0

// Carries another Go program in its data, as installers do: main TRUTH
package main

import (
	_ "embed"
	"fmt"
	"os"
	"runtime"
	"time"
)

//go:embed other
var other []byte

//go:noinline
func wait(never chan int) int { return <-never + len(other) }

func main() {
	for i := 0; i < 20; i++ {
		go wait(make(chan int))
	}
	time.Sleep(200 * time.Millisecond)
	text := make([]byte, 1<<20)
	os.WriteFile(os.Args[1], text[:runtime.Stack(text, true)], 0600)
	fmt.Println("ready", len(other))
	time.Sleep(time.Hour)
}
