// SPDX-License-Identifier: Apache-2.0

// Command gostackparse reads a goroutine dump with DataDog's parser and prints the goroutines it found and the seconds
// the parser alone took, best of the given number of rounds: gostackparse FILE ROUNDS.
package main

import (
	"bytes"
	"fmt"
	"os"
	"strconv"
	"time"

	"github.com/DataDog/gostackparse"
)

func main() {
	text, err := os.ReadFile(os.Args[1])
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	rounds, _ := strconv.Atoi(os.Args[2])
	best, found := time.Hour, 0
	for i := 0; i < rounds; i++ {
		start := time.Now()
		goroutines, _ := gostackparse.Parse(bytes.NewReader(text))
		if took := time.Since(start); took < best {
			best = took
		}
		found = len(goroutines)
	}
	fmt.Println(found, best.Seconds())
}
