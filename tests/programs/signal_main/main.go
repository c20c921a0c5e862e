// SPDX-License-Identifier: Apache-2.0

// Healthy: main waits for the signal to stop, as most servers do.
package main

import (
	"os"
	"os/signal"
	"syscall"
)

func waitForStop() os.Signal {
	stop := make(chan os.Signal, 1)
	signal.Notify(stop, os.Interrupt, syscall.SIGTERM)
	return <-stop
}

func main() {
	go announce(states{"chan receive": 1, "syscall": 1})
	waitForStop()
}
