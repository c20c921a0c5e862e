// SPDX-License-Identifier: Apache-2.0

// A parent waits for the end of a child without reading what it writes: the pipe between them fills up.
package main

import "os/exec"

func build() {
	child := exec.Command("cat", "/dev/zero")
	output, err := child.StdoutPipe()
	if err != nil || child.Start() != nil {
		panic(err)
	}
	child.Process.Wait()
	output.Close()
}

func main() {
	go build()
	announce(states{"syscall": 1})
}
