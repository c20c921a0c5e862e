// SPDX-License-Identifier: Apache-2.0

// A writer into an io.Pipe whose reader has stopped reading without closing its end.
package main

import (
	"encoding/json"
	"io"
)

func encode(out *io.PipeWriter, rows int) {
	encoder := json.NewEncoder(out)
	for row := 0; row < rows; row++ {
		encoder.Encode(row)
	}
	out.Close()
}

// firstByte looks at the beginning and leaves.
func firstByte() byte {
	in, out := io.Pipe()
	go encode(out, 1000)
	buffer := make([]byte, 1)
	in.Read(buffer)
	return buffer[0]
}

func main() {
	for i := 0; i < 6; i++ {
		firstByte()
	}
	announce(states{"select": 6})
}
