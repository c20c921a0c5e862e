// SPDX-License-Identifier: Apache-2.0

// Healthy: goroutines started by goroutines; run with GODEBUG=tracebackancestors=5 their dump shows the line.
package main

func generation(n int, stop <-chan bool) {
	if n > 0 {
		go generation(n-1, stop)
	}
	<-stop
}

func startFamily(stop <-chan bool) { go generation(7, stop) }

func main() {
	stop := make(chan bool)
	startFamily(stop)
	announce(states{"chan receive": 8})
	close(stop)
}
