// SPDX-License-Identifier: Apache-2.0

// Command panicparse reads a goroutine dump with panicparse and prints the goroutines it found and the seconds the parser
// alone took: panicparse FILE.
package main

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"time"

	"github.com/maruel/panicparse/v2/stack"
)

func main() {
	text, err := os.ReadFile(os.Args[1])
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	start := time.Now()
	snapshot, _, err := stack.ScanSnapshot(bytes.NewReader(text), io.Discard, &stack.Opts{})
	took := time.Since(start)
	found := 0
	if snapshot != nil {
		found = len(snapshot.Goroutines)
	}
	if err != nil && err != io.EOF {
		fmt.Fprintln(os.Stderr, err)
	}
	fmt.Println(found, took.Seconds())
}
