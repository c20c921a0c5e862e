// SPDX-License-Identifier: Apache-2.0

// A parent waits for children whose output is read: one that writes nothing, one that another goroutine reads.
package main

import (
	"bufio"
	"os/exec"
)

func run(child *exec.Cmd, done chan error) { done <- child.Run() }

func main() {
	done := make(chan error)
	quiet := exec.Command("cat")
	stdin, err := quiet.StdinPipe()
	if err != nil {
		panic(err)
	}
	go run(quiet, done)
	waitUntil("syscall", 1)
	talking := exec.Command("cat")
	words, err := talking.StdinPipe()
	if err != nil {
		panic(err)
	}
	output, err := talking.StdoutPipe()
	if err != nil || talking.Start() != nil {
		panic(err)
	}
	words.Write([]byte("hello\n"))
	go func() {
		for lines := bufio.NewScanner(output); lines.Scan(); {
		}
		done <- talking.Wait()
	}()
	announce(states{"syscall": 1, "IO wait": 1})
	stdin.Close()
	words.Close()
}
