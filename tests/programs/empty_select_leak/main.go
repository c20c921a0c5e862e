// SPDX-License-Identifier: Apache-2.0

// Requests that keep themselves alive with an empty select.
package main

func serveForever() { select {} }

func handle() {
	go serveForever()
}

func main() {
	for i := 0; i < 3; i++ {
		handle()
	}
	announce(states{"select (no cases)": 3})
}
