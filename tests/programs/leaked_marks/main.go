// needs go1.26 GOEXPERIMENT=goroutineleakprofile
// SPDX-License-Identifier: Apache-2.0

// Senders that the runtime itself proves leaked: its goroutineleak profile marks them in every later dump.
package main

import (
	"io/ioutil"
	"os"
	"runtime/pprof"
)

func ask(answers chan<- int) { answers <- 1 }

// first asks three times and takes one answer.
func first() int {
	answers := make(chan int)
	for i := 0; i < 3; i++ {
		go ask(answers)
	}
	return <-answers
}

func main() {
	for i := 0; i < 10; i++ {
		first()
	}
	waitUntil("chan send", 20)
	profile := pprof.Lookup("goroutineleak")
	if profile == nil {
		os.Exit(exitUnsupported)
	}
	profile.WriteTo(ioutil.Discard, 1)
	announceAsIs(states{"chan send (leaked)": 20})
}
