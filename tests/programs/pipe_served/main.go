// SPDX-License-Identifier: Apache-2.0

// A pipe of the system inside one process: one goroutine reads what others write from time to time.
package main

import (
	"bufio"
	"os"
)

func read(in *os.File) {
	for lines := bufio.NewScanner(in); lines.Scan(); {
	}
}

func write(out *os.File, words chan string) {
	defer out.Close()
	for word := range words {
		out.WriteString(word + "\n")
	}
}

func main() {
	in, out, err := os.Pipe()
	if err != nil {
		panic(err)
	}
	words := make(chan string)
	go read(in)
	go write(out, words)
	words <- "hello"
	announce(states{"IO wait": 1, "chan receive": 1})
	close(words)
}
