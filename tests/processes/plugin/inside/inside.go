// SPDX-License-Identifier: Apache-2.0

// The plugin.
package main

var never = make(chan string)

//go:noinline
func wait(id int, name string) string { return name + <-never }

// Begin starts goroutines that wait for good.
func Begin(goroutines int) {
	for i := 0; i < goroutines; i++ {
		go wait(i, "inside")
	}
}
